"""Status: record what happened, tell how services are and were, roll days up."""

from datetime import UTC, datetime, timedelta
from functools import partial

from neoforge import clock
from neoforge.dynamodb.transaction import UnitOfWork, transact
from neoforge.status import repository
from neoforge.status.model import SENTENCES, Day, Event, History, NewEvent, Service, ServiceDetail, Summary, worst
from neoforge.status.repository import ServiceState
from neoforge.status.uptime import UptimeTally, tally

DAYS = 90


def record(work: UnitOfWork, draft: NewEvent) -> Event:
    """Record an event. It becomes the service's current state only if none that is known happened later."""
    event = Event.new(draft)
    before = repository.service(event.service_id)
    repository.append(work, event)
    # Also for a late event: its day, if it was rolled up, has to be rolled up again.
    repository.set_service(work, before, after(before, event))
    return event


def summary() -> Summary:
    """Tell how everything is."""
    services = repository.services()
    overall = worst({current.status for current in services})
    return Summary(
        status=overall,
        description=SENTENCES[overall],
        services=[Service(id=current.id, status=current.status, since=current.since) for current in services],
        updated_at=max((current.updated_at for current in services), default=None),
    )


def detail(service_id: str) -> ServiceDetail:
    """Tell how a service is. Raises NotFound."""
    current = repository.found(service_id)
    total = UptimeTally()
    for one in _days(current, DAYS).values():
        total = total.plus(one)
    return ServiceDetail(
        id=current.id,
        status=current.status,
        since=current.since,
        description=current.description,
        uptime_90d=total.uptime,
        updated_at=current.updated_at,
    )


def history(service_id: str, days: int) -> History:
    """Tell how a service was, day by day. Raises NotFound."""
    found = _days(repository.found(service_id), days)
    return History(
        id=service_id, days=[Day(date=date, uptime=one.uptime, status=one.worst) for date, one in found.items()]
    )


def roll_up() -> int:
    """Store the tallies of all days that have ended, of every service; tell how many were stored."""
    yesterday = _date(clock.now(), -1)
    return sum(transact(partial(_roll_up, one.id, yesterday)) for one in repository.services())


def _roll_up(service_id: str, yesterday: str, work: UnitOfWork) -> int:
    current = repository.found(service_id)
    first = max(_moved(current.rolled_up_to, 1), _moved(yesterday, 1 - DAYS))
    if first > yesterday:
        return 0
    tallies = _live(current, first, yesterday)
    for date, one in tallies.items():
        repository.set_day(work, service_id, date, one)
    after = current.model_copy(update={"rolled_up_to": yesterday, "version": current.version + 1})
    repository.set_service(work, current, after)
    return len(tallies)


def after(before: ServiceState | None, event: Event) -> ServiceState:
    """Give the state of a service after an event, which may have happened before others that are known."""
    eve = _moved(event.occurred_at[:10], -1)
    if before is None:
        return ServiceState(
            id=event.service_id,
            status=event.status,
            since=event.occurred_at,
            description=event.description,
            updated_at=event.created_at,
            occurred_at=event.occurred_at,
            event_id=event.id,
            rolled_up_to=eve,
            version=1,
        )
    changes: dict[str, object] = {"version": before.version + 1, "rolled_up_to": min(eve, before.rolled_up_to)}
    if event.order > (before.occurred_at, before.event_id):
        changes |= {
            "status": event.status,
            "since": before.since if event.status == before.status else event.occurred_at,
            "description": event.description,
            "updated_at": event.created_at,
            "occurred_at": event.occurred_at,
            "event_id": event.id,
        }
    return before.model_copy(update=changes)


def _days(current: ServiceState, days: int) -> dict[str, UptimeTally]:
    """Give the tallies of the last days by date, the oldest first: the stored ones, and what is not rolled up yet."""
    today = _date(clock.now(), 0)
    dates = [_moved(today, number) for number in range(1 - days, 1)]
    stored = repository.days(current.id, dates[0], current.rolled_up_to) if dates[0] <= current.rolled_up_to else {}
    unrolled = max(dates[0], _moved(current.rolled_up_to, 1))
    live = _live(current, unrolled, today)
    return {date: stored.get(date) or live.get(date) or UptimeTally() for date in dates}


def _live(current: ServiceState, first: str, last: str) -> dict[str, UptimeTally]:
    """Tally days from what happened."""
    if first > last:  # the first event of a service may lie beyond midnight
        return {}
    start, end = _begin(first), min(_begin(_moved(last, 1)), clock.now())
    events = repository.timeline(current.id, clock.timestamp(start), clock.timestamp(end))
    count = (datetime.fromisoformat(last) - datetime.fromisoformat(first)).days + 1
    dates = [_moved(first, number) for number in range(count)]
    return {date: tally(events, _begin(date), min(_begin(_moved(date, 1)), end)) for date in dates}


def _begin(date: str) -> float:
    return datetime.fromisoformat(date).replace(tzinfo=UTC).timestamp()


def _date(seconds: float, by: int) -> str:
    return _moved(clock.timestamp(seconds)[:10], by)


def _moved(date: str, by: int) -> str:
    """Give the date some days later."""
    return (datetime.fromisoformat(date) + timedelta(days=by)).date().isoformat()
