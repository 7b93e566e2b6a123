"""Pages of a feed, on moto."""

import pytest

from neoforge import feed
from neoforge.collection import State, Window
from neoforge.feed import SHARDS
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
    monkeypatch.setattr(feed, "MONTHS", MONTHS)
    dated.set(NOW)


def test_an_empty_feed_has_an_empty_window() -> None:
    assert THINGS.newest(5) == Window([], State(), None, None)


@pytest.mark.parametrize("size", [1, 3, 4, 12, 20])
def test_pages_there_and_back_show_everything_once_in_order(size: int) -> None:
    made = make(*(f"2026-11-{day:02}T09:30:00.000Z" for day in range(10, 22)))
    windows = forth(size)
    assert ids(*windows) == made
    assert [len(window.documents) for window in windows[:-1]] == [size] * ((len(made) - 1) // size)
    assert windows[-1].documents  # next is null exactly when nothing follows
    assert (windows[0].newer, windows[0].state) == (None, State(12, 12, "2026-11"))
    before = made[: -len(windows[-1].documents)]
    assert ids(*back(windows[-1], size)) == before


@pytest.mark.parametrize("size", [1, 3])
def test_gaps_of_any_length_are_walked_over_there_and_back(size: int) -> None:
    made = make(*GAPS)
    windows = forth(size)
    assert ids(*windows) == made
    assert windows[-1].documents
    empty = next(number for number, window in enumerate(windows) if not window.documents)
    for number in (empty, len(windows) - 1):
        assert ids(*back(windows[number], size)) == ids(*windows[:number])


@pytest.mark.parametrize("size", [1, 20])
def test_a_page_looks_into_so_many_months_and_no_more(size: int) -> None:
    make(*GAPS)
    with failing() as sent:
        windows = forth(size)
    queries = sum(one["operation"] == "Query" for one in sent)
    assert queries <= len(windows) * MONTHS * SHARDS
    with failing() as sent:
        THINGS.newer(windows[-1].newer or "", size, windows[0].state)
    assert sum(one["operation"] == "Query" for one in sent) <= 2 * MONTHS * SHARDS


def test_where_the_budget_of_months_ends_the_page_is_short_and_goes_on() -> None:
    made = make(NOW, "2026-09-30T23:59:59.999Z", "2026-08-31T23:59:59.999Z")  # the 1st, 3rd and 4th month
    first = THINGS.newest(5)
    assert ids(first) == made[:2]
    assert first.older is not None
    second = THINGS.older(first.older, 5, first.state)
    assert (ids(second), second.older) == (made[2:], None)


def test_if_the_oldest_thing_is_within_the_budget_nothing_follows() -> None:
    made = make(NOW, "2026-09-01T00:00:00.000Z")
    window = THINGS.newest(2)
    assert (ids(window), window.older) == (made, None)


def test_where_the_budget_ends_behind_a_full_page_that_one_goes_on_too() -> None:
    made = make(NOW, "2026-11-01T00:00:00.000Z", "2026-01-01T00:00:00.000Z")
    assert THINGS.newest(2).older is not None
    assert ids(*forth(2)) == made


def test_if_the_oldest_things_are_gone_the_walk_ends_nevertheless() -> None:
    made = make(NOW, "2026-01-01T00:00:00.000Z")
    delete(made[1])
    windows = forth(5)
    assert ids(*windows) == made[:1]
    assert len(windows) <= 5  # a page for each 3 of 11 months, and its first one


@pytest.mark.parametrize("size", [2, 5])
def test_inserts_and_deletes_between_pages_cause_no_duplicate_and_no_gap(size: int) -> None:
    made = make(*(f"2026-{month:02}-{day:02}T00:00:00.000Z" for month in (8, 10, 11) for day in range(1, 9)))
    untouched = set(made)
    window = THINGS.newest(size)
    shown = ids(window)
    while (position := window.older) is not None:
        make(NOW, NOW)
        gone = {shown[-1]}  # the thing at the position itself, and one that is still to come
        gone |= set(made[len(shown) + 1 : len(shown) + 2])
        for thing in gone & untouched:
            delete(thing)
        untouched -= gone
        window = THINGS.older(position, size, THINGS.state())
        shown += ids(window)
    assert len(shown) == len(set(shown))
    assert shown == sorted(shown, reverse=True)
    assert untouched <= set(shown) <= set(made)


def test_what_is_made_and_deleted_on_the_way_back_is_no_gap_either() -> None:
    made = make(*(f"2026-11-{day:02}T00:00:00.000Z" for day in range(1, 13)))
    last = forth(3)[-1]
    delete(made[9])  # the position itself
    first = THINGS.newer(last.newer or "", 3, last.state)
    assert ids(first) == made[6:9]
    newest = make(NOW)
    delete(made[5])
    assert ids(*back(first, 3)) == [*newest, *made[:5]]
    assert first.older is not None
    assert ids(THINGS.older(first.older, 3, first.state)) == made[10:]


def test_after_everything_that_was_older_is_gone_the_way_back_is_open() -> None:
    made = make(NOW, NOW)
    first = THINGS.newest(1)
    delete(made[1])
    second = THINGS.older(first.older or "", 1, first.state)
    assert (ids(second), second.older) == ([], None)
    assert ids(*back(second, 1)) == made[:1]


def test_before_everything_that_was_newer_is_gone_the_way_back_is_open() -> None:
    made = make(NOW, NOW, NOW)
    second = THINGS.older(made[0], 1, THINGS.state())
    delete(made[0])
    window = THINGS.newer(made[1], 1, second.state)
    assert (ids(window), window.newer) == ([], None)
    assert window.older is not None
    assert ids(THINGS.older(window.older, 5, second.state)) == made[1:]


def test_when_everything_is_gone_there_is_no_way() -> None:
    (thing,) = make(NOW)
    delete(thing)
    window = THINGS.newer(thing, 2, THINGS.state())
    assert (ids(window), window.newer, window.older) == ([], None, None)


def test_a_month_is_read_from_all_shards_and_need_not_be_consistent() -> None:
    make(NOW)
    with failing() as sent:
        THINGS.newest(5)
    queries = [one for one in sent if one["operation"] == "Query"]
    assert [one.get("ConsistentRead", False) for one in queries] == [False] * SHARDS
    assert len({str(one["ExpressionAttributeValues"]) for one in queries}) == SHARDS
