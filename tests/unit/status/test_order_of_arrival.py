"""What is told of a service follows from its events, in whatever order they arrived. On moto, against a plain model."""

from datetime import datetime
from fractions import Fraction
from itertools import pairwise
from typing import Any, NamedTuple

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from moto import mock_aws

from neoforge import clock
from neoforge.dynamodb.client import get_client
from neoforge.dynamodb.transaction import UnitOfWork
from neoforge.status import repository, service
from neoforge.status.model import WORST_FIRST, Event, NewEvent, Status
from tests.api import create_table
from tests.unit.helpers import FixedClock, commit
from tests.unit.status.events import SERVICE

NOW = 1_795_435_230  # 2026-11-23T12:00:30Z
MINUTE, DAY = 60, 24 * 3600
WEIGHTS = {"major_outage": Fraction(1), "partial_outage": Fraction(3, 10)}
FASTEST = 2  # seconds by which a clock is ahead
on_moto = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def seconds(moment: str) -> Fraction:
    parsed = datetime.fromisoformat(moment)
    return Fraction(int(parsed.replace(microsecond=0).timestamp())) + Fraction(parsed.microsecond, 1_000_000)


def share(events: list[Event], start: int, end: int) -> float | None:
    """Share of a time without outage, rounded down to six digits."""
    down = counted = Fraction(0)
    moments = [*(seconds(event.occurred_at) for event in events), Fraction(end)]
    for event, (begin, until) in zip(events, pairwise(moments), strict=True):
        length = max(Fraction(0), min(until, Fraction(end)) - max(begin, Fraction(start)))
        counted += length if event.status != "under_maintenance" else 0
        down += length * WEIGHTS.get(event.status, 0)
    return (10**6 - -(-(down * 10**6) // counted)) / 10**6 if counted else None


def worst(events: list[Event], start: int, end: Fraction) -> Status | None:
    moments = [*(seconds(event.occurred_at) for event in events), end]
    lasted = [max(begin, Fraction(start)) < min(until, end) for begin, until in pairwise(moments)]
    statuses = {event.status for event, some in zip(events, lasted, strict=True) if some}
    return min(statuses, key=WORST_FIRST.index, default=None)


def told(known: list[Event], days: int, now: Fraction) -> dict[str, Any]:
    """What the API should tell of a service."""
    events = sorted(known, key=lambda event: event.order)
    current, run = events[-1], events[-1]
    for event in reversed(events):
        if event.status != current.status:
            break
        run = event
    minute = int(now // MINUTE) * MINUTE
    midnight = minute - minute % DAY
    starts = [midnight - number * DAY for number in range(days)][::-1]
    return {
        "status": current.status,
        "since": run.occurred_at,
        "description": current.description,
        "updated_at": max(event.created_at for event in known),
        "uptime_90d": share(events, midnight - 89 * DAY, minute),
        "days": [
            (share(events, start, min(start + DAY, minute)), worst(events, start, min(Fraction(start + DAY), now)))
            for start in starts
        ],
    }


def found(days: int) -> dict[str, Any]:
    detail = service.detail(SERVICE).model_dump(exclude={"id"})
    (summary,) = service.summary().services
    assert (summary.status, summary.since) == (detail["status"], detail["since"])
    return detail | {"days": [(day.uptime, day.status) for day in service.history(SERVICE, days).days]}


class Happened(NamedTuple):
    """An event, and whether days are rolled up after it arrived."""

    half_days: int  # ago
    second: int
    status: Status
    roll_up: bool


HAPPENED = st.builds(
    Happened,
    half_days=st.sampled_from([0, 1, 2, 3, 6]),
    second=st.sampled_from([0, 1, 2, 50]),  # the last one is younger than the last whole minute
    status=st.sampled_from(["operational", "major_outage", "partial_outage", "under_maintenance"]),
    roll_up=st.booleans(),
)


def event_of(number: int, one: Happened) -> Event:
    created_at = clock.timestamp(NOW + number)
    return Event(
        id=f"evt_{number:036}",
        service_id=SERVICE,
        status=one.status,
        description=str(number),
        occurred_at=clock.timestamp(NOW - MINUTE - one.half_days * DAY / 2 + one.second),
        created_at=created_at,
        updated_at=created_at,
        version=1,
    )


def arrive(event: Event) -> None:
    before, work = repository.find_service(event.service_id), UnitOfWork()
    repository.append(work, event)
    repository.set_service(work, before, service.after(before, event))
    commit(work)


@given(st.lists(HAPPENED, min_size=1, max_size=5), st.data())
@on_moto
def test_what_is_told_is_a_function_of_the_set_of_events(
    at: FixedClock, happened: list[Happened], data: st.DataObject
) -> None:
    at.seconds = NOW
    events = [event_of(number, one) for number, one in enumerate(happened)]
    for order in (range(len(happened)), data.draw(st.permutations(range(len(happened))))):
        with mock_aws():
            create_table(get_client())
            for number in order:
                arrive(events[number])
                if happened[number].roll_up:
                    service.roll_up()
            assert found(4) == told(events, 4, Fraction(NOW))


def record(draft: NewEvent) -> Event:
    work = UnitOfWork()
    event = service.record(work, draft)
    commit(work)
    return event


class Reported(NamedTuple):
    """A report, and how far the clock of the machine that takes it is off."""

    status: Status
    when: int | None  # seconds from that machine's time
    skew: float
    pause: float


REPORTED = st.builds(
    Reported,
    status=st.sampled_from(["operational", "major_outage"]),
    when=st.sampled_from([None, None, 0, 1, 240, -1, -3600]),
    skew=st.sampled_from([0, 0.001, -3.5, FASTEST, -0.001]),
    pause=st.sampled_from([0, 0.001, 1, 45]),
)


@given(st.lists(REPORTED, min_size=1, max_size=6))
@on_moto
def test_a_report_of_now_is_never_swallowed_by_a_clock(dated: FixedClock, reported: list[Reported]) -> None:
    real, known, updated_at = Fraction(NOW), list[Event](), ""
    with mock_aws():
        create_table(get_client())
        for number, one in enumerate(reported):
            real += Fraction(one.pause)
            dated.seconds = float(real) + one.skew
            when = None if one.when is None else clock.timestamp(dated.seconds + one.when)
            known.append(
                record(NewEvent(service_id=SERVICE, status=one.status, occurred_at=when, description=str(number)))
            )
            expected, current = told(known, 1, Fraction(NOW)), repository.get_service(SERVICE)
            if one.when is None or one.when > 0:
                assert (current.status, current.description) == (one.status, str(number))
                assert known[-1].occurred_at <= clock.timestamp(float(real) + FASTEST + 0.01)
            for name in ("status", "since", "description", "updated_at"):
                assert getattr(current, name) == expected[name]
            assert service.summary().updated_at == current.updated_at >= updated_at
            updated_at = current.updated_at
