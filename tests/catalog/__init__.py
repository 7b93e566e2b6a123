"""The functions of the template, each described once."""

import importlib
import pkgutil

from tests.catalog.model import Function

APART = {"model", "remote", "world"}  # modules of this package that have no rows
MODULES = [
    importlib.import_module(f"{__name__}.{found.name}")
    for found in pkgutil.iter_modules(__path__)
    if found.name not in APART
]
FUNCTIONS: dict[str, Function] = {row.handler: row for module in MODULES for row in module.FUNCTIONS}
ENDPOINTS = {handler: row for handler, row in FUNCTIONS.items() if row.access is not None}
JOBS = {handler: row for handler, row in FUNCTIONS.items() if row.access is None}
