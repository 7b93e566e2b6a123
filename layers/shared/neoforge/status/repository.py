"""Access patterns of status.

FEED#EVENT#<month>#<shard>   <event_id>                      the event
SERVICE#<service_id>         EVENT#<event_id>                the same, among its service's; and EVENTS, their total
SERVICE#<service_id>         AT#<occurred_at>#<event_id>     the same, in the order of what happened
SERVICE#<service_id>         DAY#<date>                      the tally of a day
STATUS                       SERVICE#<service_id>            the service as it is now

One partition holds the current state of all services: there are few of them, and events are rare. So the summary is
one small Query however much has happened.

services: 1 Query · service: 1 GetItem · events, days: 1 Query · each write: part of 1 transaction
"""

from neoforge.dynamodb import table
from neoforge.dynamodb.collection import Collection
from neoforge.dynamodb.item import Item
from neoforge.dynamodb.keys import LAST
from neoforge.dynamodb.sharded_feed import ShardedFeed
from neoforge.dynamodb.transaction import UnitOfWork
from neoforge.errors import NotFound
from neoforge.models import Document
from neoforge.status.model import Event, Status
from neoforge.status.uptime import UptimeTally

PK = "STATUS"
FEED = ShardedFeed("EVENT", "evt")
MANY = 100_000  # more than anybody has in a window


class ServiceState(Document):
    """A service as it is now."""

    id: str
    status: Status
    since: str
    description: str
    updated_at: str
    occurred_at: str  # of the newest event
    event_id: str
    rolled_up_to: str  # the last day whose tally is stored and holds
    version: int


def events_of(service_id: str) -> Collection:
    """Give the events of a service."""
    return Collection("EVENT", _key(service_id))


def append(work: UnitOfWork, event: Event) -> None:
    """Add an event to the history."""
    FEED.create(work, event)
    events_of(event.service_id).create(work, event)
    item = Item.of(_key(event.service_id), f"AT#{event.occurred_at}#{event.id}", event.model_dump_json(), version=1)
    work.put(item, Item.pk.does_not_exist())


def service(service_id: str) -> ServiceState | None:
    """Read a service as it is now."""
    item = table.get(PK, _key(service_id))
    return ServiceState.model_validate_json(item.text) if item and item.document else None


def found(service_id: str) -> ServiceState:
    """Read a service as it is now. Raises NotFound."""
    current = service(service_id)
    if current is None:
        raise NotFound
    return current


def services() -> list[ServiceState]:
    """Read all services as they are now, by id."""
    items = table.query(PK, Item.sk.startswith(_key("")), limit=MANY, forward=True)
    return [ServiceState.model_validate_json(item.text) for item in items]


def set_service(work: UnitOfWork, before: ServiceState | None, after: ServiceState) -> None:
    """Replace the state that was read."""
    item = Item.of(PK, _key(after.id), after.model_dump_json(), after.version)
    work.put(item, Item.version == before.version if before else Item.pk.does_not_exist())


def timeline(service_id: str, start: str, end: str) -> list[Event]:
    """Read what happened between two times (RFC 3339), and the last event before."""
    pk = _key(service_id)
    earlier = table.query(pk, Item.sk.between("AT#", f"AT#{start}"), limit=1, forward=False)
    within = table.query(pk, Item.sk.between(f"AT#{start}", f"AT#{end}{LAST}"), limit=MANY, forward=True)
    return [Event.model_validate_json(item.text) for item in (*earlier, *within)]


def days(service_id: str, first: str, last: str) -> dict[str, UptimeTally]:
    """Read the tallies of days, by date."""
    items = table.query(_key(service_id), Item.sk.between(f"DAY#{first}", f"DAY#{last}"), limit=MANY, forward=True)
    return {item.sk.removeprefix("DAY#"): _Stored.model_validate_json(item.text).tally for item in items}


def set_day(work: UnitOfWork, service_id: str, date: str, tally: UptimeTally) -> None:
    """Store the tally of a day, in place of an older one."""
    document = _Stored(tally=tally).model_dump_json()
    work.put(Item.of(_key(service_id), f"DAY#{date}", document, version=1), None)


def _key(service_id: str) -> str:
    """A service's partition, and its place among the current states."""
    return f"SERVICE#{service_id}"


class _Stored(Document):
    tally: UptimeTally
