"""An owner's collection: resources in the owner's partition, and beside them an item with their total and revision.

    sk KIND#<id>    a resource
    sk KINDS        the collection: sorts behind every resource, so that one Query of the newest brings it along

A change of a resource and of its collection are one transaction, so total and revision are exact.
"""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import NamedTuple, Protocol

from pynamodb.expressions.condition import Condition

from neoforge import table
from neoforge.errors import NotFound, Stale
from neoforge.table import Item
from neoforge.work import UnitOfWork

LAST = "~"  # sorts behind every character of an id


class Resource(Protocol):
    """What a collection holds."""

    @property
    def id(self) -> str: ...
    @property
    def version(self) -> int: ...
    def model_dump_json(self) -> str: ...


class State(NamedTuple):
    """How many items a collection has, and how often it has changed."""

    total: int = 0
    revision: int = 0
    since: str = ""  # of a feed: the month of its oldest item


class Window(NamedTuple):
    """Some neighbouring documents, newest first, and where the ones before and behind them are to be found."""

    documents: Sequence[str]
    state: State
    newer: str | None  # position: everything newer than it precedes this window
    older: str | None  # position: everything older than it follows this window


class Shelf(ABC):
    """Resources of one kind, each a document at a key of its own, and what counts them."""

    @abstractmethod
    def _key(self, resource_id: str) -> tuple[str, str]:
        """Tell where a resource is kept. Raises NotFound for what cannot be the id of one."""

    @abstractmethod
    def _changed(self, work: UnitOfWork, resource_id: str, by: int) -> None:
        """Count a change, by which there are so many more resources."""

    def get(self, resource_id: str) -> str:
        """Read a resource's document as it is now. Raises NotFound."""
        return table.document(*self._key(resource_id))

    def create(self, work: UnitOfWork, resource: Resource) -> None:
        """Add a resource."""
        work.put(self._item(resource), Item.pk.does_not_exist())
        self._changed(work, resource.id, +1)

    def replace(self, work: UnitOfWork, resource: Resource, version: int) -> None:
        """Replace the resource that was read as `version`."""
        work.put(self._item(resource), Item.version == version)
        self._changed(work, resource.id, 0)

    def delete(self, work: UnitOfWork, resource_id: str, versions: frozenset[int] | None) -> None:
        """Delete a resource if it is one of `versions` (None: whichever). The commit raises NotFound or Stale."""
        condition: Condition = Item.pk.exists()
        if versions is not None:
            condition = Item.version.is_in(*(versions or {0}))  # no resource has version 0
        work.delete(Item(*self._key(resource_id)), condition, lambda found: Stale() if found else NotFound())
        self._changed(work, resource_id, -1)

    def _item(self, resource: Resource) -> Item:
        return Item.of(*self._key(resource.id), resource.model_dump_json(), resource.version)


class Collection(Shelf):
    """The resources of one kind and owner. `kind` is upper case and singular, `pk` the owner's partition."""

    def __init__(self, kind: str, pk: str) -> None:
        self.kind = kind
        self.pk = pk

    @property
    def scope(self) -> str:
        """Name the collection, unlike any other."""
        return f"{self.pk}/{self.kind}"

    def state(self) -> State:
        """Read total and revision (1 read unit)."""
        return _state(table.get(self.pk, f"{self.kind}S"))

    def newest(self, size: int) -> Window:
        """Read the first window (one Query, which brings the state along)."""
        items = table.query(self.pk, Item.sk.startswith(self.kind), limit=size + 2, forward=False)
        head = items.pop(0) if items and items[0].sk == f"{self.kind}S" else None
        return self._window(items[: size + 1], size, _state(head), newer=None)

    def older(self, position: str, size: int, state: State) -> Window:
        """Read the window that follows `position` (one Query)."""
        key = f"{self.kind}#{position}"
        items = table.query(self.pk, Item.sk.startswith(f"{self.kind}#"), limit=size + 1, forward=False, after=key)
        newer = self._id(items[0]) if items else just_before(position)
        return self._window(items, size, state, newer=newer)

    def newer(self, position: str, size: int, state: State) -> Window:
        """Read the window that precedes the resource at `position` (one Query, a second if that is gone)."""
        between = Item.sk.between(f"{self.kind}#{position}", f"{self.kind}#{LAST}")
        items = table.query(self.pk, between, limit=size + 2, forward=True)
        if items and items[0].sk == f"{self.kind}#{position}":
            del items[0]
            follows = True
        else:
            follows = bool(self.older(position, 1, state).documents)
        page = items[:size][::-1]
        return Window(
            documents=[item.text for item in page],
            state=state,
            newer=self._id(page[0]) if len(items) > size else None,
            older=(self._id(page[-1]) if page else position + LAST) if follows else None,
        )

    def _window(self, items: list[Item], size: int, state: State, *, newer: str | None) -> Window:
        page = items[:size]
        return Window(
            documents=[item.text for item in page],
            state=state,
            newer=newer,
            older=self._id(page[-1]) if len(items) > size else None,
        )

    def _id(self, item: Item) -> str:
        return item.sk.removeprefix(f"{self.kind}#")

    def _key(self, resource_id: str) -> tuple[str, str]:
        return self.pk, f"{self.kind}#{resource_id}"

    def _changed(self, work: UnitOfWork, resource_id: str, by: int) -> None:  # noqa: ARG002 - one item counts them all
        work.update(Item(self.pk, f"{self.kind}S"), [Item.total.add(by), Item.revision.add(1)])


def _state(item: Item | None) -> State:
    return State(int(item.total or 0), int(item.revision or 0)) if item else State()


def just_before(position: str) -> str:
    """Make a position that no resource has, so that what precedes it includes the resource at `position`."""
    return position[:-1] + chr(ord(position[-1]) - 1) + LAST
