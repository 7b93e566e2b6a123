"""Accounts: who a caller is; credentials, roles and sessions."""
