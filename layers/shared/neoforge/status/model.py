"""Services, their events and their status."""

from datetime import UTC, datetime, timedelta
from typing import Annotated, Literal, Self, get_args

from pydantic import BaseModel, Field, StringConstraints

from neoforge import clock
from neoforge.errors import InvalidField
from neoforge.models import Body, DateTime, Document, Text, Timestamp

EARLIEST = "2000-01-01T00:00:00.000Z"
FUTURE_SECONDS = 5 * 60  # tolerance for clocks of reporters

ServiceId = Annotated[
    str, StringConstraints(max_length=64, pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$"), Field(examples=["checkout-api"])
]
EventId = Annotated[
    str, StringConstraints(pattern=r"^evt_[0-9a-f-]{36}$"), Field(examples=["evt_01a20538-11bf-7304-bb36-19bcf1775ed8"])
]
Description = Annotated[Text, StringConstraints(max_length=2000), Field(examples=["All cards work again."])]
Date = Annotated[str, Field(examples=["2026-11-22"], json_schema_extra={"format": "date"})]
Uptime = Annotated[
    float | None,
    Field(
        ge=0,
        le=1,
        examples=[0.999421],
        description=(
            "Share of time without outage, not counting maintenance, up to the last whole minute; rounded down, so that"
            " it is below 1 after any outage. `null` without data."
        ),
    ),
]
Status = Literal["major_outage", "partial_outage", "degraded_performance", "under_maintenance", "operational"]
StatusWord = Annotated[Status, Field(examples=["operational"])]
WORST_FIRST: tuple[Status, ...] = get_args(Status)
SENTENCES: dict[Status, str] = {
    "major_outage": "Major outage",
    "partial_outage": "Partial outage",
    "degraded_performance": "Degraded performance",
    "under_maintenance": "Under maintenance",
    "operational": "All systems operational",
}


def worst(statuses: set[Status]) -> Status:
    """Return the worst status; operational if there is none."""
    return min(statuses, key=WORST_FIRST.index, default="operational")


class NewEvent(Body):
    """Fields of a new event."""

    service_id: ServiceId
    status: StatusWord
    description: Description = ""
    occurred_at: Annotated[
        DateTime | None,
        Field(description="The default is now. A time up to 5 minutes ahead of now is stored as now."),
    ] = None


class Event(Document):
    """The status of a service at a point in time. Events are immutable."""

    id: EventId
    service_id: ServiceId
    status: StatusWord
    description: Description
    occurred_at: Timestamp
    created_at: Timestamp
    updated_at: Timestamp
    version: int = Field(ge=1, examples=[1], description="Always 1.")

    @classmethod
    def new(cls, draft: NewEvent, latest: tuple[str, str] = ("", "")) -> Self:
        """Create an event. One that occurs now follows `latest`, the order of the last event of its service.

        Raises InvalidField for a time in the future or before 2000.
        """
        event_id = clock.new_id("evt")
        now = clock.time_of_id(event_id)
        occurred_at = now if draft.occurred_at is None else _timestamp(draft.occurred_at)
        if not EARLIEST <= occurred_at <= clock.timestamp(clock.now() + FUTURE_SECONDS):
            raise InvalidField("occurred_at", "The time must not lie in the future, nor before 2000.")
        if draft.occurred_at is None or occurred_at > now:
            occurred_at = _following(latest, (now, event_id))
        return cls(
            id=event_id,
            service_id=draft.service_id,
            status=draft.status,
            description=draft.description,
            occurred_at=occurred_at,
            created_at=now,
            updated_at=now,
            version=1,
        )

    @property
    def order(self) -> tuple[str, str]:
        """The sort key among the events of a service."""
        return self.occurred_at, self.id

    @property
    def occurred(self) -> int:
        """When the event occurred, in milliseconds since the epoch."""
        return round(datetime.fromisoformat(self.occurred_at).timestamp() * 1000)


class Service(BaseModel):
    """The status of a service."""

    id: ServiceId
    status: StatusWord
    since: Timestamp = Field(description="When the service got this status.")


class Summary(BaseModel):
    """Overall status: the worst of all services."""

    status: StatusWord
    description: str = Field(examples=["All systems operational"])
    services: list[Service]
    updated_at: Timestamp | None = Field(description="When the last event was recorded; `null` before the first one.")


class ServiceDetail(Service):
    """The status of a service, with details."""

    description: Description
    uptime_90d: Uptime
    updated_at: Timestamp = Field(description="When the last event of the service was recorded, a late one too.")


class Day(BaseModel):
    """The uptime of a service on a UTC day."""

    date: Date
    uptime: Uptime
    status: StatusWord | None = Field(description="Worst status of the day; `null` without data.")


class History(BaseModel):
    """The daily uptime of a service, oldest day first."""

    id: ServiceId
    days: list[Day]


def _following(latest: tuple[str, str], now: tuple[str, str]) -> str:
    """Return the time of an event of now. Clocks differ between machines: the last event may be ahead of this one's."""
    if now > latest:
        return now[0]
    moment, event_id = latest
    after = datetime.fromisoformat(moment) + timedelta(milliseconds=now[1] < event_id)
    return _format(after)


def _timestamp(text: str) -> str:
    """Convert a time to UTC, truncated to milliseconds. Return "" for one before the year 1 or after 9999."""
    try:
        utc = datetime.fromisoformat(text.upper()).astimezone(UTC)
    except OverflowError:
        return ""
    except ValueError as error:
        raise InvalidField("occurred_at", "There is no such time.") from error
    return _format(utc)


def _format(moment: datetime) -> str:
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
