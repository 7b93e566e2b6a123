"""What one runs while working on the project; `make help` lists it."""

from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
