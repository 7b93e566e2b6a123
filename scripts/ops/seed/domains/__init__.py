"""What each domain adds to the demo data. Modules are found, not listed; `fill(year)` of each is called once."""
