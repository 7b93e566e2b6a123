"""What works on a stack's table: roles, migrations, the purge, demo data."""
