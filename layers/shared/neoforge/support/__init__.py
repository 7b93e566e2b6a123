"""Support tickets, visible to their owner and to staff."""
