"""Shared by unit tests: a request without API Gateway, accounts and sessions without HTTP, and a DynamoDB client that
answers what it is told.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any, Self

from botocore.exceptions import (
    ConnectionClosedError,
    ConnectTimeoutError,
    EndpointConnectionError,
    ReadTimeoutError,
)
from uuid_utils import uuid7

from neoforge import clock
from neoforge.accounts import access_item, repository, sessions
from neoforge.accounts.access_item import SessionEntry
from neoforge.accounts.model import Account, NewAccount, Tokens
from neoforge.accounts.tokens import Token, digest
from neoforge.api.request import Request
from neoforge.dynamodb import expressions
from neoforge.dynamodb.client import TRANSIENT, get_client
from neoforge.dynamodb.expressions import Update
from neoforge.dynamodb.keys import user_partition
from neoforge.dynamodb.transaction import UnitOfWork
from neoforge.errors import Unauthenticated
from neoforge.settings import settings
from tests.api import PASSWORD, Context, event
from tests.functions.helpers import client_error

EMAIL = "ada@example.com"
URL = "https://dynamodb"
UNANSWERED: list[Exception] = [
    ConnectionClosedError(endpoint_url=URL),
    ConnectTimeoutError(endpoint_url=URL),
    EndpointConnectionError(endpoint_url=URL),
    ReadTimeoutError(endpoint_url=URL),
]
BUSY: list[Exception] = [
    *(client_error(code) for code in sorted(TRANSIENT)),
    client_error("500", status=500),
    client_error("503", status=503),
]


def request(method: str = "GET", path: str = "/v1/notes", **parts: Any) -> Request:
    """Create a request of a route, with the parts of tests.api.event."""
    return Request(event(method, path, **parts)[1], Context())


def draft(email: str = EMAIL, password: str = PASSWORD) -> NewAccount:
    """Create the body of a registration."""
    return NewAccount.model_validate({"email": email, "password": password, "display_name": "Ada"})


def new_user(email: str = EMAIL) -> str:
    """Store an account nobody can log in to, and return its id."""
    account, work = Account.new(draft(email)), UnitOfWork()
    repository.create(work, account, "no hash")
    work.commit()
    return account.id


def let_in(user_id: str, seconds: float = 60) -> Token:
    """Add a session to an access item, and return its access token, which is good for so many seconds."""
    token = Token(user_id, clock.new_id("ses"), clock.new_secret())
    was, work = access_item.read(user_id), UnitOfWork()
    assert was
    entry = SessionEntry(digest(token.secret), clock.now() + seconds, clock.now() + 1000)
    access_item.set_sessions(work, user_id, was, {**was.sessions, token.session_id: entry})
    work.commit()
    return token


def parsed(text: str) -> Token:
    """Take an access or refresh token apart."""
    token = Token.verify("access", text) or Token.verify("refresh", text)
    assert token
    return token


def is_live(tokens: Tokens) -> bool:
    """Return whether an access token is valid."""
    try:
        access_item.authenticate_without_counting(parsed(tokens.access_token))
    except Unauthenticated:
        return False
    return True


def disable(user_id: str) -> None:
    """Disable an account."""
    state = {"#state": "state"}
    expressions.update(
        Update(user_partition(user_id), access_item.SK, "SET #state = :state", {":state": "disabled"}, state)
    )


def items() -> list[dict[str, Any]]:
    """Return all items of the table."""
    found: list[dict[str, Any]] = get_client().scan(TableName=settings.table_name)["Items"]
    return sorted(found, key=lambda item: (item["pk"]["S"], item["sk"]["S"]))


def id_at(prefix: str, moment: str) -> str:
    """Create an id with a time (RFC 3339)."""
    return f"{prefix}_{uuid7(nanoseconds=round(datetime.fromisoformat(moment).timestamp() * 1000) * 10**6)}"


def commit(work: UnitOfWork) -> None:
    """Commit; in a block that expects an error, so that nothing else in it can raise it."""
    work.commit()


class FixedClock:
    """A clock that stands still."""

    def __init__(self) -> None:
        self.seconds = 1_795_338_000.0

    def __call__(self) -> float:
        return self.seconds

    def set(self, moment: str) -> None:
        """Set it (RFC 3339)."""
        self.seconds = datetime.fromisoformat(moment).timestamp()


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


def begin(user: str, agent: str = "agent") -> Tokens:
    """Begin a session."""
    return sessions.begin(user, agent, "192.0.2.1")


def end(user: str, session_id: str) -> None:
    """End a session."""
    work = UnitOfWork()
    sessions.end(work, user, session_id)
    work.commit()
