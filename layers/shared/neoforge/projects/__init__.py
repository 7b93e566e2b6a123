"""Projects, each visible to its owner only."""
