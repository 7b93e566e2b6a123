"""Reading several partitions as one sequence, on partitions in memory."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from neoforge.dynamodb import ordered, table
from neoforge.dynamodb.item import Item
from neoforge.dynamodb.ordered import Span
from neoforge.limits import MAX_PAGE_BYTES

Partitions = dict[str, list[Item]]
NUMBERS = st.lists(st.integers(0, 999), unique=True, max_size=60)


def at_once[Result](call: Callable[[], Result]) -> Callable[[], Result]:
    result = call()
    return lambda: result


class Fake:
    """Answers queries of partitions, each Query with a few items at most, as one that reads 1 MB does."""

    def __init__(self, partitions: Partitions, most: int = 1000) -> None:
        self.partitions = partitions
        self.most = most
        self.read: list[tuple[str, int]] = []  # partition and number of items of each query

    def query_page(
        self, pk: str, _: Any, *, limit: int, forward: bool, after: str | None, **__: Any
    ) -> tuple[list[Item], bool]:
        items = sorted(self.partitions[pk], key=lambda item: item.sk, reverse=not forward)
        if after is not None:
            items = [item for item in items if (item.sk > after if forward else item.sk < after)]
        found = items[: min(limit, self.most)]
        self.read.append((pk, len(found)))
        return found, len(found) == len(items) and len(found) < limit

    def first(self, wanted: int, *, forward: bool = False, head: str | None = None) -> ordered.Found:
        span = Span(Item.sk.startswith(""), forward, consistent=False, head=head)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(table, "query_page", self.query_page)
            return ordered.read(list(self.partitions), span, wanted, at_once)


def spread(numbers: list[int], partitions: int, document: str = "{}") -> Partitions:
    made: Partitions = {str(one): [] for one in range(partitions)}
    for number in numbers:
        made[str(number * 7919 % 101 % partitions)].append(Item("p", f"{number:03}", document=document))
    return made


def numbers(items: list[Item]) -> list[int]:
    return [int(item.sk) for item in items]


@given(NUMBERS, st.integers(1, 8), st.integers(1, 40), st.integers(1, 5), st.booleans())
def test_the_first_items_are_found_whatever_partition_they_are_in(
    made: list[int], partitions: int, wanted: int, most: int, forward: bool
) -> None:
    found = Fake(spread(made, partitions), most).first(wanted, forward=forward)
    assert numbers(found.items) == sorted(made, reverse=not forward)[:wanted]


def test_heads_are_told_apart_from_the_items() -> None:
    partitions = spread(list(range(30)), 3)
    for one in ("0", "2"):
        partitions[one].append(Item(one, "~TOTAL"))
    found = Fake(partitions).first(5, head="~TOTAL")
    assert (numbers(found.items), [item.sk for item in found.heads]) == ([29, 28, 27, 26, 25], ["~TOTAL"] * 2)


def test_only_partitions_that_may_hold_the_next_items_are_asked_again() -> None:
    """The newest are all in one partition."""
    partitions = {"old": [Item("old", f"{number:03}") for number in range(50)]}
    partitions["new"] = [Item("new", f"{number:03}") for number in range(500, 550)]
    fake = Fake(partitions)
    assert numbers(fake.first(20).items) == list(range(549, 529, -1))
    assert [pk for pk, _ in fake.read].count("old") == 1


@pytest.mark.parametrize("wanted", [2, 8, 21, 101])
def test_little_more_is_read_than_is_wanted(wanted: int) -> None:
    fake = Fake(spread(list(range(1000)), 8))
    assert len(fake.first(wanted).items) == wanted
    assert sum(count for _, count in fake.read) <= 2 * wanted + 8 * 2


def test_one_partition_is_asked_for_exactly_what_is_wanted() -> None:
    fake = Fake(spread(list(range(50)), 1))
    fake.first(21)
    assert fake.read == [("0", 21)]


def test_reading_stops_when_the_items_fill_a_page() -> None:
    heavy = '"' + "x" * 100_000 + '"'
    fake = Fake(spread(list(range(1000)), 8, heavy), most=10)
    found = fake.first(101)
    assert MAX_PAGE_BYTES < sum(len(item.document) for item in found.items) < 2 * MAX_PAGE_BYTES
    assert sum(count for _, count in fake.read) <= 2 * MAX_PAGE_BYTES / 100_000


@pytest.mark.parametrize(
    ("documents", "number"),
    [
        ([], 0),
        (["x"], 1),
        (["x" * (MAX_PAGE_BYTES + 1), "x"], 1),  # one at least
        (["x" * (MAX_PAGE_BYTES - 1), "x", "x"], 2),
        (["\N{GRINNING FACE}" * (MAX_PAGE_BYTES // 4), "x"], 1),
        (['"' * (MAX_PAGE_BYTES // 2), "x"], 1),
        (["\\" * (MAX_PAGE_BYTES // 2 - 1), "x", "x", "x"], 3),
    ],
)
def test_items_fit_into_a_page_by_their_weight_in_the_result_of_a_function(documents: list[str], number: int) -> None:
    assert ordered.fitting([Item("a", "b", document=document) for document in documents]) == number
