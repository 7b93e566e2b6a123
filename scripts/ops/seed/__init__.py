"""`make seed`: demo data, a year of everything that the domains have."""
