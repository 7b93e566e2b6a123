"""The single table: items and keys, reads, and writes in one transaction."""
