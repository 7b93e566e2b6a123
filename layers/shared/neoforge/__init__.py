"""NeoForge: everything below the handlers."""
