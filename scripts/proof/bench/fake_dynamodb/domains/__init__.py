"""What each domain has in the fake table. Modules are found, not listed; `stored(owner)` of each returns its part."""
