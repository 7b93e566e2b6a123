"""A feed: resources that have no owner's partition, newest first, sharded so that no partition is hot.

FEED#<kind>#<month>#<shard>   <id>    a resource; month and shard follow from its id
FEED#<kind>#<shard>           TOTAL   total and revision of the shard, and the month of its oldest resource

page: 1 BatchGetItem of the totals, then 1 Query per shard and month, in parallel
get: 1 GetItem · each write: part of 1 transaction

Ids sort by time and every shard is sorted by id, so one id is a position in all shards.
"""

import contextvars
import zlib
from concurrent.futures import ThreadPoolExecutor

from pynamodb.expressions.condition import Condition

from neoforge import clock
from neoforge.dynamodb import expressions, table
from neoforge.dynamodb.collection import CollectionStats, ResourceStore, Slice
from neoforge.dynamodb.expressions import Update, Value
from neoforge.dynamodb.item import Item
from neoforge.dynamodb.keys import LAST, just_before
from neoforge.dynamodb.transaction import UnitOfWork
from neoforge.errors import NotFound
from neoforge.startup import at_startup

SHARDS = 8  # of 1,000 write units per second each
MONTHS = 12  # read for one page at most; a page that is short for that reason has a next one


@at_startup
def _pool() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(SHARDS)


class ShardedFeed(ResourceStore):
    """The resources of one kind. `kind` is upper case and singular; `prefix` is that of their ids."""

    def __init__(self, kind: str, prefix: str) -> None:
        self.kind = kind
        self.prefix = prefix

    @property
    def scope(self) -> str:
        return f"FEED#{self.kind}"

    def stats(self) -> CollectionStats:
        """Read total and revision (half a read unit per shard)."""
        shards = expressions.batch_get([(f"{self.scope}#{shard}", "TOTAL") for shard in range(SHARDS)])
        return CollectionStats(
            total=sum(int(shard["total"]) for shard in shards),
            revision=sum(int(shard["revision"]) for shard in shards),
            since=min((shard["since"] for shard in shards), default=""),
        )

    def first_page(self, size: int) -> Slice:
        return self._before(None, size, self.stats())

    def next_page(self, position: str, size: int, stats: CollectionStats) -> Slice:
        return self._before(position, size, stats)

    def previous_page(self, position: str, size: int, stats: CollectionStats) -> Slice:
        month, now = _month(position), _month(clock.new_id(self.prefix))
        found: list[Item] = []
        for _ in range(MONTHS):
            within = Item.sk.between(position, self.prefix + LAST)
            found += self._read(month, within, size + 2 - len(found), forward=True)
            month = _shift(month, 1)
            if len(found) > size + 1 or month > now:
                break
        if follows := bool(found) and found[0].sk == position:
            del found[0]
        else:
            follows = _has_any(self.next_page(position, 1, stats))
        page = found[:size][::-1]
        unread = clock.lowest_id(self.prefix, _begin(month)) if month <= now else None
        return Slice(
            documents=[item.text for item in page],
            stats=stats,
            previous_position=page[0].sk if len(found) > size else unread,
            next_position=(page[-1].sk if page else position + LAST) if follows else None,
        )

    def _before(self, position: str | None, size: int, stats: CollectionStats) -> Slice:
        month = _month(position or clock.new_id(self.prefix))
        before = Item.sk < position if position else None
        found: list[Item] = []
        unread = None
        for _ in range(MONTHS):
            found += self._read(month, before, size + 1 - len(found), forward=False)
            unread = clock.lowest_id(self.prefix, _begin(month)) if month > stats.since > "" else None
            if len(found) > size or unread is None:
                break
            month = _shift(month, -1)
        page = found[:size]
        return Slice(
            documents=[item.text for item in page],
            stats=stats,
            previous_position=(page[0].sk if page else just_before(position)) if position else None,
            next_position=page[-1].sk if len(found) > size else unread,
        )

    def _read(self, month: str, condition: Condition | None, limit: int, *, forward: bool) -> list[Item]:
        """Read the first items of a month from all shards in parallel."""

        def query(shard: int) -> list[Item]:
            pk = f"{self.scope}#{month}#{shard}"
            return table.query(pk, condition, limit=limit, forward=forward, consistent=False)

        # Each thread runs in a copy of the context, which holds the request's deadline.
        tasks = [_pool().submit(contextvars.copy_context().run, query, shard) for shard in range(SHARDS)]
        found = [item for task in tasks for item in task.result()]
        return sorted(found, key=lambda item: item.sk, reverse=not forward)[:limit]

    def key(self, resource_id: str) -> tuple[str, str]:
        try:
            month = _month(resource_id)
        except (ValueError, OverflowError) as error:  # not a time at which an id was created
            raise NotFound from error
        return f"{self.scope}#{month}#{_shard(resource_id)}", resource_id

    def _update_stats(self, work: UnitOfWork, resource_id: str, by: int) -> None:
        names = {"#total": "total", "#revision": "revision", "#since": "since"}
        expression = "ADD #total :by, #revision :one SET #since = if_not_exists(#since, :month)"
        values: dict[str, Value] = {":by": by, ":one": 1, ":month": _month(resource_id)}
        work.update(Update(f"{self.scope}#{_shard(resource_id)}", "TOTAL", expression, values, names))


def _has_any(page: Slice) -> bool:
    """Return whether there are resources in a slice or after it."""
    return bool(page.documents) or page.next_position is not None


def _shard(resource_id: str) -> int:
    return zlib.crc32(resource_id.encode()) % SHARDS


def _month(resource_id: str) -> str:
    return clock.time_of_id(resource_id)[:7]


def _begin(month: str) -> str:
    return f"{month}-01T00:00:00.000Z"


def _shift(month: str, by: int) -> str:
    """Return the month `by` months later."""
    months = int(month[:4]) * 12 + int(month[5:]) - 1 + by
    return f"{months // 12:04d}-{months % 12 + 1:02d}"
