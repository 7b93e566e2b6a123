"""What a page of 20 costs at the beginning, in the middle and at the end of collections of growing size."""

import json
import sys
import time
from collections.abc import Callable, Iterator
from itertools import batched
from typing import Any

from neoforge.dynamodb.client import get_client
from neoforge.dynamodb.collection import Collection, CollectionStats, Slice
from neoforge.projects import repository as projects
from neoforge.settings import settings
from scripts.proof.bench.counting import counted, create_table

PAGE, TRIES = 20, 15
TIME = "2026-11-22T09:30:00.000Z"


def main() -> None:
    """Print a JSON line: units, calls and CPU of each page by size. The arguments are the sizes."""
    create_table()
    print("\n" + json.dumps({size: _grown(int(size)) for size in sys.argv[1:]}))


def _grown(size: int) -> dict[str, Any]:
    owner = f"usr_{size}"
    ids = [f"prj_019ab8f5-9e10-7b3c-a274-{number:012x}" for number in range(size)]
    for puts in batched(_puts(owner, ids), 25, strict=False):
        get_client().batch_write_item(RequestItems={settings.table_name: list(puts)})
    shelf, state = projects.owned_by(owner), CollectionStats(size, size)
    middle, end = ids[size // 2], ids[PAGE + 1]
    return {
        "begin": _cost(lambda: shelf.first_page(PAGE)),
        "middle": _cost(lambda: shelf.next_page(middle, PAGE, state)),
        "end": _cost(lambda: shelf.next_page(end, PAGE, state)),
    }


def _puts(owner: str, ids: list[str]) -> Iterator[Any]:
    collection: Collection = projects.owned_by(owner)
    key = {"pk": {"S": collection.pk}}
    for project_id in ids:
        document: dict[str, Any] = {
            "id": project_id,
            "name": "Website relaunch",
            "description": "New design, same content.",
        }
        document |= {"created_at": TIME, "updated_at": TIME, "version": 1}
        item = key | {"sk": {"S": f"PROJECT#{project_id}"}, "version": {"N": "1"}}
        yield {"PutRequest": {"Item": item | {"document": {"S": json.dumps(document)}}}}
    counts = {"total": {"N": str(len(ids))}, "revision": {"N": str(len(ids))}}
    yield {"PutRequest": {"Item": key | {"sk": {"S": "PROJECTS"}} | counts}}


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
