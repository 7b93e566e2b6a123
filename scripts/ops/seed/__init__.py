"""`make seed`: fills a stack with a believable year of projects, tickets, posts and status events."""
