"""The single table: its item and keys, what is read, and what is written in one transaction."""
