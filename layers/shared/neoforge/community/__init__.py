"""Community posts, public to read and written by users."""
