"""Schema versions of stored documents, and the migrations applied when an older one is read (docs/migrations.md)."""

import json
import re
from collections.abc import Callable
from typing import Any

# By document type; the first migration turns version 1 into version 2. The type is the prefix of the ids, or the first
# word of the sort key.
MIGRATIONS: dict[str, tuple[Callable[[dict[str, Any]], dict[str, Any]], ...]] = {}


def document_type(sk: str) -> str:
    """Return the type of the document at a sort key: prj of PROJECT#prj_0193…, ACCOUNT of ACCOUNT."""
    found = re.search(r"(?:^|#)([a-z]{3})_[0-9a-f-]{36}$", sk)
    return found[1] if found else sk.partition("#")[0]


def schema_version(sk: str) -> int:
    """Return the current version, from 1, of the type of document at a sort key."""
    return 1 + len(MIGRATIONS.get(document_type(sk), ())) if MIGRATIONS else 1


def upgrade(sk: str, document: str, version: int) -> str:
    """Return a document in the current version. One that a newer deployment wrote is returned unchanged."""
    if version >= schema_version(sk):
        return document
    value = json.loads(document)
    for migration in MIGRATIONS[document_type(sk)][version - 1 :]:
        value = migration(value)
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
