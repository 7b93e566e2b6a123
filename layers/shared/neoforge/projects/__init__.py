"""Projects: what a user works on, seen by its owner only."""
