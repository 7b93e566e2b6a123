import re
from datetime import datetime, timedelta
from itertools import product
from typing import get_args

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openapi_schema_validator import OAS31Validator
from pydantic import ValidationError

from neoforge import clock
from neoforge.errors import InvalidField
from neoforge.status.model import SENTENCES, WORST_FIRST, Event, NewEvent, Status, worst
from tests.unit.helpers import FixedClock
from tests.unit.status.events import at_second

SCHEMA = OAS31Validator(NewEvent.model_json_schema()["properties"]["occurred_at"])
RFC_3339 = re.compile(  # 5.6: full-date "T" full-time
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}([.][0-9]+)?(Z|[+-][0-9]{2}:[0-9]{2})",
    re.IGNORECASE | re.ASCII,
)


def schema_takes(text: str) -> bool:
    return SCHEMA.is_valid(text) and not text.endswith(
        "\n"
    )  # Python's $ matches before a line break, ECMA-262's does not


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
    assert (event.version, event.description, event.occurred) == (1, "", round(dated.seconds * 1000))
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


MOMENTS = st.datetimes(datetime(2000, 1, 2), datetime(2026, 11, 21))  # noqa: DTZ001 - an offset is added
SPELLINGS = st.tuples(MOMENTS, st.integers(-1439, 1439), st.integers(0, 12), st.booleans())


def spelled(moment: datetime, offset: int, digits: int, lower: bool) -> str:
    """Spell a time as RFC 3339 (5.6) allows."""
    fraction = f".{moment.microsecond:06}000000"[: digits + 1] if digits else ""
    zone = f"{'-' if offset < 0 else '+'}{abs(offset) // 60:02}:{abs(offset) % 60:02}" if offset else "Z"
    text = f"{moment:%Y-%m-%dT%H:%M:%S}{fraction}{zone}"
    return text.lower() if lower else text


@given(SPELLINGS)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_every_spelling_of_rfc_3339_is_taken_and_never_moved_into_the_future(
    dated: FixedClock, spelling: tuple[datetime, int, int, bool]
) -> None:
    dated.set("2026-11-23T09:00:00.000Z")
    moment, offset, digits, _ = spelling
    utc = moment.replace(microsecond=moment.microsecond if digits else 0) - timedelta(minutes=offset)
    stored = datetime.fromisoformat(occurred(spelled(*spelling)).removesuffix("Z"))
    assert timedelta(0) <= utc - stored < timedelta(seconds=10 ** -min(digits, 3))


FOREIGN = [
    "1700000000",
    "1700000000.5",
    "2026-11-22",
    "2026-11-22T09:30Z",
    "2026-11-22T09:30:00",  # of which place?
    "2026-11-22 09:30:00Z",
    "2026-11-22_09:30:00Z",
    "2026-11-22T09:30:00+0100",
    "2026-11-22T09:30:00+01",
    "2026-11-22T09:30:00+24:00",
    "2026-11-22T09:30:00+01:60",
    "2026-11-22T09:30:00+01:00:30",
    "2026-11-22T09:30:00\u221201:00",
    "2026-11-22T09:30:00 Z",
    "2026-11-22T09:30:00ZZ",
    "2026-11-22T09:30:00Z\n",
    " 2026-11-22T09:30:00Z",
    "2026-11-22T09:30:00,5Z",
    "2026-11-22T09:30:00.Z",
    "2026-11-22T9:30:00Z",
    "20261122T093000Z",
    "2026-W47-7T09:30:00Z",
    "2026-326T09:30:00Z",
    "+002026-11-22T09:30:00Z",
    "-2026-11-22T09:30:00Z",
    "2026-11-22T24:00:00Z",
    "2026-11-22T09:60:00Z",
    "2016-12-31T23:59:60Z",  # a leap second, which the clocks of the machines do not count
    "2026-00-22T09:30:00Z",
    "2026-13-22T09:30:00Z",
    "2026-11-00T09:30:00Z",
    "2026-11-32T09:30:00Z",
    "\u0662\u0660\u0662\u0666-11-22T09:30:00Z",
    "yesterday",
    "now",
    "",
]
IMPOSSIBLE = ["2026-02-29T09:30:00Z", "2026-02-30T09:30:00Z", "2026-11-31T09:30:00Z", "0000-01-01T00:00:00Z"]


@pytest.mark.parametrize("text", FOREIGN, ids=ascii)
def test_a_time_in_another_spelling_is_refused_by_body_and_schema(text: str) -> None:
    with pytest.raises(ValidationError):
        draft(occurred_at=text)
    assert not schema_takes(text)


@pytest.mark.parametrize("text", IMPOSSIBLE)
def test_a_time_that_does_not_exist_is_refused(text: str) -> None:
    with pytest.raises(InvalidField) as raised:
        occurred(text)
    assert (raised.value.member, str(raised.value)) == ("occurred_at", "There is no such time.")


@given(SPELLINGS, st.integers(0, 40), st.integers(0, 2), st.characters())
def test_body_and_schema_agree_on_spellings_with_one_character_changed(
    spelling: tuple[datetime, int, int, bool], at: int, width: int, character: str
) -> None:
    text = spelled(*spelling)
    text = text[:at] + character + text[at + width :]
    try:
        draft(occurred_at=text)
    except ValidationError:
        assert not schema_takes(text)
    else:
        assert schema_takes(text)
        assert RFC_3339.fullmatch(text)


def test_a_time_up_to_five_minutes_in_the_future_is_now(dated: FixedClock) -> None:
    dated.set("2026-11-22T09:00:00.000Z")
    for text in ("2026-11-22T09:00:00.001Z", "2026-11-22T09:05:00.000Z"):
        assert occurred(text) == "2026-11-22T09:00:00.000Z"
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
