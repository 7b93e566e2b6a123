"""Status: what happened to the services, and how they are."""
