"""Rate limits, and delays after failed logins."""
