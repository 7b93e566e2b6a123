"""Where each domain stores its resources, for the invariants: a module each, found by itself."""

import importlib
import pkgutil
from collections.abc import Callable
from types import ModuleType
from typing import Any

from neoforge.dynamodb.resource_store import ResourceStore

DOMAINS: list[ModuleType] = [
    importlib.import_module(f"{__name__}.{found.name}") for found in pkgutil.iter_modules(__path__)
]
# By the prefix of a resource's id: given the partition and the document, where the resource is stored.
STORES: dict[str, Callable[[str, Any], list[ResourceStore]]] = {domain.PREFIX: domain.stores for domain in DOMAINS}
# Kinds of items in an owner's partition, and of those that have no owner, are counted by nobody and expire.
KINDS = {kind for domain in DOMAINS for kind in domain.KINDS}
ALONE = {"RATE", "SOURCE", "POSITION"} | {kind for domain in DOMAINS for kind in getattr(domain, "ALONE", ())}
CHECKS = [domain.check for domain in DOMAINS if hasattr(domain, "check")]  # of the whole table
