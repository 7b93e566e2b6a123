"""A collection: the resources of one kind in one partition, such as its owner's. Its lists are strongly consistent.

first page: 1 Query · later page: 1 GetItem and 1 Query · get: 1 GetItem · each write: part of 1 transaction
"""

from collections.abc import Callable

from neoforge.dynamodb import table
from neoforge.dynamodb.resource_store import TOTAL, CollectionStats, ResourceStore


class Collection(ResourceStore):
    """The resources of one kind in the partition `pk`."""

    consistent = True

    def __init__(self, kind: str, pk: str) -> None:
        super().__init__(kind, [pk])
        self.pk = pk

    @property
    def scope(self) -> str:
        return f"{self.pk}/{self.kind}"

    def partition(self, resource_id: str) -> str:  # noqa: ARG002 - one for all
        return self.pk

    def stats(self) -> CollectionStats:
        """Read total and revision (1 GetItem)."""
        item = table.get(self.pk, self.sort_key(TOTAL))
        return CollectionStats.of([item] if item else [])

    def _begin[Result](self, call: Callable[[], Result]) -> Callable[[], Result]:
        result = call()
        return lambda: result
