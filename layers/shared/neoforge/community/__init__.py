"""Community posts: read by everybody, written by users."""
