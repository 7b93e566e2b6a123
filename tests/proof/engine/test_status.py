"""Events at the same moment, late ones, very many of them, and a roll-up that one of them overtakes."""

from collections.abc import Callable
from functools import partial
from itertools import product
from typing import Any

import pytest

from neoforge import clock
from neoforge.accounts import roles
from neoforge.dynamodb.transaction import UnitOfWork, transact
from neoforge.status import repository, service
from neoforge.status.model import Event, NewEvent
from neoforge.status.uptime import UptimeTally, tally
from scripts.ops.seed.bulk import Bulk
from scripts.proof.bench.counting import counted
from tests.api import Response, call
from tests.callers import EMAIL
from tests.catalog.world import Session
from tests.proof.engine.faults import Stopped, sending
from tests.proof.engine.feeds import NOW, stop_the_clock
from tests.proof.engine.workers import Fleet, invocation

EVENTS = "/v1/status/events"
DAY = 24 * 3600.0
AT_ONCE = 20
TRIES = 5
SERVICES = [f"service-{number}" for number in range(8)]
MANY = {"ministack": 500}  # events; of MiniStack a Query takes as long as its partition is large
FAR_MORE = 5_000


@pytest.fixture
def operator(ada: Session) -> Session:
    roles.grant(EMAIL, "operator")
    return ada


@pytest.fixture
def _clock(monkeypatch: pytest.MonkeyPatch) -> None:
    stop_the_clock(monkeypatch)


def body(status: str, occurred_at: float | None = None, service_id: str = "api") -> dict[str, Any]:
    when = {} if occurred_at is None else {"occurred_at": clock.timestamp(occurred_at)}
    return {"service_id": service_id, "status": status, **when}


def record(status: str, occurred_at: float) -> Event:
    draft = NewEvent.model_validate(body(status, occurred_at))
    return transact(lambda work: service.record(work, draft))


def recorded(bodies: list[dict[str, Any]], token: str | None, fleet: Fleet) -> list[Response]:
    """Send all at once; who is told that the database is too busy tries again with the same key, as clients do."""
    left = {f"event-{number}": one for number, one in enumerate(bodies)}
    answers: list[Response] = []
    for _ in range(TRIES):
        sent = {
            key: invocation("POST", EVENTS, body=one, token=token, headers={"Idempotency-Key": key})
            for key, one in left.items()
        }
        for key, answer in zip(sent, fleet.answers(*sent.values()), strict=True):
            assert answer.status in {201, 503}
            if answer.status == 201:
                answers.append(answer)
                del left[key]
        if not left:
            break
    assert not left
    return answers


def detail() -> Any:
    return call("GET", "/v1/status/services/api").json()


def listed(**query: str) -> Any:
    return call("GET", EVENTS, query={"page_size": "100", **query}).json()


def first_of_run(events: list[Event]) -> Event:
    """The first of the events since which the status is the same."""
    *earlier, first = sorted(events, key=lambda event: event.order)
    while earlier and earlier[-1].status == first.status:
        first = earlier.pop()
    return first


@pytest.mark.parametrize("same_moment", [False, True])
def test_of_many_events_at_once_all_are_kept_and_the_newest_is_current(
    operator: Session, fleet: Fleet, same_moment: bool
) -> None:
    words = ("major_outage", "operational", "major_outage")
    begin = clock.now() - 3600
    moments = [begin if same_moment else begin + 7 * number % AT_ONCE for number in range(AT_ONCE)]
    bodies = [body(words[number % 3], moment) for number, moment in enumerate(moments)]
    made = [Event.model_validate_json(answer.text) for answer in recorded(bodies, operator.token, fleet)]
    newest = max(made, key=lambda event: event.order)
    current = repository.get_service("api")
    assert (current.status, current.occurred_at, current.event_id) == (newest.status, newest.occurred_at, newest.id)
    assert (current.since, current.since_id) == first_of_run(made).order
    assert current.updated_at == max(event.created_at for event in made)
    assert current.version == AT_ONCE
    by_id = sorted((event.id for event in made), reverse=True)
    for found in (listed(), listed(service_id="api")):
        assert [item["id"] for item in found["items"]] == by_id
        assert found["total"] == AT_ONCE
    timeline = repository.timeline("api", clock.timestamp(0), clock.timestamp(clock.now()))
    assert timeline == sorted(made, key=lambda event: event.order)


