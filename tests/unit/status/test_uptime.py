"""Uptime against a model that looks at every second by itself; times are in milliseconds."""

import random
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from neoforge.status.model import WORST_FIRST, Event, Status
from neoforge.status.uptime import UptimeTally, tally
from tests.unit.status.events import at_second

START, END = 1_000, 1_060  # in seconds
# Before, within, at both ends of, and behind the window.
HAPPENED = st.lists(st.tuples(st.integers(START - 30, END + 30), st.sampled_from(WORST_FIRST)), max_size=8)


def events_of(happened: list[tuple[int, Status]]) -> list[Event]:
    return [at_second(second, status, number) for number, (second, status) in enumerate(happened)]


def counted(events: list[Event], start: int = START, end: int = END, counted_to: int = END) -> UptimeTally:
    return tally(events, start * 1000, end * 1000, counted_to * 1000)


def status_at(second: int, happened: list[tuple[int, Status]]) -> Status | None:
    """Of what happened until then, the latest; of the same second, what was told last."""
    earlier = [(when, number, status) for number, (when, status) in enumerate(happened) if when <= second]
    return max(earlier)[2] if earlier else None


@given(HAPPENED)
def test_each_second_counts_once_with_the_latest_status(happened: list[tuple[int, Status]]) -> None:
    seconds = [status_at(second, happened) for second in range(START, END)]
    found = counted(events_of(happened))
    assert found.down == 10_000 * seconds.count("major_outage") + 3_000 * seconds.count("partial_outage")
    assert found.counted == 1000 * sum(status not in {None, "under_maintenance"} for status in seconds)
    assert found.worst == min((status for status in seconds if status), key=WORST_FIRST.index, default=None)


@given(HAPPENED, st.randoms(use_true_random=False))
def test_a_tally_does_not_depend_on_the_order_of_the_events(
    happened: list[tuple[int, Status]], shuffled: random.Random
) -> None:
    events = events_of(happened)
    expected = counted(events)
    shuffled.shuffle(events)
    assert counted(events) == expected


@given(HAPPENED)
def test_uptime_is_between_0_and_1(happened: list[tuple[int, Status]]) -> None:
    uptime = counted(events_of(happened)).uptime
    assert uptime is None or 0 <= uptime <= 1


@given(HAPPENED, st.integers(START - 30, END + 30))
def test_one_more_major_outage_never_improves_the_uptime(happened: list[tuple[int, Status]], second: int) -> None:
    before = counted(events_of(happened))
    after = counted(events_of([*happened, (second, "major_outage")]))
    assert after.down >= before.down
    if before.uptime is not None:
        assert after.uptime is not None
        assert after.uptime <= before.uptime
        assert WORST_FIRST.index(after.worst or "operational") <= WORST_FIRST.index(before.worst or "operational")


@given(HAPPENED, st.integers(START, END))
def test_the_tally_of_a_period_is_the_sum_of_its_parts(happened: list[tuple[int, Status]], between: int) -> None:
    events = events_of(happened)
    whole = counted(events)
    assert counted(events, START, between).plus(counted(events, between, END)) == whole


@pytest.mark.parametrize(
    ("happened", "uptime", "worst"),
    [
        ([], None, None),
        ([(END, "major_outage")], None, None),  # after the window
        ([(START - 30, "operational")], 1.0, "operational"),
        ([(START - 30, "major_outage")], 0.0, "major_outage"),
        ([(START - 30, "partial_outage")], 0.7, "partial_outage"),
        ([(START - 30, "degraded_performance")], 1.0, "degraded_performance"),
        ([(START - 30, "under_maintenance")], None, "under_maintenance"),  # nothing counts
        ([(START, "major_outage"), (START + 15, "operational")], 0.75, "major_outage"),
        # Maintenance for half of the time: the outage is half of the rest.
        (
            [(START, "under_maintenance"), (START + 30, "major_outage"), (START + 45, "operational")],
            0.5,
            "major_outage",
        ),
        # The time before the first event is no part of the window.
        ([(START + 30, "major_outage"), (START + 45, "operational")], 0.5, "major_outage"),
        # A partial outage, during which a major one begins: counted whole, not 1.3 times.
        ([(START, "partial_outage"), (START + 30, "major_outage")], 0.35, "major_outage"),
        # The same outage told twice.
        ([(START, "major_outage"), (START + 10, "major_outage"), (START + 30, "operational")], 0.5, "major_outage"),
        # Of two events of the same time the later one counts.
        ([(START, "major_outage"), (START, "operational")], 1.0, "operational"),
    ],
)
def test_uptime_equals_hand_calculated_values(
    happened: list[tuple[int, Status]], uptime: float | None, worst: Status | None
) -> None:
    found = counted(events_of(happened))
    assert (found.uptime, found.worst) == (uptime, worst)


def test_adding_an_empty_tally_changes_nothing() -> None:
    found = UptimeTally(10, 20, "major_outage")
    assert found.plus(UptimeTally()) == UptimeTally().plus(found) == found
    assert UptimeTally().uptime is None


@given(HAPPENED, st.integers(START, END))
def test_a_status_is_told_at_once_and_its_time_counts_later(happened: list[tuple[int, Status]], to: int) -> None:
    events = events_of(happened)
    found, whole, earlier = counted(events, counted_to=to), counted(events), counted(events, end=to, counted_to=to)
    assert found.worst == whole.worst
    assert (found.down, found.counted) == (earlier.down, earlier.counted)


@given(st.integers(1, 90 * 24 * 3600 * 1000), st.data())
def test_uptime_is_rounded_down_to_six_digits(milliseconds: int, data: st.DataObject) -> None:
    down = data.draw(st.integers(0, 10 * milliseconds))
    uptime = UptimeTally(down, milliseconds).uptime
    exact = 1 - Fraction(down, 10 * milliseconds)
    assert uptime is not None
    assert 0 <= exact - Fraction(str(uptime)) < Fraction(1, 10**6)
    assert (uptime == 1) == (down == 0)
    assert len(str(uptime)) <= len("0.123456") or "e" in str(uptime)


@pytest.mark.parametrize("down", [1, 3, 10, 200])  # tenths of milliseconds
def test_an_outage_in_90_days_is_never_rounded_away(down: int) -> None:
    assert UptimeTally(down, 90 * 24 * 3600 * 1000, "major_outage").uptime == 0.999999
    assert UptimeTally(0, 90 * 24 * 3600 * 1000, "operational").uptime == 1.0
    assert UptimeTally(10, 3, "major_outage").uptime == 0.666666
