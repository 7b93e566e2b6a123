"""NeoForge Serverless: what all functions share."""

from neoforge import startup

startup.pause_garbage_collection()
