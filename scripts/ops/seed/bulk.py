"""Writes the items of many units of work in batches, and each counter once. Not atomic: for demo data only."""

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from itertools import batched
from typing import Any

from neoforge import clock
from neoforge.dynamodb.client import get_client, translate_errors
from neoforge.dynamodb.transaction import UnitOfWork
from neoforge.errors import Unavailable
from neoforge.settings import settings

WRITERS = 8
BATCH = 25  # the limit of BatchWriteItem
ATTEMPTS = 20


class Bulk:
    """Collects units of work instead of committing them."""

    def __init__(self) -> None:
        self._items: list[dict[str, Any]] = []
        self._counters: dict[str, dict[str, Any]] = {}

    def add(self, work: UnitOfWork) -> None:
        """Add the items, and count how often each counter is incremented."""
        for write in work.writes:
            if write.operation == "Put":
                self._items.append(write.parameters["Item"])
            else:
                counter = self._counters.setdefault(repr(write.parameters["Key"]), write.parameters | {"times": 0})
                counter["times"] += 1

    def write(self) -> int:
        """Write everything; return the number of items."""
        with ThreadPoolExecutor(WRITERS) as pool:
            list(pool.map(_put, batched(self._items, BATCH, strict=False)))
            list(pool.map(_increment, self._counters.values()))
        return len(self._items) + len(self._counters)


def _put(items: Iterable[dict[str, Any]]) -> None:
    """Write a batch; repeat what DynamoDB leaves unprocessed, and all of it while it is throttled."""
    left: Any = {settings.table_name: [{"PutRequest": {"Item": item}} for item in items]}
    for attempt in range(ATTEMPTS):
        with suppress(Unavailable), translate_errors():
            left = get_client().batch_write_item(RequestItems=left).get("UnprocessedItems")
        if not left:
            return
        clock.pause(attempt)
    raise Unavailable


def _increment(counter: dict[str, Any]) -> None:
    """Add to a counter the sum of all its updates."""
    times = counter.pop("times")
    values = {
        name: {"N": str(int(value["N"]) * times)} if "N" in value else value
        for name, value in counter["ExpressionAttributeValues"].items()
    }
    get_client().update_item(**counter | {"ExpressionAttributeValues": values})
