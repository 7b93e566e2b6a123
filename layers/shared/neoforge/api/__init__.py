"""HTTP: nothing below this package knows of it."""
