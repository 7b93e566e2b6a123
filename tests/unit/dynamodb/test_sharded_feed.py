"""Resources of a feed, on moto; its pages are in test_sharded_feed_pages, their cost and load in tests/proof/engine."""

from collections import Counter
from datetime import datetime

import pytest
from uuid_utils import uuid7

from neoforge import clock
from neoforge.dynamodb.resource_store import CollectionStats
from neoforge.dynamodb.sharded_feed import SHARDS, ShardedFeed
from neoforge.dynamodb.transaction import UnitOfWork
from neoforge.errors import NotFound, PreconditionFailed, Unavailable, WriteConflict
from neoforge.models import ANY, Precondition
from tests.functions.helpers import failing
from tests.unit.feeds import NOW, THINGS, Thing, delete, ids, make
from tests.unit.helpers import FixedClock, commit, id_at

pytestmark = pytest.mark.usefixtures("dynamodb")


@pytest.fixture(autouse=True)
def _now(dated: FixedClock) -> None:
    dated.set(NOW)


def test_a_resource_is_read_consistently() -> None:
    (thing,) = make(NOW)
    assert Thing.model_validate_json(THINGS.get(thing)) == Thing(id=thing)
    work = UnitOfWork()
    THINGS.replace(work, Thing(id=thing, version=2), 1)
    commit(work)
    with failing() as sent:
        assert Thing.model_validate_json(THINGS.get(thing)).version == 2
    assert [(one["operation"], one["ConsistentRead"]) for one in sent] == [("GetItem", True)]


@pytest.mark.parametrize(
    "thing",
    [
        "thg_ffffffff-ffff-7fff-8fff-ffffffffffff",  # in the year 10889
        "thg_" + 36 * "-",
        "thg_0000-00000000-7000-8000-000000000-0-",
        "thg_01a20538-11bf-7304-bb36-19bcf1775ed8",
    ],
)
def test_an_unknown_id_is_not_found_whatever_its_time(thing: str) -> None:
    make(NOW)
    with pytest.raises(NotFound):
        THINGS.get(thing)


def test_feeds_do_not_see_each_other() -> None:
    (thing,) = make(NOW)
    other = ShardedFeed("OTHER")
    with pytest.raises(NotFound):
        other.get(thing)
    assert (other.stats(), ids(other.first_page(5))) == (CollectionStats(), [])
    assert other.scope != THINGS.scope


def test_10000_resources_of_a_minute_are_spread_evenly_over_the_shards() -> None:
    """1/8 and 15 % of it: more than five standard deviations."""
    begin, count = round(datetime.fromisoformat(NOW).timestamp()) * 10**9, 10_000
    things, totals = Counter[str](), Counter[str]()
    for number in range(count):
        work = UnitOfWork()
        THINGS.create(work, Thing(id=f"thg_{uuid7(nanoseconds=begin + number * 60 * 10**9 // count)}"))
        thing, total = work.writes
        things[thing.parameters["Item"]["pk"]["S"]] += 1
        totals[total.parameters["Key"]["pk"]["S"]] += 1
    assert len(things) == len(totals) == SHARDS == 8
    assert max(things.values()) < count / SHARDS * 1.15
    assert max(totals.values()) < count / SHARDS * 1.15


def test_total_and_revision_follow_every_change() -> None:
    assert THINGS.stats() == CollectionStats(0, 0)
    made = make("2026-09-30T23:59:59.999Z", "2026-10-01T00:00:00.000Z", NOW)
    assert THINGS.stats() == CollectionStats(3, 3)
    work = UnitOfWork()
    THINGS.replace(work, Thing(id=made[1], version=2), 1)
    commit(work)
    assert THINGS.stats() == CollectionStats(3, 4)
    delete(made[2])
    assert THINGS.stats() == CollectionStats(2, 5)


def test_the_stats_of_all_shards_are_one_read() -> None:
    make(*[NOW] * 20)
    with failing() as sent:
        assert THINGS.stats()[:2] == (20, 20)
    assert [one["operation"] for one in sent] == ["BatchGetItem"]


def test_a_resource_is_created_once() -> None:
    (thing,) = make(NOW)
    work = UnitOfWork()
    THINGS.create(work, Thing(id=thing))
    with pytest.raises(WriteConflict):
        commit(work)
    assert THINGS.stats()[:2] == (1, 1)


def test_a_resource_that_has_changed_is_not_replaced() -> None:
    (thing,) = make(NOW)
    work = UnitOfWork()
    THINGS.replace(work, Thing(id=thing, version=9), 8)
    with pytest.raises(WriteConflict):
        commit(work)
    assert THINGS.stats()[:2] == (1, 1)


@pytest.mark.parametrize(
    ("there", "precondition", "error"),
    [
        (True, Precondition(frozenset({2})), PreconditionFailed),
        (True, Precondition(frozenset()), PreconditionFailed),
        (False, ANY, NotFound),
        (False, Precondition(frozenset({1})), NotFound),
        (False, Precondition(frozenset()), NotFound),
    ],
)
def test_a_delete_whose_precondition_fails_changes_nothing(
    there: bool, precondition: Precondition, error: type[Exception]
) -> None:
    (thing,) = make(NOW)
    with pytest.raises(error):
        delete(thing if there else id_at("thg", NOW), precondition)
    assert THINGS.stats()[:2] == (1, 1)


@pytest.mark.parametrize("precondition", [ANY, Precondition(frozenset({1})), Precondition(frozenset({1, 2}))])
def test_a_delete_of_a_named_version_is_applied(precondition: Precondition) -> None:
    (thing,) = make(NOW)
    delete(thing, precondition)
    with pytest.raises(NotFound):
        THINGS.get(thing)


def test_the_deadline_of_the_request_applies_in_the_threads_that_read() -> None:
    (thing,) = make(NOW)
    state = THINGS.stats()
    for read in (THINGS.next_page, THINGS.previous_page):
        with failing() as sent, clock.limited(0.0), pytest.raises(Unavailable):
            read(thing, 5, state)
        assert sent == []
        read(thing, 5, state)
