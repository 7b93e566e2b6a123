"""The typed client that is generated from docs/openapi.json, and a prompt with it."""
