"""How callers use a kind of resource, and where the table has to hold it."""

import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple

type Json = dict[str, Any]
# By id; None for what no client is shown.
type Documents = dict[str, Json | None]
# By the name of the collection that they are in: USER#<id>/PROJECT, FEED#POST.
type Collections = dict[str, Documents]


class Listing(NamedTuple):
    """A list of the caller's own resources: its path, and which of them it shows."""

    path: str
    shows: Callable[[Json], bool] = lambda _: True


class Derived(NamedTuple):
    """What the table holds beside the resources, and that follows from them.

    pk: its partition. shown: the part of a stored document that is compared. expected: that part of all of them.
    """

    pk: str
    shown: Callable[[Json], Json]
    expected: Callable[[list[Json]], Documents]


@dataclass(frozen=True, kw_only=True)
class Kind:
    """A kind of resource.

    prefix: of its ids. text: the member that no two requests send alike. draft: the other members of a new one.
    collections: where the table holds a resource of an owner. counted: how the names of those end that have a counter.
    """

    prefix: str
    path: str
    text: str
    draft: Callable[[random.Random], Json]
    weight: int  # of its creation, among a caller's actions
    collections: Callable[[str, Json], list[str]]
    counted: str
    patch: Callable[[random.Random], Json] | None = None  # another change than of the text
    has_own_path: bool = True  # so it can be read and changed by itself
    deletable: bool = True
    keyed: float = 0.8  # share of creations with an Idempotency-Key; with less than 1, more may exist than was told
    listings: Callable[[str], list[Listing]] = lambda _: []
    other_paths: tuple[str, ...] = ()  # to read, without an order of their own
    derived: Derived | None = None
