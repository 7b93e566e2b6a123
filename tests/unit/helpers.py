"""What unit tests share: a request without API Gateway, and a DynamoDB client that answers what it is told."""

from collections.abc import Callable
from typing import Any, Self

from neoforge.api.request import Request
from tests.support import Context, event


def request(method: str = "GET", path: str = "/v1/projects", **parts: Any) -> Request:
    """Make a request of a route, as tests.support.event takes it."""
    return Request(event(method, path, **parts)[1], Context())


class FakeClient:
    """Gives or raises the next answer for each call, and remembers what it was called with."""

    def __init__(self, *answers: Exception | None) -> None:
        self.answers = list(answers)
        self.calls: list[tuple[str, dict[str, Any]]] = []

    def __getattr__(self, name: str) -> Callable[..., dict[str, Any]]:
        def operation(**parameters: Any) -> dict[str, Any]:
            self.calls.append((name, parameters))
            if self.answers and (answer := self.answers.pop(0)):
                raise answer
            return {}

        return operation

    def client(self) -> Self:
        return self
