"""An owner's collection: resources in the owner's partition, and an item with their total and revision.

    sk KIND#<id>    a resource
    sk KINDS        the collection: sorts after every resource, so that a Query for the newest returns it too

A resource and its collection are written in one transaction, so total and revision are exact.
"""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import NamedTuple, Protocol

from pynamodb.expressions.condition import Condition

from neoforge.dynamodb import table
from neoforge.dynamodb.expressions import Update
from neoforge.dynamodb.item import Item
from neoforge.dynamodb.keys import LAST, just_before
from neoforge.dynamodb.transaction import UnitOfWork
from neoforge.errors import NotFound, PreconditionFailed
from neoforge.models import Precondition


class Resource(Protocol):
    """A resource that can be stored."""

    @property
    def id(self) -> str: ...
    @property
    def version(self) -> int: ...
    def model_dump_json(self) -> str: ...


class CollectionStats(NamedTuple):
    """The number of resources of a collection, and a revision that each change increments."""

    total: int = 0
    revision: int = 0
    since: str = ""  # of a feed: the month of its oldest resource


class Slice(NamedTuple):
    """Consecutive documents of a collection, newest first, and the positions before and after them."""

    documents: Sequence[str]
    stats: CollectionStats
    previous_position: str | None  # of the newest; None on the first slice
    next_position: str | None  # of the oldest; None on the last slice


class ResourceStore(ABC):
    """Resources of one kind, each a document with a key of its own, and their total and revision."""

    @property
    @abstractmethod
    def scope(self) -> str:
        """Return a name that is unique among all stores."""

    @abstractmethod
    def stats(self) -> CollectionStats:
        """Read total and revision."""

    @abstractmethod
    def first_page(self, size: int) -> Slice:
        """Read the newest resources."""

    @abstractmethod
    def next_page(self, position: str, size: int, stats: CollectionStats) -> Slice:
        """Read the resources that follow `position`."""

    @abstractmethod
    def previous_page(self, position: str, size: int, stats: CollectionStats) -> Slice:
        """Read the resources that precede `position`."""

    @abstractmethod
    def key(self, resource_id: str) -> tuple[str, str]:
        """Return the primary key of a resource. Raises NotFound for an impossible id."""

    @abstractmethod
    def _update_stats(self, work: UnitOfWork, resource_id: str, by: int) -> None:
        """Add `by` to the total, and 1 to the revision."""

    def get(self, resource_id: str) -> str:
        """Read a resource's document. Raises NotFound."""
        return table.get_document(*self.key(resource_id))

    def create(self, work: UnitOfWork, resource: Resource) -> None:
        work.put(self._item(resource), Item.pk.does_not_exist())
        self._update_stats(work, resource.id, +1)

    def replace(self, work: UnitOfWork, resource: Resource, version: int) -> None:
        """Replace a resource that was read as `version`."""
        work.put(self._item(resource), Item.version == version)
        self._update_stats(work, resource.id, 0)

    def delete(self, work: UnitOfWork, resource_id: str, precondition: Precondition) -> None:
        """Delete a resource. The commit raises NotFound or PreconditionFailed."""
        condition: Condition = Item.pk.exists()
        if precondition.versions is not None:
            condition = Item.version.is_in(*(precondition.versions or {0}))  # never matches: versions start at 1
        work.delete(
            Item(*self.key(resource_id)), condition, lambda found: PreconditionFailed() if found else NotFound()
        )
        self._update_stats(work, resource_id, -1)

    def _item(self, resource: Resource) -> Item:
        return Item.of(*self.key(resource.id), resource.model_dump_json(), resource.version)


class Collection(ResourceStore):
    """The resources of one kind and owner. `kind` is upper case and singular; `pk` is the owner's partition key."""

    def __init__(self, kind: str, pk: str) -> None:
        self.kind = kind
        self.pk = pk

    @property
    def scope(self) -> str:
        return f"{self.pk}/{self.kind}"

    def stats(self) -> CollectionStats:
        """Read total and revision (1 GetItem)."""
        return _stats(table.get(self.pk, f"{self.kind}S"))

    def first_page(self, size: int) -> Slice:
        """Read the newest resources (1 Query, which returns the stats too)."""
        items = table.query(self.pk, Item.sk.startswith(self.kind), limit=size + 2, forward=False)
        head = items.pop(0) if items and items[0].sk == f"{self.kind}S" else None
        return self._slice(items[: size + 1], size, _stats(head), previous_position=None)

    def next_page(self, position: str, size: int, stats: CollectionStats) -> Slice:
        """Read the resources that follow `position` (1 Query)."""
        after = f"{self.kind}#{position}"
        items = table.query(self.pk, Item.sk.startswith(f"{self.kind}#"), limit=size + 1, forward=False, after=after)
        previous_position = self._id(items[0]) if items else just_before(position)
        return self._slice(items, size, stats, previous_position=previous_position)

    def previous_page(self, position: str, size: int, stats: CollectionStats) -> Slice:
        """Read the resources that precede `position` (1 Query; 2 if the resource at `position` was deleted)."""
        between = Item.sk.between(f"{self.kind}#{position}", f"{self.kind}#{LAST}")
        items = table.query(self.pk, between, limit=size + 2, forward=True)
        if items and items[0].sk == f"{self.kind}#{position}":
            del items[0]
            follows = True
        else:
            follows = bool(self.next_page(position, 1, stats).documents)
        page = items[:size][::-1]
        return Slice(
            documents=[item.text for item in page],
            stats=stats,
            previous_position=self._id(page[0]) if len(items) > size else None,
            next_position=(self._id(page[-1]) if page else position + LAST) if follows else None,
        )

    def key(self, resource_id: str) -> tuple[str, str]:
        return self.pk, f"{self.kind}#{resource_id}"

    def _slice(self, items: list[Item], size: int, stats: CollectionStats, *, previous_position: str | None) -> Slice:
        page = items[:size]
        return Slice(
            documents=[item.text for item in page],
            stats=stats,
            previous_position=previous_position,
            next_position=self._id(page[-1]) if len(items) > size else None,
        )

    def _id(self, item: Item) -> str:
        return item.sk.removeprefix(f"{self.kind}#")

    def _update_stats(self, work: UnitOfWork, resource_id: str, by: int) -> None:  # noqa: ARG002 - one item for all
        expression = "ADD #total :by, revision :one"
        names = {"#total": "total"}  # a reserved word
        work.update(Update(self.pk, f"{self.kind}S", expression, {":by": by, ":one": 1}, names))


def _stats(item: Item | None) -> CollectionStats:
    return CollectionStats(int(item.total or 0), int(item.revision or 0)) if item else CollectionStats()
