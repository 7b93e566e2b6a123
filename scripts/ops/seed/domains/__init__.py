"""What each domain adds to the demo data. A module here is found by its being here; its `fill(year)` is called once."""
