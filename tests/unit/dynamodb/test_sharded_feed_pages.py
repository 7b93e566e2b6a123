"""Pages of a feed, on moto."""

import random

import pytest

from neoforge.dynamodb import sharded_feed
from neoforge.dynamodb.collection import CollectionStats, Slice
from neoforge.dynamodb.sharded_feed import SHARDS
from tests.functions.helpers import failing
from tests.unit.feeds import NOW, THINGS, back, delete, forth, ids, make
from tests.unit.helpers import FixedClock

pytestmark = pytest.mark.usefixtures("dynamodb")
MONTHS = 3
# Neighbouring months, a gap within the budget of a page, and gaps that take more than one and more than two pages.
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


@pytest.fixture(autouse=True)
def _now(dated: FixedClock, monkeypatch: pytest.MonkeyPatch) -> None:
    """A budget of fewer months than in earnest, which are walked in less time."""
    monkeypatch.setattr(sharded_feed, "MONTHS", MONTHS)
    dated.set(NOW)


def test_the_first_page_of_an_empty_feed_is_empty() -> None:
    assert THINGS.first_page(5) == Slice([], CollectionStats(), None, None)


@pytest.mark.parametrize("size", [1, 3, 4, 12, 20])
def test_pages_forwards_and_backwards_show_everything_once_in_order(size: int) -> None:
    made = make(*(f"2026-11-{day:02}T09:30:00.000Z" for day in range(10, 22)))
    windows = forth(size)
    assert ids(*windows) == made
    assert [len(window.documents) for window in windows[:-1]] == [size] * ((len(made) - 1) // size)
    assert windows[-1].documents  # next is null exactly when nothing follows
    assert (windows[0].previous_position, windows[0].stats) == (None, CollectionStats(12, 12, "2026-11"))
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


@pytest.mark.parametrize("size", [1, 3])
def test_pages_cross_empty_months_forwards_and_backwards(size: int) -> None:
    made = make(*GAPS)
    windows = forth(size)
    assert ids(*windows) == made
    assert windows[-1].documents
    empty = next(number for number, window in enumerate(windows) if not window.documents)
    for number in (empty, len(windows) - 1):
        assert ids(*back(windows[number], size)) == ids(*windows[:number])


@pytest.mark.parametrize("size", [1, 20])
def test_a_page_reads_a_bounded_number_of_months(size: int) -> None:
    make(*GAPS)
    with failing() as sent:
        windows = forth(size)
    queries = sum(one["operation"] == "Query" for one in sent)
    assert queries <= len(windows) * MONTHS * SHARDS
    with failing() as sent:
        THINGS.previous_page(windows[-1].previous_position or "", size, windows[0].stats)
    assert sum(one["operation"] == "Query" for one in sent) <= 2 * MONTHS * SHARDS


def test_a_page_that_reached_the_bound_of_months_is_short_and_has_a_next_one() -> None:
    made = make(NOW, "2026-09-30T23:59:59.999Z", "2026-08-31T23:59:59.999Z")  # the 1st, 3rd and 4th month
    first = THINGS.first_page(5)
    assert ids(first) == made[:2]
    assert first.next_position is not None
    second = THINGS.next_page(first.next_position, 5, first.stats)
    assert (ids(second), second.next_position) == (made[2:], None)


def test_the_page_with_the_oldest_resource_has_no_next_one() -> None:
    made = make(NOW, "2026-09-01T00:00:00.000Z")
    window = THINGS.first_page(2)
    assert (ids(window), window.next_position) == (made, None)


def test_a_full_page_that_reached_the_bound_of_months_has_a_next_one() -> None:
    made = make(NOW, "2026-11-01T00:00:00.000Z", "2026-01-01T00:00:00.000Z")
    assert THINGS.first_page(2).next_position is not None
    assert ids(*forth(2)) == made


def test_pages_end_if_the_oldest_resources_were_deleted() -> None:
    made = make(NOW, "2026-01-01T00:00:00.000Z")
    delete(made[1])
    windows = forth(5)
    assert ids(*windows) == made[:1]
    assert len(windows) <= 5  # a page for each 3 of 11 months, and its first one


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


def test_a_month_is_read_from_all_shards_eventually_consistent() -> None:
    make(NOW)
    with failing() as sent:
        THINGS.first_page(5)
    queries = [one for one in sent if one["operation"] == "Query"]
    assert [one.get("ConsistentRead", False) for one in queries] == [False] * SHARDS
    assert len({str(one["ExpressionAttributeValues"]) for one in queries}) == SHARDS
