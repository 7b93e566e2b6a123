"""Tests; a package, because a dependency of the proof installs one of this name as well (sniffpy)."""
