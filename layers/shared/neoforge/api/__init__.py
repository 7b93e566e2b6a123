"""HTTP. No package below this one knows of it."""
