"""Compares what clients were told with what the table holds."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from scripts.proof.soak.kinds import Collections, Derived, Documents, Json
from scripts.proof.soak.ledger import KINDS, Ledger, text_of

COUNTED = tuple(kind.counted for kind in KINDS.values())  # and each shard of a feed
DERIVED: dict[str, Derived] = {kind.derived.pk: kind.derived for kind in KINDS.values() if kind.derived}


def table_items(dynamodb: Any, table_name: str) -> Iterator[Json]:
    """Read everything: key, document and total of each item."""
    for page in dynamodb.get_paginator("scan").paginate(TableName=table_name, ConsistentRead=True):
        for item in page["Items"]:
            yield {name: next(iter(value.values())) for name, value in item.items()}


def differences(ledgers: Iterable[Ledger], items: Iterable[Json]) -> list[str]:
    """Return how what clients were told differs from what the table holds."""
    ledgers = list(ledgers)
    expected = _expected(ledgers)
    found, wrong_totals = _read(items)
    doubtful = {text for ledger in ledgers for text in ledger.doubtful}
    told = Counter(text_of(document) for ledger in ledgers for document in ledger.resources.values())
    result = [surprise for ledger in ledgers for surprise in ledger.surprises]
    for name in sorted(expected.keys() | found.keys()):
        known = expected.get(name, {})
        there = {
            one: document
            for one, document in found.get(name, {}).items()
            if one in known or (text_of(document) if document else name) not in doubtful
        }
        result += _of_collection(name, known, there, told)
    return result + wrong_totals


def _expected(ledgers: list[Ledger]) -> Collections:
    expected: Collections = {}
    for ledger in ledgers:
        for name, documents in ledger.collections().items():
            expected.setdefault(name, {}).update(documents)
    for prefix, kind in KINDS.items():
        if kind.derived:
            resources = [one for ledger in ledgers for one in ledger.of_kind(prefix)]
            expected[kind.derived.pk] = kind.derived.expected(resources)
    return expected


def _of_collection(name: str, known: Documents, there: Documents, told: Counter[str]) -> list[str]:
    result = [f"{name}: {one} is lost, a client was told of it" for one in sorted(known.keys() - there.keys())]
    for one in sorted(there.keys() - known.keys()):
        document = there[one]
        doubled = document is not None and told[text_of(document)] > 0
        what = "is one more of what a client asked for once" if doubled else "was deleted, or no client was told of it"
        result.append(f"{name}: {one} {what}")
    result += [
        f"{name}: {one} is {there[one]}, a client was told {document}"
        for one, document in sorted(known.items())
        if one in there and there[one] != document
    ]
    return result


def _read(items: Iterable[Json]) -> tuple[Collections, list[str]]:
    """Sort items by collection; return them, and which totals are wrong."""
    found: Collections = {pk: {} for pk in DERIVED}
    counts: Counter[str] = Counter()
    totals: dict[str, int] = {}
    for item in items:
        pk, sk = str(item["pk"]), str(item["sk"])
        document = json.loads(item["document"]) if "document" in item else None
        if "total" in item:
            totals[_counted_by(pk, sk)] = int(item["total"])
        elif document and pk in DERIVED:
            found[pk][document["id"]] = DERIVED[pk].shown(document)
        elif document:
            name, counter, resource_id = _collection_of(pk, sk, document)
            found.setdefault(name, {})[resource_id] = document if "id" in document else None
            counts[counter] += 1
    counted = {name for name in counts if name.startswith("FEED#") or name.endswith(COUNTED)} | totals.keys()
    return found, [
        f"{name}: {counts[name]} items, the total says {totals.get(name, 0)}"
        for name in sorted(counted)
        if counts[name] != totals.get(name, 0)
    ]


def _counted_by(pk: str, sk: str) -> str:
    """Return the name of what a counter counts: FEED#POST#3, or USER#<id>/PROJECT for the item PROJECT#~TOTAL."""
    return pk if pk.startswith("FEED#") else f"{pk}/{sk.partition('#')[0]}"


def _collection_of(pk: str, sk: str, document: Json) -> tuple[str, str, str]:
    """Return the collection of an item, the name that it is counted by there, and the id that it stands for."""
    if pk.startswith("FEED#"):
        return pk.rpartition("#")[0], pk, sk.partition("#")[2]
    if pk.startswith("EMAIL#"):
        return "EMAIL", "EMAIL", document["user_id"]
    if "#" not in sk:
        return pk, pk, pk.partition("#")[2]
    name = f"{pk}/{sk.partition('#')[0]}"
    return name, name, sk.rpartition("#")[2]
