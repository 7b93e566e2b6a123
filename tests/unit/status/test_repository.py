import pytest

from neoforge import clock
from neoforge.dynamodb.transaction import UnitOfWork
from neoforge.errors import NotFound, WriteConflict
from neoforge.status import repository
from neoforge.status.model import Event
from neoforge.status.repository import ServiceState
from neoforge.status.uptime import UptimeTally
from tests.functions.helpers import failing
from tests.unit.helpers import FixedClock, commit, id_at
from tests.unit.status.events import SERVICE, at_second


@pytest.fixture(autouse=True)
def _table(dynamodb: None, dated: FixedClock) -> None:
    """An empty table at a fixed time."""


def append(event: Event) -> Event:
    work = UnitOfWork()
    repository.append(work, event)
    commit(work)
    return event


def current(service_id: str = SERVICE, version: int = 1) -> ServiceState:
    return ServiceState(
        id=service_id,
        status="operational",
        since=clock.timestamp(0),
        since_id="evt_1",
        description="",
        updated_at=clock.timestamp(0),
        occurred_at=clock.timestamp(0),
        event_id="evt_1",
        rolled_up_to="1969-12-31",
        version=version,
    )


def set_service(before: ServiceState | None, after: ServiceState) -> None:
    work = UnitOfWork()
    repository.set_service(work, before, after)
    commit(work)


def test_an_event_is_in_the_feed_and_in_the_events_and_the_timeline_of_its_service(dated: FixedClock) -> None:
    told = [at_second(dated.seconds - ago, "operational") for ago in (10, 30, 20)]
    events = [append(event.model_copy(update={"id": id_at("evt", event.occurred_at)})) for event in told]
    newest_first = sorted(events, key=lambda event: event.id, reverse=True)
    for pages in (repository.FEED, repository.events_of(SERVICE)):
        window = pages.first_page(5)
        assert [Event.model_validate_json(document) for document in window.documents] == newest_first
        assert (window.stats.total, pages.stats().total) == (3, 3)
    assert repository.events_of("other").first_page(5).documents == []
    start, end = clock.timestamp(dated.seconds - 100), clock.timestamp(dated.seconds)
    assert repository.timeline(SERVICE, start, end) == newest_first[::-1]
    assert repository.timeline("other", start, end) == []


def test_an_event_is_added_once() -> None:
    event = append(at_second(0, "operational"))
    with pytest.raises(WriteConflict):
        append(event)
    assert repository.FEED.stats().total == 1


def test_a_timeline_has_the_events_within_it_and_the_last_one_before() -> None:
    seconds = [0, 10, 20, 30, 40]
    events = [append(at_second(second, "operational", number)) for number, second in enumerate(seconds)]

    def found(start: float, end: float) -> list[int]:
        return [
            events.index(event) for event in repository.timeline(SERVICE, clock.timestamp(start), clock.timestamp(end))
        ]

    assert found(11, 29) == [1, 2]
    assert found(10, 30) == [0, 1, 2, 3]  # both ends included
    assert found(10.001, 29.999) == [1, 2]
    assert found(100, 200) == [4]
    assert found(-10, -5) == []


def test_the_neighbours_of_a_place_in_the_timeline_are_read_one_at_a_time() -> None:
    events = [append(at_second(second, "operational", number)) for number, second in enumerate((0, 10, 10, 20))]
    append(at_second(5, "operational", 9).model_copy(update={"service_id": "other"}))
    for number, event in enumerate(events):
        with failing() as sent:
            assert repository.following(SERVICE, event.order) == next(iter(events[number + 1 :]), None)
            assert repository.previous(SERVICE, event.order) == next(iter(events[:number][::-1]), None)
        assert [(one["operation"], one["Limit"]) for one in sent] == [("Query", 1)] * 2
    between = at_second(15, "operational").order
    assert repository.following(SERVICE, between) == events[3]
    assert repository.previous(SERVICE, between) == events[2]


def test_a_service_is_replaced_only_in_the_version_that_was_read() -> None:
    assert repository.find_service(SERVICE) is None
    with pytest.raises(NotFound):
        repository.get_service(SERVICE)
    set_service(None, current())
    for before, after in ((None, current()), (current(version=2), current(version=3))):
        with pytest.raises(WriteConflict):
            set_service(before, after)
    set_service(current(), current(version=2))
    assert repository.get_service(SERVICE) == repository.find_service(SERVICE) == current(version=2)


def test_all_services_are_one_query_sorted_by_id() -> None:
    assert repository.list_services() == []
    for service_id in ("b", "a", "a-b", "c"):
        set_service(None, current(service_id))
    with failing() as sent:
        assert [one.id for one in repository.list_services()] == ["a", "a-b", "b", "c"]
    assert [one["operation"] for one in sent] == ["Query"]


def test_the_tallies_of_days_are_read_as_they_were_stored() -> None:
    tallies = {
        "2026-10-31": UptimeTally(15, 86_400_000, "major_outage"),
        "2026-11-01": UptimeTally(),
        "2026-11-02": UptimeTally(1, 2),
    }
    for date, tally in tallies.items():
        for stored in (UptimeTally(7, 7, "operational"), tally):  # the second takes the place of the first
            work = UnitOfWork()
            repository.set_day(work, SERVICE, date, stored)
            commit(work)
    assert repository.days(SERVICE, "2026-10-31", "2026-11-02") == tallies
    assert list(repository.days(SERVICE, "2026-11-01", "2026-11-01")) == ["2026-11-01"]
    assert repository.days(SERVICE, "2026-11-03", "2026-12-01") == repository.days("other", "2026-10-31", "2027") == {}
