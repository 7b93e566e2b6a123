"""Resources of one kind in the order of their ids, and an item with their total and revision.

    sk KIND#<id>      a resource
    sk KIND#~TOTAL    total and revision: sorts after every resource, so that a Query for the newest returns it too

A resource and its total are written in one transaction, so total and revision are exact. As `#` ends the kind, no kind
can be taken for another whose name begins like it.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from typing import NamedTuple, Protocol

from pynamodb.expressions.condition import Condition

from neoforge.dynamodb import ordered, table
from neoforge.dynamodb.expressions import Update, Value
from neoforge.dynamodb.item import Item
from neoforge.dynamodb.keys import LAST, just_before
from neoforge.dynamodb.ordered import Span
from neoforge.dynamodb.transaction import UnitOfWork
from neoforge.errors import LimitReached, NotFound, PreconditionFailed
from neoforge.models import Precondition

TOTAL = f"{LAST}TOTAL"


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

    @classmethod
    def of(cls, items: Sequence[Item]) -> "CollectionStats":
        """Add up the items with total and revision."""
        return cls(sum(int(item.total or 0) for item in items), sum(int(item.revision or 0) for item in items))


class Slice(NamedTuple):
    """Consecutive documents of a collection, newest first, and the positions before and after them."""

    documents: Sequence[str]
    stats: CollectionStats
    previous_position: str | None  # of the newest; None on the first slice
    next_position: str | None  # of the oldest; None on the last slice


class ResourceStore(ABC):
    """The resources of one kind, in one or several partitions. `kind` is upper case and singular."""

    consistent: bool  # whether lists are read strongly consistent

    def __init__(self, kind: str, partitions: Sequence[str]) -> None:
        self.kind = kind
        self.partitions = partitions

    @property
    @abstractmethod
    def scope(self) -> str:
        """Return a name that is unique among all stores."""

    @abstractmethod
    def partition(self, resource_id: str) -> str:
        """Return the partition key of a resource."""

    @abstractmethod
    def stats(self) -> CollectionStats:
        """Read total and revision."""

    @abstractmethod
    def _begin[Result](self, call: Callable[[], Result]) -> Callable[[], Result]:
        """Begin a call that reads. Return a function that waits for its result."""

    def first_page(self, size: int) -> Slice:
        """Read the newest resources, and the stats with them."""
        condition, head = Item.sk.startswith(self.sort_key("")), self.sort_key(TOTAL)
        found = self._read(Span(condition, forward=False, consistent=self.consistent, head=head), size + 1)
        return self._older(found.items, size, CollectionStats.of(found.heads), previous_position=None)

    def next_page(self, position: str, size: int, stats: CollectionStats | None = None) -> Slice:
        """Read the resources that follow `position`, and the stats if they are not known yet."""
        read_stats = self._begin(self.stats) if stats is None else lambda: stats
        condition, after = Item.sk.startswith(self.sort_key("")), self.sort_key(position)
        found = self._read(Span(condition, forward=False, consistent=self.consistent, after=after), size + 1)
        previous_position = self._id(found.items[0]) if found.items else just_before(position)
        return self._older(found.items, size, read_stats(), previous_position=previous_position)

    def previous_page(self, position: str, size: int, stats: CollectionStats | None = None) -> Slice:
        """Read the resources that precede `position`, and the stats if they are not known yet.

        If the resource at `position` was deleted, this takes another read.
        """
        read_stats = self._begin(self.stats) if stats is None else lambda: stats
        between, here = Item.sk.between(self.sort_key(position), self.sort_key(LAST)), self.sort_key(position)
        found = self._read(Span(between, forward=True, consistent=self.consistent, head=here), size + 1)
        items, follows = found.items, bool(found.heads) or self._has_any_after(position)
        page = items[: min(size, ordered.fitting(items))][::-1]
        return Slice(
            documents=[item.text for item in page],
            stats=read_stats(),
            previous_position=self._id(page[0]) if len(items) > len(page) else None,
            next_position=(self._id(page[-1]) if page else position + LAST) if follows else None,
        )

    def _has_any_after(self, position: str) -> bool:
        return bool(self.next_page(position, 1, CollectionStats()).documents)

    def get(self, resource_id: str) -> str:
        """Read a resource's document. Raises NotFound."""
        return table.get_document(*self.key(resource_id))

    def create(self, work: UnitOfWork, resource: Resource, maximum: int | None = None) -> None:
        """Create a resource. The commit raises LimitReached if there are `maximum` already."""
        work.put(self._item(resource), Item.pk.does_not_exist())
        self._update_stats(work, resource.id, +1, maximum)

    def replace(self, work: UnitOfWork, resource: Resource, version: int) -> None:
        """Replace a resource that was read as `version`."""
        work.put(self._item(resource), Item.version == version)
        self._update_stats(work, resource.id, 0)

    def delete(self, work: UnitOfWork, resource_id: str, precondition: Precondition) -> None:
        """Delete a resource. The commit raises NotFound or PreconditionFailed."""
        condition: Condition = Item.pk.exists()
        if precondition.versions is not None:
            condition = Item.version.is_in(*(precondition.versions or {0}))  # never matches: versions start at 1
        elif precondition.excluded:
            condition &= ~Item.version.is_in(*precondition.excluded)
        work.delete(
            Item(*self.key(resource_id)), condition, lambda found: PreconditionFailed() if found else NotFound()
        )
        self._update_stats(work, resource_id, -1)

    def _update_stats(self, work: UnitOfWork, resource_id: str, by: int, maximum: int | None = None) -> None:
        """Add `by` to the total, and 1 to the revision."""
        values: dict[str, Value] = {":by": by, ":one": 1}
        condition = ""
        if maximum is not None:
            condition = "attribute_not_exists(#total) OR #total < :maximum"
            values[":maximum"] = maximum
        pk, sk, expression = self.partition(resource_id), self.sort_key(TOTAL), "ADD #total :by, revision :one"
        update = Update(pk, sk, expression, values, {"#total": "total"}, condition)
        work.update(update, lambda _: LimitReached(maximum or 0))

    def _read(self, span: Span, wanted: int) -> ordered.Found:
        return ordered.read(self.partitions, span, wanted, self._begin)

    def _older(self, items: list[Item], size: int, stats: CollectionStats, *, previous_position: str | None) -> Slice:
        page = items[: min(size, ordered.fitting(items))]
        return Slice(
            documents=[item.text for item in page],
            stats=stats,
            previous_position=previous_position,
            next_position=self._id(page[-1]) if len(items) > len(page) else None,
        )

    def _item(self, resource: Resource) -> Item:
        return Item.of(*self.key(resource.id), resource.model_dump_json(), resource.version)

    def key(self, resource_id: str) -> tuple[str, str]:
        return self.partition(resource_id), self.sort_key(resource_id)

    def sort_key(self, name: str) -> str:
        """Return the sort key of the resource with this id, or of the total."""
        return f"{self.kind}#{name}"

    def _id(self, item: Item) -> str:
        return item.sk.removeprefix(self.sort_key(""))
