import re
from itertools import product
from typing import get_args

import pytest
from pydantic import ValidationError

from neoforge import clock
from neoforge.errors import InvalidField
from neoforge.status.model import SENTENCES, WORST_FIRST, Event, NewEvent, Status, worst
from tests.unit.helpers import FixedClock
from tests.unit.status.events import at_second


def draft(**members: str | None) -> NewEvent:
    return NewEvent.model_validate({"service_id": "checkout-api", "status": "operational"} | members)


def occurred(text: str | None) -> str:
    return Event.new(draft(occurred_at=text)).occurred_at


def test_the_statuses_are_the_documented_ones_worst_first() -> None:
    assert WORST_FIRST == (
        "major_outage",
        "partial_outage",
        "degraded_performance",
        "under_maintenance",
        "operational",
    )
    assert SENTENCES.keys() == set(get_args(Status))


def test_the_worst_of_no_statuses_is_operational() -> None:
    assert worst(set()) == "operational"
    for one, other in product(WORST_FIRST, repeat=2):
        assert worst({one, other}) == WORST_FIRST[min(WORST_FIRST.index(one), WORST_FIRST.index(other))]


def test_an_event_occurred_when_it_was_created_unless_it_has_another_time(dated: FixedClock) -> None:
    event = Event.new(draft())
    assert event.occurred_at == event.created_at == event.updated_at == clock.timestamp(dated.seconds)
    assert (event.version, event.description, event.occurred) == (1, "", dated.seconds)
    assert occurred(None) == event.occurred_at


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-11-22T09:00:00Z", "2026-11-22T09:00:00.000Z"),
        ("2026-11-22T10:00:00.1239+01:00", "2026-11-22T09:00:00.123Z"),
        ("2026-11-21T23:30:00-09:30", "2026-11-22T09:00:00.000Z"),
        ("2000-01-01T00:00:00Z", "2000-01-01T00:00:00.000Z"),
    ],
)
def test_the_time_of_an_event_is_stored_in_utc_with_milliseconds(text: str, moment: str, dated: FixedClock) -> None:
    dated.set("2026-11-22T09:00:01.000Z")
    assert occurred(text) == moment
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", moment)


def test_the_time_of_an_event_may_be_five_minutes_in_the_future(dated: FixedClock) -> None:
    dated.set("2026-11-22T09:00:00.000Z")
    assert occurred("2026-11-22T09:05:00.000Z") == "2026-11-22T09:05:00.000Z"
    for text in (
        "2026-11-22T09:05:00.001Z",
        "2026-11-22T09:05:00-00:01",
        "1999-12-31T23:59:59.999Z",
        "0001-01-01T00:00:00+23:59",  # before the first year, in UTC
        "9999-12-31T23:59:59-23:59",  # behind the last one
    ):
        with pytest.raises(InvalidField) as raised:
            occurred(text)
        assert raised.value.member == "occurred_at"


@pytest.mark.parametrize(
    "members",
    [
        {"service_id": ""},
        {"service_id": "Checkout"},
        {"service_id": "-a"},
        {"service_id": "a-"},
        {"service_id": "a--b"},
        {"service_id": "a#b"},
        {"service_id": "a\n"},
        {"service_id": 65 * "a"},
        {"status": "down"},
        {"status": None},
        {"description": 2001 * "a"},
        {"description": None},
        {"occurred_at": "2026-11-22T09:00:00"},  # of which place?
        {"occurred_at": "yesterday"},
        {"id": "evt_1"},
    ],
)
def test_fields_of_a_new_event_outside_their_bounds_are_refused(members: dict[str, str | None]) -> None:
    with pytest.raises(ValidationError):
        draft(**members)


def test_fields_of_a_new_event_at_their_bounds_are_accepted() -> None:
    assert draft(service_id=64 * "a", description=2000 * "a").description == 2000 * "a"
    assert draft(service_id="a-1-b").service_id == "a-1-b"


def test_events_sort_by_time_of_occurrence_then_by_id() -> None:
    first, second, third = at_second(1, "operational", 9), at_second(2, "operational"), at_second(2, "operational", 1)
    assert sorted([third, second, first], key=lambda event: event.order) == [first, second, third]


def test_a_stored_event_is_read_as_it_was_written() -> None:
    event = Event.new(draft(description="Line\nand line"))
    assert Event.model_validate_json(event.model_dump_json()) == event
