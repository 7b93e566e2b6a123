"""Items of one or several partitions as one sequence, in the order of their sort keys.

Each partition is asked for its share of the items that are still missing, so that little more is read than is shown,
however large the items are. A further round asks only the partitions that may hold the next ones.
"""

import math
from collections.abc import Callable, Sequence
from functools import partial
from typing import NamedTuple

from pynamodb.expressions.condition import Condition

from neoforge.dynamodb import table
from neoforge.dynamodb.item import Item
from neoforge.limits import MAX_PAGE_BYTES, returned_bytes

Begin = Callable[[Callable[[], None]], Callable[[], None]]


class Span(NamedTuple):
    """What is read of each partition: sort keys that meet a condition, from one end, starting after the key `after`."""

    condition: Condition
    forward: bool
    consistent: bool
    after: str | None = None
    head: str | None = None  # sort key of an item that comes before all others and is not one of them


class Found(NamedTuple):
    """The items in order, and the heads of the partitions that have one."""

    items: list[Item]
    heads: list[Item]


class _Partition:
    """What has been read of a partition."""

    def __init__(self, pk: str, span: Span) -> None:
        self.pk = pk
        self.span = span
        self.heads: list[Item] = []
        self.items: list[Item] = []
        self.complete = False  # nothing follows

    def read(self, limit: int) -> None:
        """Read up to `limit` more items, in one Query."""
        span, after = self.span, self.items[-1].sk if self.items else self.span.after
        limit += span.head is not None and not self.items
        found, self.complete = table.query_page(
            self.pk, span.condition, limit=limit, forward=span.forward, after=after, consistent=span.consistent
        )
        self.heads += [item for item in found if item.sk == span.head]
        self.items += [item for item in found if item.sk != span.head]


def read(partitions: Sequence[str], span: Span, wanted: int, begin: Begin) -> Found:
    """Read the first `wanted` items. Return fewer only if there are no more, or if they fill a page by their weight.

    `begin` begins a call, which is one Query, and returns a function that waits for it.
    """
    asked = all_ = [_Partition(pk, span) for pk in partitions]
    found: list[Item] = []
    missing = wanted
    while asked and missing > 0:
        limit = _share(missing, len(asked))
        for finish in [begin(partial(one.read, limit)) for one in asked]:
            finish()
        merged = sorted(
            (item for one in all_ for item in one.items), key=lambda item: item.sk, reverse=not span.forward
        )
        found = merged[: _known(merged, [one for one in all_ if not one.complete], forward=span.forward)]
        missing = _missing(found, wanted)
        needed = len(found) + missing
        last = merged[needed - 1].sk if len(merged) >= needed > 0 else None
        asked = [one for one in all_ if not one.complete and _may_hold(one, last, forward=span.forward)]
    return Found(found[:wanted], [head for one in all_ for head in one.heads])


def fitting(items: Sequence[Item]) -> int:
    """Return how many of the first items fit into a page by their weight: at least one."""
    weight = 0
    for number, item in enumerate(items):
        weight += returned_bytes(item.document or "")
        if weight > MAX_PAGE_BYTES:
            return max(1, number)
    return len(items)


def _missing(found: Sequence[Item], wanted: int) -> int:
    """Return how many more items are wanted: by their number, and by what those that were found weigh on average."""
    weight = sum(returned_bytes(item.document or "") for item in found)
    if weight > MAX_PAGE_BYTES:
        return 0
    by_weight = (MAX_PAGE_BYTES - weight) * len(found) // weight + 1 if weight else wanted
    return min(wanted - len(found), by_weight)


def _share(missing: int, partitions: int) -> int:
    """Return how many of the missing items one of the partitions may hold, with a reserve for chance.

    With two standard deviations, 19 of 20 first pages of 20 items need no second round.
    """
    mean = missing / partitions
    return missing if partitions == 1 else max(2, round(mean + 2 * math.sqrt(mean)))


def _known(merged: Sequence[Item], unfinished: Sequence[_Partition], *, forward: bool) -> int:
    """Return how many of the merged items no unread one can precede: those up to where reading stopped first."""
    if not all(one.items for one in unfinished):
        return 0
    ends = [one.items[-1].sk for one in unfinished]
    if forward:
        return sum(item.sk <= min(ends, default=item.sk) for item in merged)
    return sum(item.sk >= max(ends, default=item.sk) for item in merged)


def _may_hold(one: _Partition, last: str | None, *, forward: bool) -> bool:
    """Return whether a partition may hold an item that comes before the key `last`."""
    return last is None or not one.items or (one.items[-1].sk < last if forward else one.items[-1].sk > last)
