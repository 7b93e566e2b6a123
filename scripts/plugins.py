"""Modules that are found rather than imported by name, so that a domain comes and goes with its own files."""

import importlib
import pkgutil
from types import ModuleType


def modules_in(package: str) -> dict[str, ModuleType]:
    """Import the modules of a package; by name, in alphabetical order."""
    paths = importlib.import_module(package).__path__
    names = sorted(found.name for found in pkgutil.iter_modules(paths))
    return {name: importlib.import_module(f"{package}.{name}") for name in names}
