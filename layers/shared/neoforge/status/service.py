"""Status: record events, report current and past status, roll up days."""

from datetime import UTC, datetime, timedelta
from functools import partial

from neoforge import clock
from neoforge.dynamodb.transaction import UnitOfWork, transact
from neoforge.status import repository
from neoforge.status.model import SENTENCES, Day, Event, History, NewEvent, Service, ServiceDetail, Summary, worst
from neoforge.status.repository import ServiceState
from neoforge.status.uptime import UptimeTally, tally

DAYS = 90
MINUTE = 60_000  # milliseconds


def record(work: UnitOfWork, draft: NewEvent) -> Event:
    """Record an event. It becomes the service's current state unless a known event occurred later."""
    before = repository.find_service(draft.service_id)
    event = Event.new(draft, before.latest) if before else Event.new(draft)
    repository.append(work, event)
    # Also for a late event: if its day was rolled up, it must be rolled up again.
    repository.set_service(work, before, after(before, event))
    return event


def summary() -> Summary:
    """Return the overall status."""
    services = repository.list_services()
    overall = worst({current.status for current in services})
    return Summary(
        status=overall,
        description=SENTENCES[overall],
        services=[Service(id=current.id, status=current.status, since=current.since) for current in services],
        updated_at=max((current.updated_at for current in services), default=None),
    )


def detail(service_id: str) -> ServiceDetail:
    """Return the status of a service in detail. Raises NotFound."""
    current = repository.get_service(service_id)
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
    """Return the daily uptime of a service. Raises NotFound."""
    found = _days(repository.get_service(service_id), days)
    return History(
        id=service_id, days=[Day(date=date, uptime=one.uptime, status=one.worst) for date, one in found.items()]
    )


def roll_up() -> int:
    """Store the tallies of all completed days of every service. Return how many were stored."""
    yesterday = _date(clock.now(), -1)
    return sum(transact(partial(_roll_up, one.id, yesterday)) for one in repository.list_services())


def _roll_up(service_id: str, yesterday: str, work: UnitOfWork) -> int:
    current = repository.get_service(service_id)
    first = max(_shift(current.rolled_up_to, 1), _shift(yesterday, 1 - DAYS))
    if first > yesterday:
        return 0
    tallies = _live(current, first, yesterday)
    for date, one in tallies.items():
        repository.set_day(work, service_id, date, one)
    after = current.model_copy(update={"rolled_up_to": yesterday, "version": current.version + 1})
    repository.set_service(work, current, after)
    return len(tallies)


def after(before: ServiceState | None, event: Event) -> ServiceState:
    """Return the state of a service after an event, which may have occurred before other known ones."""
    eve = _shift(event.occurred_at[:10], -1)
    now = {
        "status": event.status,
        "description": event.description,
        "occurred_at": event.occurred_at,
        "event_id": event.id,
    }
    if before is None:
        return ServiceState(
            id=event.service_id, **now, **_since(event), updated_at=event.created_at, rolled_up_to=eve, version=1
        )
    changes: dict[str, object] = {
        "version": before.version + 1,
        "updated_at": max(before.updated_at, event.created_at),  # clocks differ between machines
        "rolled_up_to": min(eve, before.rolled_up_to),
    }
    if event.order > before.latest:
        changes |= now
        if event.status != before.status:
            changes |= _since(event)
    elif first := _first_after_late(before, event):
        changes |= _since(first)
    return before.model_copy(update=changes)


def _first_after_late(before: ServiceState, late: Event) -> Event | None:
    """Return the event with which the current status begins after a late one; None if it begins where it did."""
    interrupts = late.order > before.first
    if interrupts == (late.status == before.status):
        return None
    if interrupts:
        return repository.following(late.service_id, late.order)
    previous = repository.previous(late.service_id, before.first)
    return late if previous is None or previous.order < late.order else None


def _since(event: Event) -> dict[str, str]:
    return {"since": event.occurred_at, "since_id": event.id}


def _days(current: ServiceState, days: int) -> dict[str, UptimeTally]:
    """Return the tallies of the last days by date, oldest first: stored ones, and those not rolled up yet."""
    today = _date(clock.now(), 0)
    dates = [_shift(today, number) for number in range(1 - days, 1)]
    stored = repository.days(current.id, dates[0], current.rolled_up_to) if dates[0] <= current.rolled_up_to else {}
    unrolled = max(dates[0], _shift(current.rolled_up_to, 1))
    live = _live(current, unrolled, today)
    return {date: stored.get(date) or live.get(date) or UptimeTally() for date in dates}


def _live(current: ServiceState, first: str, last: str) -> dict[str, UptimeTally]:
    """Compute the tallies of days from their events."""
    if first > last:  # the first event of a service may be after midnight
        return {}
    start, end = _begin(first), min(_begin(_shift(last, 1)), int(clock.now() * 1000))
    events = repository.timeline(current.id, clock.timestamp(start / 1000), clock.timestamp(end / 1000))
    count = (datetime.fromisoformat(last) - datetime.fromisoformat(first)).days + 1
    dates = [_shift(first, number) for number in range(count)]
    # Up to the whole minute, so that who asks again within it is told that nothing has changed.
    counted_to = end - end % MINUTE
    return {date: tally(events, _begin(date), min(_begin(_shift(date, 1)), end), counted_to) for date in dates}


def _begin(date: str) -> int:
    """Return when a date begins, in milliseconds since the epoch."""
    return int(datetime.fromisoformat(date).replace(tzinfo=UTC).timestamp()) * 1000


def _date(seconds: float, by: int) -> str:
    return _shift(clock.timestamp(seconds)[:10], by)


def _shift(date: str, by: int) -> str:
    """Return the date `by` days later."""
    return (datetime.fromisoformat(date) + timedelta(days=by)).date().isoformat()
