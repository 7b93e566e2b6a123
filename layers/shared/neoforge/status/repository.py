"""Access patterns of status.

FEED#EVENT#<shard>           EVENT#<event_id>                the event
SERVICE#<service_id>         EVENT#<event_id>                a copy for its service
SERVICE#<service_id>         AT#<occurred_at>#<event_id>     a copy in the order of occurrence
SERVICE#<service_id>         DAY#<date>                      the tally of a day
STATUS                       SERVICE#<service_id>            the service's current state

One partition holds the current state of all services: they are few, and events are rare. So the overall status is one
small Query however many events there are.

list_services, previous, following, days: 1 Query · find_service: 1 GetItem · timeline: 2 Queries · each write: part of
1 transaction, which fails if the service was replaced since it was read, so what was read of its timeline still holds
"""

from neoforge.dynamodb import table
from neoforge.dynamodb.collection import Collection
from neoforge.dynamodb.item import Item
from neoforge.dynamodb.keys import LAST, just_before
from neoforge.dynamodb.sharded_feed import ShardedFeed
from neoforge.dynamodb.transaction import UnitOfWork
from neoforge.errors import NotFound
from neoforge.models import Document
from neoforge.status.model import Event, Status
from neoforge.status.uptime import UptimeTally

PK = "STATUS"
FEED = ShardedFeed("EVENT")
MANY = 100_000  # more than there are in any period


class ServiceState(Document):
    """The current state of a service."""

    id: str
    status: Status
    since: str  # when the first event since which the status is the same occurred
    since_id: str  # and its id
    description: str
    updated_at: str
    occurred_at: str  # of the latest event
    event_id: str
    rolled_up_to: str  # the last day whose stored tally is valid
    version: int

    @property
    def first(self) -> tuple[str, str]:
        """The order of the first event since which the status is the same."""
        return self.since, self.since_id

    @property
    def latest(self) -> tuple[str, str]:
        """The order of the latest event."""
        return self.occurred_at, self.event_id


def events_of(service_id: str) -> Collection:
    """Return the events of a service."""
    return Collection("EVENT", _service_key(service_id))


def append(work: UnitOfWork, event: Event) -> None:
    """Add an event to the feed, and to the events and the timeline of its service."""
    FEED.create(work, event)
    events_of(event.service_id).create(work, event)
    pk, sk = _service_key(event.service_id), _place(event.order)
    work.put(Item.of(pk, sk, event.model_dump_json(), version=1), Item.pk.does_not_exist())


def find_service(service_id: str) -> ServiceState | None:
    """Read the current state of a service. Return None if it has had no event."""
    item = table.get(pk=PK, sk=_service_key(service_id))
    return ServiceState.model_validate_json(item.text) if item and item.document else None


def get_service(service_id: str) -> ServiceState:
    """Read the current state of a service. Raises NotFound."""
    current = find_service(service_id)
    if current is None:
        raise NotFound
    return current


def list_services() -> list[ServiceState]:
    """Read the current state of all services, sorted by id."""
    items = table.query(PK, Item.sk.startswith(_service_key("")), limit=MANY, forward=True)
    return [ServiceState.model_validate_json(item.text) for item in items]


def set_service(work: UnitOfWork, before: ServiceState | None, after: ServiceState) -> None:
    """Replace the current state that was read."""
    item = Item.of(PK, _service_key(after.id), after.model_dump_json(), after.version)
    work.put(item, Item.version == before.version if before else Item.pk.does_not_exist())


def timeline(service_id: str, start: str, end: str) -> list[Event]:
    """Read the events between two times (RFC 3339), and the last one before."""
    pk, begin = _service_key(service_id), _timeline_key(start)
    earlier = table.query(pk, Item.sk.between(_timeline_key(""), begin), limit=1, forward=False)
    within = table.query(pk, Item.sk.between(begin, _timeline_key(end + LAST)), limit=MANY, forward=True)
    return [Event.model_validate_json(item.text) for item in (*earlier, *within)]


def previous(service_id: str, order: tuple[str, str]) -> Event | None:
    """Read the event right before a place in the timeline. Return None if there is none."""
    before = Item.sk.between(_timeline_key(""), just_before(_place(order)))
    return _first(table.query(_service_key(service_id), before, limit=1, forward=False))


def following(service_id: str, order: tuple[str, str]) -> Event | None:
    """Read the event right after a place in the timeline. Return None if there is none."""
    behind = Item.sk.between(_place(order) + LAST, _timeline_key(LAST))
    return _first(table.query(_service_key(service_id), behind, limit=1, forward=True))


def days(service_id: str, first: str, last: str) -> dict[str, UptimeTally]:
    """Read the stored tallies of days, by date."""
    between = Item.sk.between(_day_key(first), _day_key(last))
    items = table.query(_service_key(service_id), between, limit=MANY, forward=True)
    return {item.sk.removeprefix(_day_key("")): _Day.model_validate_json(item.text).tally for item in items}


def set_day(work: UnitOfWork, service_id: str, date: str, tally: UptimeTally) -> None:
    """Store the tally of a day, replacing an older one."""
    document = _Day(tally=tally).model_dump_json()
    work.put(Item.of(_service_key(service_id), _day_key(date), document, version=1), None)


def _service_key(service_id: str) -> str:
    """Return the partition key of a service, which is also the sort key of its current state."""
    return f"SERVICE#{service_id}"


def _timeline_key(moment: str) -> str:
    return f"AT#{moment}"


def _place(order: tuple[str, str]) -> str:
    return _timeline_key("#".join(order))


def _first(items: list[Item]) -> Event | None:
    return Event.model_validate_json(items[0].text) if items else None


def _day_key(date: str) -> str:
    return f"DAY#{date}"


class _Day(Document):
    tally: UptimeTally
