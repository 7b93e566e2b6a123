"""The kinds of faults: what goes wrong with the n-th call of a process, or with every one from then on."""

import json
import math
import os
import signal
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any, NamedTuple

from botocore import endpoint
from botocore.awsrequest import AWSRequest

from neoforge import clock
from neoforge.api import request
from neoforge.api.request import MAX_SECONDS
from neoforge.dynamodb.client import get_client
from tests.proof.engine.faults import SDK_TRIES, Fault, answer_lost, cancelled, refused, send, unreachable

SECONDS = 1.0  # that a fault takes, on the clock of its process
PAUSE = 0.1
READS = {"GetItem", "BatchGetItem", "Query", "Scan"}
SINGLE_CONFLICT = refused("TransactionConflictException")
BROKEN = refused("InternalServerError", 500)


def operation(request: Any) -> str:
    """Return what a call asks for."""
    return str(request.headers["X-Amz-Target"].decode().rsplit(".", 1)[1])


def _killed(request: Any) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def _killed_after(request: Any) -> None:
    send(request)
    _killed(request)


def _conflict(request: Any) -> Any:
    """Somebody else's transaction holds the item of the last write."""
    if operation(request) != "TransactWriteItems":
        return SINGLE_CONFLICT(request)
    others = len(json.loads(request.body)["TransactItems"]) - 1
    return cancelled(*["None"] * others, "TransactionConflict")(request)


def _done_but_broken(request: Any) -> Any:
    send(request)
    return BROKEN(request)


class Kind(NamedTuple):
    """A kind of fault."""

    name: str  # in the table
    fault: Fault
    calls: float = 1  # that it befalls, one after the other
    hidden: Callable[[str], bool] = lambda _: False  # whether the caller must not notice that it befell this operation
    applies: Callable[[str], bool] = lambda _: True  # to this operation
    stops: bool = False  # the process, until the client has retried
    late: str = ""  # when what it held arrives: "before" or "after" the retry


def _any(_: str) -> bool:
    return True


def _commits(name: str) -> bool:
    return name == "TransactWriteItems"


def _in_transactions(name: str) -> bool:
    return name not in READS


KINDS = {
    kind.name: kind
    for kind in (
        Kind("killed before", _killed),
        Kind("killed after", _killed_after),
        Kind("answer lost", answer_lost, hidden=_any),
        Kind("answers lost", answer_lost, calls=SDK_TRIES, hidden=_commits),
        Kind("every answer lost", answer_lost, calls=math.inf),
        Kind("late, then the retry", unreachable, calls=math.inf, late="before"),
        Kind("the retry, then late", unreachable, calls=math.inf, late="after"),
        Kind("stopped meanwhile", lambda _: None, stops=True),
        Kind("throttled", refused("ThrottlingException"), hidden=_any),
        Kind("always throttled", refused("ThrottlingException"), calls=math.inf),
        # The lock of a key is in no transaction but its own: that it conflicts once may be told.
        Kind(
            "conflict",
            _conflict,
            hidden=lambda name: name in {"TransactWriteItems", "UpdateItem"},
            applies=_in_transactions,
        ),
        Kind("always conflict", _conflict, calls=math.inf, applies=_in_transactions),
        Kind("broken", BROKEN, hidden=_any),
        Kind("always broken", BROKEN, calls=math.inf),
        Kind("broken but done", _done_but_broken, hidden=_any, applies=_in_transactions),
    )
}


class Befallen:
    """A fault that befalls this process, for the rest of its life.

    Only faults and pauses move its clock, and they take no time: so a busy machine changes no case.
    """

    def __init__(self, name: str, number: int, stop: Callable[[], None]) -> None:
        self.held: list[
            dict[str, str]
        ] = []  # calls that are under way for long: the process believes that they are lost
        self._kind, self._number, self._stop, self._sent, self._gone = KINDS[name], number, stop, 0, [0.0]
        now, monotonic = clock.now(), clock.monotonic()
        clock.now = lambda: now + sum(self._gone)
        clock.monotonic = lambda: monotonic + sum(self._gone)
        clock.pause = lambda attempt: self._gone.append(PAUSE)
        vars(endpoint)["time"] = SimpleNamespace(sleep=self._gone.append, time=clock.now)
        request.MAX_SECONDS = MAX_SECONDS
        get_client().meta.events.register("before-send.dynamodb", self._hook)

    def _hook(self, request: Any, **_: Any) -> Any:
        self._sent += 1
        befalls = self._number <= self._sent < self._number + self._kind.calls
        if not befalls or not self._kind.applies(operation(request)):
            return None
        if self._kind.stops:
            self._stop()
            return None
        if self._kind.late:
            self.held.append(_written(request))
        self._gone.append(SECONDS)
        return self._kind.fault(request)


def _written(request: Any) -> dict[str, str]:
    headers = {name: v.decode() if isinstance(v, bytes) else v for name, v in request.headers.items()}
    return {"url": request.url, "headers": json.dumps(headers), "body": request.body.decode()}


def deliver(held: list[dict[str, str]]) -> None:
    """Send calls, whatever becomes of them."""
    for one in held:
        send(AWSRequest("POST", one["url"], json.loads(one["headers"]), one["body"].encode()).prepare())
