"""The purge on moto; against running requests and the killed ones it is in tests/proof/engine."""

from collections.abc import Iterator
from typing import Any

import pytest

from neoforge import clock
from neoforge.dynamodb import expiry, expressions
from neoforge.dynamodb.client import get_client
from neoforge.dynamodb.item import Item
from neoforge.dynamodb.keys import primary_key
from tests.functions.helpers import client_error, failing
from tests.unit.conftest import Counted
from tests.unit.helpers import FixedClock, items

pytestmark = pytest.mark.usefixtures("dynamodb")


def fill(at: FixedClock, count: int, expired: int) -> None:
    """Create items that never expire, and others of which some have expired."""
    for number in range(count):
        Item(f"KEPT#{number}", "A").save()
        past = at.seconds - 1 - number if number < expired else at.seconds + number
        Item(f"ITEM#{number}", "A", expires_at=int(past)).save()


def left() -> set[str]:
    """Return the items, without the position."""
    return {item["pk"]["S"] for item in items()} - {expiry.KEY[0]}


@pytest.fixture
def deadline(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[int]]:
    """A deadline that comes near once so many calls were made: deadline[0] is how many are left."""
    calls = [10**9]
    monkeypatch.setattr(clock, "monotonic", lambda: 0.0 if calls[0] > 0 else 100.1 - expiry.MARGIN_SECONDS)
    events = get_client().meta.events

    def call(**_: Any) -> None:
        calls[0] -= 1

    events.register("after-call.dynamodb", call)
    try:
        with clock.limited(100.0):
            yield calls
    finally:
        events.unregister("after-call.dynamodb", call)


@pytest.mark.parametrize("batch", [1, 4, 1000])
def test_expired_items_are_deleted_and_no_others(batch: int, at: FixedClock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(expiry, "BATCH", batch)
    fill(at, 8, expired=5)
    assert expiry.run() == 5
    assert left() == {f"KEPT#{number}" for number in range(8)} | {"ITEM#5", "ITEM#6", "ITEM#7"}
    before = items()
    assert expiry.run() == 0
    assert items() == before


def test_an_item_is_kept_until_its_last_second_has_passed(at: FixedClock) -> None:
    Item("ITEM", "A", expires_at=int(at.seconds)).save()
    assert expiry.run() == 0
    at.seconds += 1
    assert expiry.run() == 1


def test_an_item_that_was_extended_after_it_was_read_is_kept(at: FixedClock) -> None:
    fill(at, 2, expired=2)

    def renew(**_: Any) -> None:
        Item("ITEM#0", "A", expires_at=int(at.seconds) + 60).save()

    events = get_client().meta.events
    events.register("after-call.dynamodb.Scan", renew)
    try:
        assert expiry.run() == 1
    finally:
        events.unregister("after-call.dynamodb.Scan", renew)
    assert left() == {"KEPT#0", "KEPT#1", "ITEM#0"}


def test_any_other_error_of_a_delete_is_raised(at: FixedClock) -> None:
    fill(at, 1, expired=1)
    error = client_error("AccessDeniedException")
    with failing(error, operation="DeleteItem"), pytest.raises(type(error)):
        expiry.run()


@pytest.mark.parametrize("calls", range(14))
def test_the_next_runs_complete_one_that_reached_its_deadline(
    calls: int, at: FixedClock, deadline: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(expiry, "BATCH", 3)
    fill(at, 6, expired=4)
    deadline[0] = calls
    try:
        first = expiry.run()
        assert deadline[0] >= -1  # one more call at most: it stores where it stopped
    finally:
        deadline[0] = 10**9
    assert first + expiry.run() == 4
    assert left() == {f"KEPT#{number}" for number in range(6)} | {"ITEM#4", "ITEM#5"}
    assert expressions.get(*expiry.KEY) is None


def test_a_run_continues_where_the_last_one_stopped(
    at: FixedClock, deadline: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(expiry, "BATCH", 3)
    fill(at, 6, expired=0)
    deadline[0] = 3  # the position is read, a batch is, the position is stored
    assert expiry.run() == 0
    deadline[0] = 10**9
    stored = expressions.get(*expiry.KEY)
    assert stored
    with failing() as sent:
        expiry.run()
    scans = [one for one in sent if one["operation"] == "Scan"]
    assert scans[0]["ExclusiveStartKey"] == primary_key(stored["position"]["pk"], stored["position"]["sk"])
    assert expressions.get(*expiry.KEY) is None


def test_the_age_of_the_oldest_expired_item_is_reported(at: FixedClock, counted: Counted) -> None:
    expiry.run()
    assert counted() == {}
    fill(at, 3, expired=3)
    expiry.run()
    assert counted() == {"OldestExpired": 1}
