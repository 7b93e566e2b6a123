"""Status, and the schedule that rolls it up."""

import secrets
from datetime import UTC, datetime, timedelta

from tests.catalog.model import (
    EVERYBODY,
    IDEMPOTENCY,
    OPERATORS,
    Function,
    Log,
    case,
    collection_counts,
    feed_counts,
    in_feed_and_collection,
)
from tests.catalog.world import Event, Request, World

PATH = "/v1/status/events"
SERVICE = "/v1/status/services/checkout-api"
BODY = {"service_id": "checkout-api", "status": "major_outage", "description": "No card works."}
RECOVERED = {"service_id": "checkout-api", "status": "operational"}
EVENTS_OF_TWO = ("AT version=1", "EVENT version=1", "FEED EVENT version=1") * 2
HISTORY = "GetItem" + 3 * " Query"  # the service; its days, its events, the one before them


def record(w: World, **changes: str) -> None:
    w.done(w.operator.post(PATH, BODY | changes))


def record_several(w: World, path: str = PATH, **query: str) -> Request:
    for _ in range(3):
        record(w)
    return w.nobody.get(path, **query)


def _late(w: World) -> Request:
    """Record an event of which a newer one is known."""
    record(w, **RECOVERED)
    return w.operator.post(PATH, BODY | {"occurred_at": "2026-01-01T00:00:00Z"})


def _within_the_current_status(w: World) -> Request:
    """Record an event that interrupts what was one status, of a service without any others."""
    service = {"service_id": f"service-{secrets.token_hex(8)}"}
    record(w, **RECOVERED | service, occurred_at="2026-01-01T00:00:00Z")
    record(w, **RECOVERED | service)
    return w.operator.post(PATH, BODY | service | {"occurred_at": "2026-02-01T00:00:00Z"})


def _of_the_service(w: World, path: str) -> Request:
    record(w)
    return w.nobody.get(path)


def _roll_up(w: World) -> Event:
    """Roll up two services, each with a day that is over."""
    yesterday = (datetime.now(UTC) - timedelta(days=1)).isoformat()
    for service in ("checkout-api", "website"):
        record(w, service_id=service, status="operational", occurred_at=yesterday)
    return Event("schedules.roll_up_status")


def _nothing_to_roll_up(w: World) -> Event:
    """Roll up a service of which no day is over."""
    record(w)
    return Event("schedules.roll_up_status")


def _again(w: World) -> Event:
    w.send(_nothing_to_roll_up(w))
    return Event("schedules.roll_up_status")


FUNCTIONS = [
    Function(
        handler="status.get",
        access=EVERYBODY,
        modules=462,
        cases={"found": case(lambda w: _of_the_service(w, "/v1/status"), "Query", reads=1)},
    ),
    Function(
        handler="status.list_events",
        access=EVERYBODY,
        modules=462,
        eventual=frozenset({"Query FEED#EVENT", "BatchGetItem FEED#EVENT"}),
        cases={
            "first-page": case(record_several, "Query" + 7 * " Query", reads=4),
            "next-page": case(
                lambda w: w.follow(record_several(w), "next_cursor"), "BatchGetItem" + 8 * " Query", reads=8
            ),
            "of-a-service-next-page": case(
                lambda w: w.follow(record_several(w, service_id="checkout-api"), "next_cursor"),
                "GetItem Query",
                reads=2,
            ),
        },
    ),
    Function(
        handler="status.create_event",
        access=OPERATORS,
        modules=492,
        needs=IDEMPOTENCY,
        cases={
            "first": case(
                lambda w: w.operator.post(PATH, BODY),
                "UpdateItem GetItem TransactWriteItems",
                reads=1,
                writes=13,
                status=201,
                leaves=(*in_feed_and_collection("EVENT", 1), "AT version=1", "STATE SERVICE version=1"),
            ),
            "late": case(
                _late,
                status=201,
                leaves=(
                    *EVENTS_OF_TWO,
                    collection_counts("EVENT", revision=2, total=2),
                    feed_counts("EVENT", revision=2, total=2),
                    "STATE SERVICE version=2",
                ),
            ),
            "late-and-since": case(
                _within_the_current_status,
                "UpdateItem GetItem Query TransactWriteItems",  # the Query finds where the status begins now
                reads=2,
                writes=13,
                status=201,
            ),
            "refused": case(lambda w: w.owner.post(PATH, BODY), "UpdateItem", writes=1, status=403),
        },
    ),
    Function(
        handler="status.get_service",
        access=EVERYBODY,
        modules=462,
        cases={"found": case(lambda w: _of_the_service(w, SERVICE), HISTORY, reads=4)},
    ),
    Function(
        handler="status.get_history",
        access=EVERYBODY,
        modules=462,
        cases={"found": case(lambda w: _of_the_service(w, f"{SERVICE}/history"), HISTORY, reads=4)},
    ),
    Function(
        handler="schedules.roll_up_status",
        access=None,
        schedule="cron(10 0 * * ? *)",
        modules=476,
        needs=IDEMPOTENCY,
        log=Log(2, 550, 2, 500),  # and what was done, as a metric
        cases={
            "one-service": case(_nothing_to_roll_up, "PutItem Query GetItem UpdateItem", reads=2, writes=2),
            "again-that-day": case(_again, "PutItem"),  # AWS bills a put that is refused: at least 1
            "two-days": case(
                _roll_up,
                leaves=(
                    *EVENTS_OF_TWO,
                    *(collection_counts("EVENT", revision=1, total=1),) * 2,
                    feed_counts("EVENT", revision=2, total=2),
                    *("STATE SERVICE version=2",) * 2,
                    *("DAY version=1",) * 2,
                    "ROLLUP status=COMPLETED",
                ),
            ),
        },
    ),
]
