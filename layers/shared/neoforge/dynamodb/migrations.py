"""Schema versions of stored documents, and how an older one is read as today's (docs/migrations.md)."""

import json
import re
from collections.abc import Callable
from typing import Any

# By type: the first migration makes version 2 of version 1. A type is the prefix of its ids, or the first word of its
# sort key.
MIGRATIONS: dict[str, tuple[Callable[[dict[str, Any]], dict[str, Any]], ...]] = {}


def document_type(sk: str) -> str:
    """Return the type of the document at a sort key: prj of PROJECT#prj_0193…, ACCOUNT of ACCOUNT."""
    found = re.search(r"(?:^|#)([a-z]{3})_[0-9a-f-]{36}$", sk)
    return found[1] if found else sk.partition("#")[0]


def schema_version(sk: str) -> int:
    """Return the version in which the document at a sort key is written today, from 1."""
    return 1 + len(MIGRATIONS.get(document_type(sk), ())) if MIGRATIONS else 1


def upgrade(sk: str, document: str, version: int) -> str:
    """Return a document in today's version. One that a newer deployment wrote is returned as it is."""
    if version >= schema_version(sk):
        return document
    value = json.loads(document)
    for migration in MIGRATIONS[document_type(sk)][version - 1 :]:
        value = migration(value)
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
