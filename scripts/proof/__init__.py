"""The second tier of tests, and the tools that it needs."""
