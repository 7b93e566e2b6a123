"""Current and past status, on moto with a fixed clock; concurrency and 100,000 events are in tests/proof/engine."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from moto import mock_aws

from neoforge import clock
from neoforge.dynamodb.client import get_client
from neoforge.dynamodb.transaction import UnitOfWork
from neoforge.errors import NotFound
from neoforge.status import repository, service
from neoforge.status.model import SENTENCES, WORST_FIRST, Event, NewEvent, Status
from neoforge.status.repository import ServiceState
from tests.api import create_table
from tests.functions.helpers import failing
from tests.unit.helpers import FixedClock, commit, items
from tests.unit.status.events import SERVICE, at_second

NOW = "2026-11-22T12:00:00.000Z"
DAY = 24 * 3600


@pytest.fixture
def now(dynamodb: None, dated: FixedClock) -> FixedClock:
    """An empty table, at noon."""
    dated.set(NOW)
    return dated


def record(status: Status, occurred_at: str | None = None, service_id: str = SERVICE, description: str = "") -> Event:
    body = {"service_id": service_id, "status": status, "occurred_at": occurred_at, "description": description}
    work = UnitOfWork()
    event = service.record(work, NewEvent.model_validate(body))
    commit(work)
    return event


def days(count: int = 90) -> dict[str, tuple[float | None, Status | None]]:
    return {day.date: (day.uptime, day.status) for day in service.history(SERVICE, count).days}


def test_without_events_the_overall_status_is_operational_and_no_service_exists(now: FixedClock) -> None:
    summary = service.summary()
    assert (summary.status, summary.services, summary.updated_at) == ("operational", [], None)
    assert summary.description == "All systems operational"
    for ask in (lambda: service.detail(SERVICE), lambda: service.history(SERVICE, 1)):
        with pytest.raises(NotFound):
            ask()


def test_the_overall_status_is_the_worst_of_all_services(now: FixedClock) -> None:
    for number, status in enumerate(reversed(WORST_FIRST)):
        now.seconds += 1
        record(status, service_id=f"service-{number}")
        with failing() as sent:
            summary = service.summary()
        assert [one["operation"] for one in sent] == ["Query"]
        assert (summary.status, summary.description) == (status, SENTENCES[status])
        assert [one.id for one in summary.services] == [f"service-{known}" for known in range(number + 1)]
        assert summary.updated_at == summary.services[-1].since == clock.timestamp(now.seconds)


def test_an_event_becomes_the_current_state(now: FixedClock) -> None:
    event = record("partial_outage", description="Some cards fail.")
    detail = service.detail(SERVICE)
    assert (detail.status, detail.since, detail.description) == ("partial_outage", event.occurred_at, event.description)
    assert detail.updated_at == event.created_at


def test_a_late_event_does_not_change_the_current_state(now: FixedClock) -> None:
    record("operational", "2026-11-22T11:00:00Z", description="Fixed.")
    before = service.detail(SERVICE)
    now.seconds += 60
    for moment in ("2026-11-22T10:59:59.999Z", "2026-11-01T00:00:00Z", "2000-01-01T00:00:00Z"):
        late = record("major_outage", moment)
    after = service.detail(SERVICE)
    assert after.updated_at == service.summary().updated_at == late.created_at
    unchanged = {"uptime_90d": before.uptime_90d, "updated_at": before.updated_at}
    assert after.model_copy(update=unchanged) == before
    assert after.uptime_90d != before.uptime_90d  # it is a part of the history


@pytest.mark.parametrize(
    ("late", "since", "reads"),
    [
        (("operational", "2026-11-22T08:30:00Z"), "2026-11-22T10:00:00.000Z", 1),  # within the status: interrupts it
        (("major_outage", "2026-11-22T08:30:00Z"), "2026-11-22T08:00:00.000Z", 0),  # within it: the same
        (("major_outage", "2026-11-22T07:30:00Z"), "2026-11-22T07:30:00.000Z", 1),  # right before it: begins it
        (("operational", "2026-11-22T07:30:00Z"), "2026-11-22T08:00:00.000Z", 0),  # right before it: another
        (("major_outage", "2026-11-22T06:30:00Z"), "2026-11-22T08:00:00.000Z", 1),  # before another one
        (("major_outage", "2026-11-22T11:30:00Z"), "2026-11-22T08:00:00.000Z", 0),  # on time
    ],
)
def test_since_is_the_time_of_the_first_event_with_the_status(
    late: tuple[Status, str], since: str, reads: int, now: FixedClock
) -> None:
    record("operational", "2026-11-22T07:00:00Z")
    record("major_outage", "2026-11-22T08:00:00Z")
    record("major_outage", "2026-11-22T10:00:00Z")
    with failing() as sent:
        record(*late)
    assert [one["operation"] for one in sent] == ["GetItem", *["Query"] * reads, "TransactWriteItems"]
    assert service.detail(SERVICE).since == service.summary().services[0].since == since


def test_an_event_with_the_same_status_keeps_since(now: FixedClock) -> None:
    for moment, status, since in (
        ("2026-11-22T09:00:00.000Z", "operational", "2026-11-22T09:00:00.000Z"),
        ("2026-11-22T10:00:00.000Z", "operational", "2026-11-22T09:00:00.000Z"),
        ("2026-11-22T11:00:00.000Z", "major_outage", "2026-11-22T11:00:00.000Z"),
        ("2026-11-22T11:30:00.000Z", "operational", "2026-11-22T11:30:00.000Z"),
    ):
        now.seconds += 1
        event = record(status, moment, description=moment)  # type: ignore[arg-type]  # of a list of words
        detail = service.detail(SERVICE)
        assert (detail.status, detail.since, detail.description) == (status, since, moment)
        assert detail.updated_at == event.created_at


def test_among_events_of_the_same_time_the_later_id_is_current(now: FixedClock) -> None:
    first, second = at_second(now.seconds, "operational", 1), at_second(now.seconds, "major_outage", 2)

    def told(*events: Event) -> ServiceState | None:
        current = None
        for event in events:
            current = service.after(current, event)
        return current

    one, other = told(first, second), told(second, first)
    assert one == other
    assert one
    assert (one.status, one.event_id, one.version) == ("major_outage", second.id, 2)


def test_the_uptime_of_a_day_without_data_is_null(now: FixedClock) -> None:
    record("operational", "2026-11-20T12:00:00Z")
    record("major_outage", "2026-11-21T06:00:00Z")
    record("operational", "2026-11-21T12:00:00Z")
    record("under_maintenance", "2026-11-22T00:00:00Z")
    assert days(4) == {
        "2026-11-19": (None, None),
        "2026-11-20": (1.0, "operational"),
        "2026-11-21": (0.75, "major_outage"),
        "2026-11-22": (None, "under_maintenance"),
    }
    # A day and a half counts, maintenance left out.
    assert service.detail(SERVICE).uptime_90d == 0.833333


@pytest.mark.parametrize("count", [1, 2, 90])
def test_a_history_has_every_day_up_to_today(count: int, now: FixedClock) -> None:
    record("operational")
    found = list(days(count))
    assert (len(found), found[-1]) == (count, "2026-11-22")
    assert found == sorted(set(found))
    record("major_outage", "2020-01-01T00:00:00Z")
    assert all(uptime is not None for uptime, _ in days(count).values())


def test_an_event_of_a_machine_at_which_it_is_tomorrow_is_no_error(now: FixedClock) -> None:
    now.set("2026-11-23T00:01:00.000Z")
    record("major_outage")
    now.set("2026-11-22T23:58:00.000Z")
    with failing() as sent:
        assert days(2) == {"2026-11-21": (None, None), "2026-11-22": (None, None)}
    queries = [one for one in sent if one["operation"] == "Query" and "AT#" in str(one)]
    assert queries == []  # from a time to an earlier one: DynamoDB refuses it, moto does not
    now.set("2026-11-23T00:02:00.000Z")
    assert days(1) == {"2026-11-23": (0.0, "major_outage")}


def test_the_roll_up_stores_tallies_and_does_not_change_the_history(now: FixedClock) -> None:
    record("operational", "2026-11-18T12:00:00Z")
    record("partial_outage", "2026-11-20T18:00:00Z")
    before = days(), service.detail(SERVICE)
    assert service.roll_up() == 4  # the 18th to the 21st
    assert repository.get_service(SERVICE).rolled_up_to == "2026-11-21"
    assert len(repository.days(SERVICE, "2026-01-01", "2026-12-31")) == 4
    assert (days(), service.detail(SERVICE)) == before
    stored = items()
    assert service.roll_up() == 0
    assert items() == stored


def test_rolled_up_days_are_read_and_not_computed(now: FixedClock) -> None:
    record("operational", "2026-11-01T00:00:00Z")
    service.roll_up()
    with failing() as sent:
        days()
    starts = [value["S"] for one in sent for value in one.get("ExpressionAttributeValues", {}).values()]
    assert min(start for start in starts if start.startswith("AT#2")) >= "AT#2026-11-22"


def test_days_that_were_missed_are_rolled_up_at_once(now: FixedClock) -> None:
    record("operational", "2026-11-21T00:00:00Z")
    assert service.roll_up() == 1
    now.seconds += 5 * DAY
    before = days()
    assert service.roll_up() == 5
    assert days() == before
    now.seconds += 400 * DAY
    assert service.roll_up() == 90  # older days are in no answer
    assert set(days().values()) == {(1.0, "operational")}


def test_a_late_event_has_its_days_rolled_up_again(now: FixedClock) -> None:
    record("operational", "2026-11-15T00:00:00Z")
    service.roll_up()
    record("major_outage", "2026-11-18T12:00:00Z")
    assert repository.get_service(SERVICE).rolled_up_to == "2026-11-17"
    expected = {"2026-11-17": (1.0, "operational"), "2026-11-18": (0.5, "major_outage")}
    assert expected.items() <= days().items()
    assert service.roll_up() == 4
    assert repository.get_service(SERVICE).rolled_up_to == "2026-11-21"
    assert expected.items() <= days().items()
    assert days()["2026-11-21"] == (0.0, "major_outage")


def test_each_service_is_rolled_up_separately(now: FixedClock) -> None:
    record("operational", "2026-11-20T00:00:00Z")
    record("operational", "2026-11-21T00:00:00Z", "other")
    record("operational", "2026-11-22T00:00:00Z", "new")
    assert service.roll_up() == 2 + 1
    assert service.roll_up() == 0


HAPPENED = st.tuples(st.integers(0, 6 * DAY), st.sampled_from(WORST_FIRST), st.booleans())
TOLD = st.lists(HAPPENED, min_size=1, max_size=5, unique_by=lambda event: event[0])


@given(TOLD)
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_history_does_not_depend_on_when_days_are_rolled_up(
    dated: FixedClock, told: list[tuple[int, Status, bool]]
) -> None:
    found = []
    for rolls in (False, True):
        with mock_aws():
            create_table(get_client())
            dated.set(NOW)
            for ago, status, roll in told:
                record(status, clock.timestamp(dated.seconds - ago))
                if roll and rolls:
                    service.roll_up()
            found.append([days(), service.detail(SERVICE).uptime_90d])
    assert found[0] == found[1]
