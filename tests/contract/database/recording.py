"""What each function was seen to ask of the database: every case of the catalogue, and what clients make of them.

Recorded once a process; permissions, consistency and round trips look at the same recordings.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from functools import cache
from itertools import groupby
from typing import NamedTuple

import pytest

from neoforge.dynamodb import expiry
from scripts.build.template import Json
from tests.api import Response, takes_key
from tests.callers import Local, empty_table
from tests.catalog import FUNCTIONS
from tests.catalog.model import Case, Function
from tests.catalog.world import Event, Request
from tests.functions.helpers import client_error, failing

PARTS = {"Put": "PutItem", "Update": "UpdateItem", "Delete": "DeleteItem", "ConditionCheck": "ConditionCheckItem"}


def in_order(operations: Iterable[str]) -> tuple[str, ...]:
    """Sort each run of Query and BatchGetItem: a feed makes these calls at the same time."""
    runs = groupby(operations, key=lambda name: name in {"Query", "BatchGetItem"})
    return tuple(name for at_once, run in runs for name in (sorted(run) if at_once else run))


class Recorded(NamedTuple):
    """A request of a case, or one that follows from it, and what was sent to the database."""

    case: str
    variant: str
    status: int
    sent: list[Json]

    @property
    def operations(self) -> tuple[str, ...]:
        return in_order(one["operation"] for one in self.sent)

    @property
    def asked(self) -> frozenset[tuple[str, str]]:
        """What IAM is asked for: actions, each with a partition key. A transaction is checked item by item."""
        return frozenset((f"dynamodb:{name}", pk) for one in self.sent for name, pk in _asked(one))

    @property
    def actions(self) -> frozenset[str]:
        return frozenset(action for action, _ in self.asked)


def _asked(request: Json) -> Iterator[tuple[str, str]]:
    """Yield the operations of a request, each with a partition key; that of a Scan is empty."""
    operation = request["operation"]
    if operation == "TransactWriteItems":
        for item in request["TransactItems"]:
            ((part, content),) = item.items()
            yield PARTS[part], content["Key" if "Key" in content else "Item"]["pk"]["S"]
    elif operation == "BatchGetItem":
        yield from ((operation, key["pk"]["S"]) for one in request["RequestItems"].values() for key in one["Keys"])
    elif operation == "Query":
        yield operation, next(value["S"] for value in request["ExpressionAttributeValues"].values() if "S" in value)
    elif operation == "Scan":
        yield operation, ""
    else:
        yield operation, request["Key" if "Key" in request else "Item"]["pk"]["S"]


@cache
def recordings(handler: str) -> tuple[Recorded, ...]:
    """Record all cases of a function."""
    function = FUNCTIONS[handler]
    return tuple(one for name, case in function.cases.items() for one in _record(function, name, case))


def _record(function: Function, name: str, case: Case) -> Iterator[Recorded]:
    for variant, send in _variants(function, case).items():
        with empty_table(), pytest.MonkeyPatch.context() as patch:
            patch.setattr(expiry, "BATCH", 5)  # of the purge: more than one Scan
            world = Local()
            request = case.prepare(world)
            with failing() as sent:
                answer = send(world, request)
            yield Recorded(name, variant, answer.status if answer else 0, sent)


Send = Callable[[Local, Request | Event], Response | None]


def _variants(function: Function, case: Case) -> dict[str, Send]:
    """Return the ways to send a case. One that is refused is sent as it is."""
    variants: dict[str, Send] = {"": Local.send}
    if case.status >= 400:
        return variants
    if function.access is None:
        return variants | {"failed": _failed_job}
    if takes_key(function.handler):
        return variants | {"replayed": _replayed, "failed": _failed}
    return variants | {"uncounted": _uncounted}


def _replayed(world: Local, request: Request | Event) -> Response:
    assert isinstance(request, Request)
    keyed = request.keyed()
    world.send(keyed)
    return world.send(keyed)


def _failed(world: Local, request: Request | Event) -> Response:
    """Fail the commit, so that the lock of the key is released."""
    assert isinstance(request, Request)
    with failing(RuntimeError("bug"), operation="TransactWriteItems"):
        return world.send(request.keyed())


def _failed_job(world: Local, event: Request | Event) -> None:
    """Fail a read, so that the claim of the day is given up."""
    with failing(RuntimeError("bug"), operation="Query"), suppress(RuntimeError):
        world.send(event)


def _uncounted(world: Local, request: Request | Event) -> Response:
    """Send a request that cannot be counted."""
    with failing(client_error("ThrottlingException"), operation="UpdateItem"):
        return world.send(request)
