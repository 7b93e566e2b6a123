"""Accounts: credentials, roles and sessions."""
