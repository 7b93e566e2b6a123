"""An owner's collection: resources in the owner's partition, and beside them an item with their total and revision.

    sk KIND#<id>    a resource
    sk KINDS        the collection: sorts behind every resource, so that one Query of the newest returns it too

A change of a resource and of its collection are one transaction, so total and revision are exact.
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
    """What a collection holds."""

    @property
    def id(self) -> str: ...
    @property
    def version(self) -> int: ...
    def model_dump_json(self) -> str: ...


class CollectionStats(NamedTuple):
    """How many items a collection has, and how often it has changed."""

    total: int = 0
    revision: int = 0
    since: str = ""  # of a feed: the month of its oldest item


class Slice(NamedTuple):
    """Consecutive documents of a collection, newest first, and the positions of their neighbours."""

    documents: Sequence[str]
    stats: CollectionStats
    previous_position: str | None  # everything newer than it precedes this slice
    next_position: str | None  # everything older than it follows this slice


class ResourceStore(ABC):
    """Resources of one kind, each a document at a key of its own, and the item that counts them."""

    @abstractmethod
    def key(self, resource_id: str) -> tuple[str, str]:
        """Return the key of a resource. Raises NotFound for what cannot be an id."""

    @abstractmethod
    def _count(self, work: UnitOfWork, resource_id: str, by: int) -> None:
        """Count a change that adds `by` resources."""

    def get(self, resource_id: str) -> str:
        """Read a resource's document as it is now. Raises NotFound."""
        return table.get_document(*self.key(resource_id))

    def create(self, work: UnitOfWork, resource: Resource) -> None:
        """Add a resource."""
        work.put(self._item(resource), Item.pk.does_not_exist())
        self._count(work, resource.id, +1)

    def replace(self, work: UnitOfWork, resource: Resource, version: int) -> None:
        """Replace the resource that was read as `version`."""
        work.put(self._item(resource), Item.version == version)
        self._count(work, resource.id, 0)

    def delete(self, work: UnitOfWork, resource_id: str, precondition: Precondition) -> None:
        """Delete a resource. The commit raises NotFound or PreconditionFailed."""
        condition: Condition = Item.pk.exists()
        if precondition.versions is not None:
            condition = Item.version.is_in(*(precondition.versions or {0}))  # no resource has version 0
        work.delete(
            Item(*self.key(resource_id)), condition, lambda found: PreconditionFailed() if found else NotFound()
        )
        self._count(work, resource_id, -1)

    def _item(self, resource: Resource) -> Item:
        return Item.of(*self.key(resource.id), resource.model_dump_json(), resource.version)


class Collection(ResourceStore):
    """The resources of one kind and owner. `kind` is upper case and singular, `pk` the owner's partition."""

    def __init__(self, kind: str, pk: str) -> None:
        self.kind = kind
        self.pk = pk

    @property
    def scope(self) -> str:
        """The collection's name, unlike any other's."""
        return f"{self.pk}/{self.kind}"

    def stats(self) -> CollectionStats:
        """Read total and revision (1 read unit)."""
        return _stats(table.get(self.pk, f"{self.kind}S"))

    def first_page(self, size: int) -> Slice:
        """Read the first slice (one Query, which returns the stats too)."""
        items = table.query(self.pk, Item.sk.startswith(self.kind), limit=size + 2, forward=False)
        head = items.pop(0) if items and items[0].sk == f"{self.kind}S" else None
        return self._slice(items[: size + 1], size, _stats(head), previous_position=None)

    def next_page(self, position: str, size: int, stats: CollectionStats) -> Slice:
        """Read the slice that follows `position` (one Query)."""
        after = f"{self.kind}#{position}"
        items = table.query(self.pk, Item.sk.startswith(f"{self.kind}#"), limit=size + 1, forward=False, after=after)
        previous_position = self._id(items[0]) if items else just_before(position)
        return self._slice(items, size, stats, previous_position=previous_position)

    def previous_page(self, position: str, size: int, stats: CollectionStats) -> Slice:
        """Read the slice that precedes the resource at `position` (one Query, a second if that is gone)."""
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

    def _count(self, work: UnitOfWork, resource_id: str, by: int) -> None:  # noqa: ARG002 - one item counts them all
        expression = "ADD #total :by, revision :one"
        names = {"#total": "total"}  # a reserved word
        work.update(Update(self.pk, f"{self.kind}S", expression, {":by": by, ":one": 1}, names))


def _stats(item: Item | None) -> CollectionStats:
    return CollectionStats(int(item.total or 0), int(item.revision or 0)) if item else CollectionStats()
