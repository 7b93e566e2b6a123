"""Support tickets: seen by their owner and by staff."""