@pytest.mark.usefixtures("_clock")
def test_a_late_event_is_kept_and_does_not_change_the_current_state() -> None:
    record("operational", NOW - 3600)
    before, summary = detail(), call("GET", "/v1/status").json()
    late = record("major_outage", NOW - 7200)
    assert detail() == before | {"uptime_90d": 0.5, "updated_at": late.created_at}
    assert call("GET", "/v1/status").json() == summary | {"updated_at": late.created_at}
    assert listed(service_id="api")["items"][0]["id"] == late.id
    assert before["uptime_90d"] == 1.0


@pytest.mark.usefixtures("_clock")
def test_a_late_event_that_another_one_overtakes_finds_where_the_status_begins() -> None:
    for hours in (4, 2, 1):
        record("major_outage", NOW - hours * 3600)
    left = ["the event"]

    def overtake(event_name: str, **_: Any) -> None:
        if event_name.endswith("TransactWriteItems") and left:
            left.clear()
            record("operational", NOW - 1.5 * 3600)

    with sending(overtake):
        record("operational", NOW - 3 * 3600)
    assert left == []
    assert detail()["since"] == clock.timestamp(NOW - 3600)


@pytest.mark.usefixtures("_clock")
def test_the_summary_is_one_small_query_however_much_has_happened(engine_name: str) -> None:
    words, bulk = ("major_outage", "operational"), Bulk()
    for word, name in product(words, SERVICES):
        draft = NewEvent.model_validate(body(word, None, name))
        transact(partial(service.record, draft=draft))
    few = cost()
    for number in range(MANY.get(engine_name, FAR_MORE)):
        draft = NewEvent.model_validate(body(words[number % 2], NOW - 1 - number, SERVICES[number % len(SERVICES)]))
        work = UnitOfWork()
        repository.append(work, Event.new(draft))
        bulk.add(work)
    bulk.write()
    assert cost() == few == (["Query"], 1.0)


def cost() -> tuple[list[str], float]:
    with counted() as calls:
        assert len(call("GET", "/v1/status").json()["services"]) == len(SERVICES)
    return calls.operations, calls.reads


def assert_right() -> None:
    """The days are those that follow from all that happened."""
    events = repository.timeline("api", clock.timestamp(0), clock.timestamp(NOW))
    now, length = int(NOW * 1000), int(DAY * 1000)
    for number, day in enumerate(reversed(service.history("api", 90).days)):
        begin = now - now % length - number * length
        right = tally(events, begin, min(begin + length, now), now - now % 60_000)
        assert (day.date, day.uptime, day.status) == (clock.timestamp(begin / 1000)[:10], right.uptime, right.worst)


def stored() -> dict[str, UptimeTally]:
    return repository.days("api", "2000-01-01", "2099-12-31")


def happened() -> None:
    for days, word in ((6, "operational"), (3, "major_outage"), (2.5, "operational"), (1, "under_maintenance")):
        record(word, NOW - days * DAY)


def late(operations: str) -> Callable[..., None]:
    """Record a late event right before the first of these calls."""
    left = ["the event"]

    def hook(event_name: str, **_: Any) -> None:
        if event_name.endswith(operations) and left:
            left.clear()
            record("partial_outage", NOW - 4.2 * DAY)

    return hook


@pytest.mark.parametrize("moment", ["Query", "TransactWriteItems"])
@pytest.mark.usefixtures("_clock")
def test_a_roll_up_that_a_late_event_overtakes_counts_it(moment: str) -> None:
    happened()
    with sending(late(moment)):
        service.roll_up()
    assert_right()
    service.roll_up()
    assert_right()
    assert stored()[clock.timestamp(NOW - 4 * DAY)[:10]].down > 0
    assert service.roll_up() == 0


@pytest.mark.usefixtures("_clock")
def test_a_late_event_that_a_roll_up_overtakes_has_its_days_rolled_up_again(operator: Session) -> None:
    happened()
    post = {"method": "POST", "path": EVENTS, "body": body("partial_outage", NOW - 4.2 * DAY), "token": operator.token}
    with Stopped(post, 10_000, 3, "before") as request:  # the caller, the service, the transaction
        assert service.roll_up() > 0
        assert stored()[clock.timestamp(NOW - 4 * DAY)[:10]].down == 0
        assert request.finish().status == 201
    assert_right()
    assert service.roll_up() > 0
    assert_right()
    assert stored()[clock.timestamp(NOW - 4 * DAY)[:10]].down > 0


@pytest.mark.usefixtures("_clock")
def test_to_roll_up_twice_changes_nothing() -> None:
    happened()
    assert service.roll_up() > 0
    before = (stored(), repository.get_service("api"))
    assert service.roll_up() == 0
    assert (stored(), repository.get_service("api")) == before
    assert_right()
