"""Pages of a feed, on moto."""

import random
from collections.abc import Callable
from functools import partial

import pytest

from neoforge.dynamodb.resource_store import CollectionStats, Slice
from neoforge.dynamodb.sharded_feed import SHARDS
from tests.functions.helpers import failing
from tests.unit.feeds import NOW, THINGS, back, delete, forth, ids, make

pytestmark = pytest.mark.usefixtures("dynamodb")
# Days, months and a year apart.
GAPS = (
    "2026-11-23T11:00:00.000Z",
    "2026-11-01T00:00:00.000Z",
    "2026-10-31T23:59:59.999Z",
    "2026-08-05T05:05:05.050Z",
    "2026-04-01T00:00:00.000Z",
    "2026-04-01T00:00:00.001Z",
    "2026-03-31T12:00:00.000Z",
    "2025-07-31T23:59:59.999Z",
)


def test_the_first_page_of_an_empty_feed_is_empty() -> None:
    assert THINGS.first_page(5) == Slice([], CollectionStats(), None, None)


@pytest.mark.parametrize("size", [1, 3, 4, 12, 20])
def test_pages_forwards_and_backwards_show_everything_once_in_order(size: int) -> None:
    made = make(*(f"2026-11-{day:02}T09:30:00.000Z" for day in range(10, 22)))
    windows = forth(size)
    assert ids(*windows) == made
    assert [len(window.documents) for window in windows[:-1]] == [size] * ((len(made) - 1) // size)
    assert windows[-1].documents  # next is null exactly when nothing follows
    assert (windows[0].previous_position, windows[0].stats) == (None, CollectionStats(12, 12))
    before = made[: -len(windows[-1].documents)]
    assert ids(*back(windows[-1], size)) == before


@pytest.mark.parametrize("seed", range(6))
def test_a_walk_lists_everything_whatever_the_order_of_arrival(seed: int) -> None:
    """The members of a feed by status come in the order in which they get it; another machine's clock may be ahead."""
    moments = [*GAPS, NOW, "2026-12-23T12:00:00.000Z", "2026-11-23T12:04:59.999Z"]
    random.Random(seed).shuffle(moments)  # noqa: S311 - no secret
    made = sorted((thing for moment in moments for thing in make(moment)), reverse=True)
    for size in (1, 4, 20):
        windows = forth(size)
        assert ids(*windows) == made
        assert ids(*back(windows[-1], size), windows[-1]) == made


@pytest.mark.parametrize("size", [2, 5])
def test_inserts_and_deletes_between_pages_cause_no_duplicate_and_no_gap(size: int) -> None:
    made = make(*(f"2026-{month:02}-{day:02}T00:00:00.000Z" for month in (8, 10, 11) for day in range(1, 9)))
    untouched = set(made)
    window = THINGS.first_page(size)
    shown = ids(window)
    while (position := window.next_position) is not None:
        make(NOW, NOW)
        gone = {shown[-1]}  # the thing at the position itself, and one that is still to come
        gone |= set(made[len(shown) + 1 : len(shown) + 2])
        for thing in gone & untouched:
            delete(thing)
        untouched -= gone
        window = THINGS.next_page(position, size, THINGS.stats())
        shown += ids(window)
    assert len(shown) == len(set(shown))
    assert shown == sorted(shown, reverse=True)
    assert untouched <= set(shown) <= set(made)


def test_inserts_and_deletes_between_previous_pages_cause_no_duplicate_and_no_gap() -> None:
    made = make(*(f"2026-11-{day:02}T00:00:00.000Z" for day in range(1, 13)))
    last = forth(3)[-1]
    delete(made[9])  # the position itself
    first = THINGS.previous_page(last.previous_position or "", 3, last.stats)
    assert ids(first) == made[6:9]
    newest = make(NOW)
    delete(made[5])
    assert ids(*back(first, 3)) == [*newest, *made[:5]]
    assert first.next_position is not None
    assert ids(THINGS.next_page(first.next_position, 3, first.stats)) == made[10:]


def test_an_empty_next_page_still_leads_to_the_previous_one() -> None:
    made = make(NOW, NOW)
    first = THINGS.first_page(1)
    delete(made[1])
    second = THINGS.next_page(first.next_position or "", 1, first.stats)
    assert (ids(second), second.next_position) == ([], None)
    assert ids(*back(second, 1)) == made[:1]


def test_an_empty_previous_page_still_leads_to_the_next_one() -> None:
    made = make(NOW, NOW, NOW)
    second = THINGS.next_page(made[0], 1, THINGS.stats())
    delete(made[0])
    window = THINGS.previous_page(made[1], 1, second.stats)
    assert (ids(window), window.previous_position) == ([], None)
    assert window.next_position is not None
    assert ids(THINGS.next_page(window.next_position, 5, second.stats)) == made[1:]


def test_a_page_of_an_emptied_feed_leads_nowhere() -> None:
    (thing,) = make(NOW)
    delete(thing)
    window = THINGS.previous_page(thing, 2, THINGS.stats())
    assert (ids(window), window.previous_position, window.next_position) == ([], None, None)


def calls(read: Callable[[], Slice]) -> list[str]:
    with failing() as sent:
        read()
    queries = [one for one in sent if one["operation"] == "Query"]
    assert not any(one.get("ConsistentRead", False) for one in queries)
    return sorted(one["operation"] for one in sent)


def test_the_first_page_brings_the_totals_and_a_later_one_reads_them_beside_it() -> None:
    made = make(NOW, NOW)
    assert calls(lambda: THINGS.first_page(5)) == ["Query"] * SHARDS
    for read in (THINGS.next_page, THINGS.previous_page):
        assert calls(partial(read, made[0], 1)) == ["BatchGetItem", *["Query"] * SHARDS]
        assert calls(partial(read, made[0], 1, CollectionStats(2, 2))) == ["Query"] * SHARDS
