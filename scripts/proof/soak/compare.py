"""Compares what clients were told with what the table holds."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from scripts.proof.soak.ledger import Documents, Json, Ledger, Shelves, text_of

KEYS = ("pk", "sk")
COUNTED = ("/PROJECT", "TICKET", "/POST", "/EVENT")  # an owner's shelves with a total, and so is each of a feed's


def table_items(dynamodb: Any, table_name: str) -> Iterator[Json]:
    """Read everything: key, document and total of each item."""
    for page in dynamodb.get_paginator("scan").paginate(TableName=table_name, ConsistentRead=True):
        for item in page["Items"]:
            yield {name: next(iter(value.values())) for name, value in item.items()}


def differences(ledgers: Iterable[Ledger], items: Iterable[Json]) -> list[str]:
    """Tell in which points clients were told something else than what the table holds."""
    ledgers = list(ledgers)
    expected: Shelves = {}
    for ledger in ledgers:
        for shelf, documents in ledger.shelves().items():
            expected.setdefault(shelf, {}).update(documents)
    expected["STATUS"] = _current(expected)
    found, totals = _read(items)
    doubtful = {text for ledger in ledgers for text in ledger.doubtful}
    told = Counter(text_of(document) for ledger in ledgers for document in ledger.resources.values())
    result = [surprise for ledger in ledgers for surprise in ledger.surprises]
    for shelf in sorted(expected.keys() | found.keys()):
        known = expected.get(shelf, {})
        there = {
            one: document
            for one, document in found.get(shelf, {}).items()
            if one in known or (text_of(document) if document else shelf) not in doubtful
        }
        result += _of_shelf(shelf, known, there, told)
    return result + totals


def _of_shelf(shelf: str, known: Documents, there: Documents, told: Counter[str]) -> list[str]:
    result = [f"{shelf}: {one} is lost, a client was told of it" for one in sorted(known.keys() - there.keys())]
    for one in sorted(there.keys() - known.keys()):
        document = there[one]
        doubled = document is not None and told[text_of(document)] > 0
        what = "is one more of what a client asked for once" if doubled else "was deleted, or no client was told of it"
        result.append(f"{shelf}: {one} {what}")
    result += [
        f"{shelf}: {one} is {there[one]}, a client was told {document}"
        for one, document in sorted(known.items())
        if one in there and there[one] != document
    ]
    return result


def _current(expected: Shelves) -> Documents:
    """Tell which event each service owes its state to."""
    events = sorted(
        (event for event in expected.get("FEED#EVENT", {}).values() if event),
        key=lambda event: (event["occurred_at"], event["id"]),
    )
    return {event["service_id"]: _state(event["service_id"], event["status"], event["id"]) for event in events}


def _state(service_id: str, status: str, event_id: str) -> Json:
    return {"id": service_id, "status": status, "event_id": event_id}


def _read(items: Iterable[Json]) -> tuple[Shelves, list[str]]:
    """Sort items by shelf; and say of which of them the total is wrong."""
    found: Shelves = {"STATUS": {}}
    held: Counter[str] = Counter()
    totals: dict[str, int] = {}
    for item in items:
        pk, sk = (str(item[name]) for name in KEYS)
        document = json.loads(item["document"]) if "document" in item else None
        if "total" in item:
            totals[_counter(pk, sk)] = int(item["total"])
        elif pk == "STATUS" and document:
            found["STATUS"][document["id"]] = _state(document["id"], document["status"], document["event_id"])
        elif document:
            shelf, counter, resource_id = _place(pk, sk, document)
            found.setdefault(shelf, {})[resource_id] = document if "id" in document else None
            held[counter] += 1
    counted = {name for name in held if name.startswith("FEED#") or name.endswith(COUNTED)} | totals.keys()
    return found, [
        f"{name}: {held[name]} items, the total says {totals.get(name, 0)}"
        for name in sorted(counted)
        if held[name] != totals.get(name, 0)
    ]


def _counter(pk: str, sk: str) -> str:
    """Name what a total counts: FEED#POST#3, or USER#<id>/PROJECT of the item PROJECTS."""
    return pk if sk == "TOTAL" else f"{pk}/{sk.removesuffix('S')}"


def _place(pk: str, sk: str, document: Json) -> tuple[str, str, str]:
    """Give the shelf of an item, what counts it there, and the id that it stands for."""
    if pk.startswith("FEED#"):
        feed, kind, _, shard = pk.split("#")
        return f"{feed}#{kind}", f"{feed}#{kind}#{shard}", sk
    if pk.startswith("EMAIL#"):
        return "EMAIL", "EMAIL", document["user_id"]
    if "#" not in sk:
        return pk, pk, pk.partition("#")[2]
    shelf = f"{pk}/{sk.partition('#')[0]}"
    return shelf, shelf, sk.rpartition("#")[2]
