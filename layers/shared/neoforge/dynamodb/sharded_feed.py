"""A feed: a collection that belongs to nobody, in several partitions so that none is hot (docs/adr/0009).

FEED#<kind>#<shard>   KIND#<id>      a resource; its shard follows from its id
FEED#<kind>#<shard>   KIND#~TOTAL    total and revision of the shard

first page: 1 Query per shard, in parallel, which brings the totals too; seldom a second one of a few
later page: the same, and 1 BatchGetItem of the totals beside it · get: 1 GetItem · each write: part of 1 transaction

Ids sort by time and every shard is sorted by id, so one id is a position in all shards.
"""

import contextvars
import zlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from neoforge.dynamodb import expressions
from neoforge.dynamodb.resource_store import TOTAL, CollectionStats, ResourceStore
from neoforge.startup import at_startup

SHARDS = 8  # of 1,000 write units per second each


@at_startup
def _pool() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(SHARDS + 1)  # and the totals


class ShardedFeed(ResourceStore):
    """The resources of one kind. Lists of them are eventually consistent."""

    consistent = False

    def __init__(self, kind: str) -> None:
        super().__init__(kind, [f"FEED#{kind}#{shard}" for shard in range(SHARDS)])

    @property
    def scope(self) -> str:
        return f"FEED#{self.kind}"

    def partition(self, resource_id: str) -> str:
        return self.partitions[zlib.crc32(resource_id.encode()) % SHARDS]

    def stats(self) -> CollectionStats:
        """Read total and revision (half a read unit per shard)."""
        shards = expressions.batch_get([(pk, self.sort_key(TOTAL)) for pk in self.partitions])
        total, revision = (sum(int(shard[name]) for shard in shards) for name in ("total", "revision"))
        return CollectionStats(total, revision)

    def _begin[Result](self, call: Callable[[], Result]) -> Callable[[], Result]:
        # The thread runs in a copy of the context, which holds the request's deadline.
        return _pool().submit(contextvars.copy_context().run, call).result
