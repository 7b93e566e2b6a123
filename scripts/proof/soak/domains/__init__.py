"""What callers do with each domain. Modules are found, not listed; `KIND` of each is its resource."""
