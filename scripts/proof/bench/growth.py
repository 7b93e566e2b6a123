"""The cost of a page of 20 at the beginning, in the middle and at the end of growing collections."""

import json
import sys
import time
from collections.abc import Callable, Iterator
from itertools import batched
from typing import Any

from neoforge.dynamodb.client import get_client
from neoforge.dynamodb.collection import Collection
from neoforge.dynamodb.keys import user_partition
from neoforge.dynamodb.resource_store import TOTAL, CollectionStats, Slice
from neoforge.settings import settings
from scripts.proof.bench.counting import counted, create_table

PAGE, TRIES = 20, 15
TIMES = {"created_at": "2026-11-22T09:30:00.000Z", "updated_at": "2026-11-22T09:30:00.000Z", "version": 1}


def main() -> None:
    """Print a JSON line: units, calls and CPU of each page by size. The arguments are the sizes."""
    create_table()
    print("\n" + json.dumps({size: _cost_of_pages(int(size)) for size in sys.argv[1:]}))


def _cost_of_pages(size: int) -> dict[str, Any]:
    collection = Collection("THING", user_partition(f"usr_{size}"))
    ids = [f"thg_019ab8f5-9e10-7b3c-a274-{number:012x}" for number in range(size)]
    for puts in batched(_puts(collection, ids), 25, strict=False):
        get_client().batch_write_item(RequestItems={settings.table_name: list(puts)})
    stats = CollectionStats(size, size)
    middle, end = ids[size // 2], ids[PAGE + 1]
    return {
        "begin": _cost(lambda: collection.first_page(PAGE)),
        "middle": _cost(lambda: collection.next_page(middle, PAGE, stats)),
        "end": _cost(lambda: collection.next_page(end, PAGE, stats)),
    }


def _puts(collection: Collection, ids: list[str]) -> Iterator[Any]:
    key = {"pk": {"S": collection.pk}}
    for one in ids:
        document = {"id": one, "name": "Website relaunch", "description": "New design, same content.", **TIMES}
        item = key | {"sk": {"S": collection.sort_key(one)}, "version": {"N": "1"}}
        yield {"PutRequest": {"Item": item | {"document": {"S": json.dumps(document)}}}}
    counts = {"total": {"N": str(len(ids))}, "revision": {"N": str(len(ids))}}
    yield {"PutRequest": {"Item": key | {"sk": {"S": collection.sort_key(TOTAL)}} | counts}}


def _cost(read: Callable[[], Slice]) -> dict[str, Any]:
    with counted() as cost:
        if len(read().documents) != PAGE:
            raise RuntimeError("the page is not full")
    times = []
    for _ in range(TRIES):
        before = time.process_time()
        read()
        times.append((time.process_time() - before) * 1000)
    return {"calls": len(cost.operations), "read_units": cost.reads, "cpu_ms": round(min(times), 2)}


if __name__ == "__main__":
    main()
