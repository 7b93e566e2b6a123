"""Builds what is deployed: layers, the slim SDK, archives, the template."""
