"""The purge on a real engine: what has expired goes and nothing else, also if it is ended at any of its calls."""

import itertools
from collections.abc import Callable
from typing import Any

import pytest

from neoforge import clock
from neoforge.dynamodb import expiry
from neoforge.dynamodb.client import get_client
from neoforge.dynamodb.item import Item
from neoforge.dynamodb.keys import primary_key
from scripts.proof.bench.counting import counted
from tests.callers import sign_in
from tests.proof.engine.dynamodb import rows
from tests.proof.engine.faults import send, sending

EXPIRED, LIVE, FOREVER, BATCH = 25, 20, 5, 8
NOW = 1_800_000_000


class Killed(BaseException):
    """Ends the process: nothing of ours catches it."""


@pytest.fixture(autouse=True)
def _small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(expiry, "BATCH", BATCH)
    monkeypatch.setattr(clock, "now", lambda: NOW + 0.5)


def put(sk: str, number: int, expires_at: int | None) -> None:
    get_client().put_item(
        TableName=Item.Meta.table_name,
        Item=primary_key(f"P#{number % 7}", f"{sk}#{number}")
        | ({"expires_at": {"N": str(expires_at)}} if expires_at is not None else {}),
    )


def fill(part: int = 1) -> set[str]:
    """Create all sorts of items, or a part of them. Return the sort keys of what is to stay."""
    for number in range(EXPIRED // part):
        put("EXPIRED", number, NOW - 1 - number * 3600)
    for number in range(LIVE // part):
        put("LIVE", number, NOW + number * 3600)  # one of them expires at this second: not before
    for number in range(FOREVER // part):
        put("FOREVER", number, None)
    return {sk for sk in left() if not sk.startswith("EXPIRED")}


def left() -> set[str]:
    return {str(row["sk"]) for row in rows()}


def killing(operations: str, number: int, moment: str) -> Callable[..., None]:
    """End the process right before or right after the n-th call (from 1) of these operations."""
    calls = itertools.count(1)

    def hook(request: Any, event_name: str, **_: Any) -> None:
        if event_name.endswith(tuple(operations.split())) and next(calls) == number:
            if moment == "after":
                send(request)
            raise Killed

    return hook


def test_what_has_expired_is_deleted_and_nothing_else() -> None:
    sign_in()
    kept = fill()
    assert expiry.run() == EXPIRED
    assert left() == kept  # so no position is left either
    assert expiry.run() == 0
    assert left() == kept


@pytest.mark.parametrize("moment", ["before", "after"])
def test_a_purge_that_is_killed_at_any_call_deletes_nothing_else_and_the_next_one_all(moment: str) -> None:
    for number in itertools.count(1):
        kept = fill(4)
        try:
            with sending(killing("Item Scan", number, moment)):
                expiry.run()
        except Killed:
            assert kept <= left()
            expiry.run()
            assert left() == kept
        else:
            break
    assert number > EXPIRED // 4 + 5  # and scans, and positions


def test_a_purge_goes_on_behind_the_batches_that_the_killed_one_has_done() -> None:
    kept = fill()
    with pytest.raises(Killed), sending(killing("Scan", 3, "before")):
        expiry.run()
    with counted() as calls:
        expiry.run()
    assert left() == kept
    rest = EXPIRED + LIVE + FOREVER - 2 * BATCH
    assert calls.operations.count("Scan") == -(-rest // BATCH)


def test_a_purge_whose_time_is_over_ends_well_and_the_next_one_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    kept, deleted, runs = fill(), 0, 0
    ticks = iter(range(100_000))
    monkeypatch.setattr(clock, "monotonic", lambda: next(ticks))  # each look at the clock takes a second
    while left() != kept:
        with clock.limited(clock.monotonic() + 20):
            deleted += expiry.run()
        runs += 1
        assert runs < 100
    assert runs > 1
    assert deleted == EXPIRED


def test_what_is_used_again_meanwhile_stays() -> None:
    put("EXPIRED", 1, NOW - 1)

    def renew(event_name: str, **_: Any) -> None:
        if event_name.endswith("DeleteItem"):
            put("EXPIRED", 1, NOW + 60)

    with sending(renew):
        assert expiry.run() == 0
    assert left() == {"EXPIRED#1"}
