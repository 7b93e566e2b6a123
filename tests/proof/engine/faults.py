"""What can go wrong between the SDK and the database, put in where the SDK sends (botocore's event before-send)."""

import json
import math
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any, Self

from botocore.awsrequest import AWSResponse
from botocore.compat import HTTPHeaders
from botocore.exceptions import ConnectTimeoutError, ReadTimeoutError
from urllib3 import HTTPResponse

from neoforge import clock
from neoforge.dynamodb.client import get_client
from neoforge.dynamodb.item import Item
from tests.api import Context, Response, call

SECONDS = 10.0  # that a test waits for what does not come
SDK_TRIES = 1 + Item.Meta.max_retry_attempts  # of one call

# What happens instead of a call: an answer, an exception, or None for the call itself.
Fault = Callable[[Any], AWSResponse | None]


def send(request: Any) -> Any:
    """Send a request as the SDK would; the database has done its work when this returns."""
    with clock.limited(math.inf):  # what is under way arrives, however late it is
        return get_client()._endpoint.http_session.send(request)


def refused(code: str, status: int = 400, **members: Any) -> Fault:
    """The database answers with an error, and does nothing."""
    body = json.dumps({"__type": f"com.amazonaws.dynamodb.v20120810#{code}", "message": code, **members}).encode()

    def answer(request: Any) -> AWSResponse:
        raw = HTTPResponse(BytesIO(body), preload_content=False)
        return AWSResponse(request.url, status, HTTPHeaders(), raw)

    return answer


def cancelled(*codes: str) -> Fault:
    """The database cancels the transaction for these reasons, in the order of its writes."""
    return refused("TransactionCanceledException", CancellationReasons=[{"Code": code} for code in codes])


def answer_lost(request: Any) -> None:
    """The database does it, and the connection is lost before the answer comes."""
    send(request)
    raise ReadTimeoutError(endpoint_url=request.url)


def unreachable(request: Any) -> None:
    """The request does not reach the database."""
    raise ConnectTimeoutError(endpoint_url=request.url)


@dataclass
class Plan:
    """Which calls go wrong, and which were sent."""

    sent: list[str] = field(default_factory=list)  # the operations, lost and refused ones too


@contextmanager
def failing(operations: str, fault: Fault, times: int | None = None, after: int = 0) -> Iterator[Plan]:
    """Fail the first `times` calls of some operations (None: all) that follow the first `after` calls."""
    plan, left = Plan(), [times]

    def hook(request: Any, event_name: str, **_: Any) -> AWSResponse | None:
        name = event_name.rsplit(".", 1)[1]
        plan.sent.append(name)
        if len(plan.sent) <= after or name not in operations.split() or left[0] == 0:
            return None
        if left[0] is not None:
            left[0] -= 1
        return fault(request)

    with sending(hook):
        yield plan


@contextmanager
def sending(hook: Callable[..., AWSResponse | None]) -> Iterator[None]:
    """Pass each call to a hook, which can answer it, before it is sent."""
    events = get_client().meta.events
    events.register("before-send.dynamodb", hook)
    try:
        yield
    finally:
        events.unregister("before-send.dynamodb", hook)


class Stopped:
    """A request in a thread, which stops right before or after its n-th call until it is told to finish."""

    def __init__(
        self, request: dict[str, Any], milliseconds: int, number: int, moment: str, then: Fault | None = None
    ) -> None:
        self._request = request | {"context": Context(lock=milliseconds)}
        self._left, self._moment, self._then = number, moment, then
        self._reached, self._go = threading.Event(), threading.Event()
        self._answers: list[Response] = []
        self._thread = threading.Thread(target=lambda: self._answers.append(call(**self._request)))

    def __enter__(self) -> Self:
        self._hooks = ExitStack()
        self._hooks.enter_context(sending(self._hook))
        self._thread.start()
        assert self._reached.wait(SECONDS), "the request ended before it was to stop"
        return self

    def __exit__(self, *_: object) -> None:
        self._go.set()
        self._thread.join(SECONDS)
        self._hooks.close()

    def finish(self) -> Response:
        """Resume it and return its answer."""
        self._go.set()
        self._thread.join(SECONDS)
        return self._answers[0]

    def _hook(self, request: Any, **_: Any) -> Any:
        if threading.current_thread() is not self._thread:
            return None
        self._left -= 1
        if self._left:
            return self._then(request) if self._left < 0 and self._then else None
        answer = send(request) if self._moment == "after" else None
        self._reached.set()
        assert self._go.wait(SECONDS), "nobody let it go on"
        return answer or (self._then and self._then(request))
