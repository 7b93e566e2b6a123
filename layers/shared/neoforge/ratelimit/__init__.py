"""Rate limits, and what slows guesses of a password down."""
