"""Callers with sessions of their own, and many of them at once."""

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from scripts.api import Api, Response
from tests.api import PASSWORD, Account, new_account
from tests.proof.stack.conftest import StackUnderTest
from tests.proof.stack.roles import grant

Send = Callable[[], Response]


@dataclass(frozen=True)
class Session:
    """A live session of an account, and both of its tokens."""

    api: Api
    id: str
    token: str
    refresh_token: str

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> Response:
        """Send with the access token. headers: Idempotency_Key for Idempotency-Key."""
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.api.request(method, path, token=self.token, body=body, headers=sent)

    def refresh(self) -> Response:
        """Ask for the successors of the tokens."""
        return self.api.request("POST", "/v1/auth/refresh", body={"refresh_token": self.refresh_token})

    def refreshed(self) -> "Session":
        """Go on with the successors of the tokens."""
        return session_of(self.api, self.refresh())


def log_in(api: Api, email: str, password: str = PASSWORD) -> Session:
    """Begin a session."""
    return session_of(api, api.request("POST", "/v1/auth/login", body={"email": email, "password": password}))


def session_of(api: Api, answer: Response) -> Session:
    """Take the session out of an answer to a login or a refresh."""
    assert answer.status == 200, answer.body
    tokens = answer.json()
    return Session(api, tokens["session"]["id"], tokens["access_token"], tokens["refresh_token"])


def together[Result](requests: Sequence[Callable[[], Result]]) -> list[Result]:
    """Send all requests in the same moment."""
    barrier = threading.Barrier(len(requests))

    def send(request: Callable[[], Result]) -> Result:
        barrier.wait()
        return request()

    with ThreadPoolExecutor(len(requests)) as threads:
        return list(threads.map(send, requests))


def at_once(request: Send, callers: int) -> list[Response]:
    """Send the same request from every caller in the same moment."""
    return together([request] * callers)


def with_role(stack: StackUnderTest, api: Api, role: str) -> Account:
    """Create an account that has a role."""
    account = new_account(api)
    assert grant(stack, account.email, role)[0] == 0
    return account
