"""Handlers, called with the events of API Gateway, on moto's DynamoDB."""

import io
import logging
from collections.abc import Callable, Iterator

import pytest
from argon2 import PasswordHasher
from moto import mock_aws

from neoforge import clock, observability
from neoforge.accounts import passwords
from neoforge.accounts.model import Role
from neoforge.accounts.roles import grant
from neoforge.dynamodb.client import get_client
from tests.api import call, create_table, register_and_login

Logs = Callable[[], str]
Wait = Callable[[float], None]
HASHER = passwords._hasher  # with the real parameters


@pytest.fixture(autouse=True)
def _table() -> Iterator[None]:
    with mock_aws():
        create_table(get_client())
        yield


@pytest.fixture(autouse=True)
def _quick_passwords(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hash with the least that argon2id takes; tests/unit sees to the real parameters."""
    monkeypatch.setattr(passwords, "_hasher", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))


@pytest.fixture
def token() -> str:
    """An access token of a new account."""
    return register_and_login()


@pytest.fixture
def stranger() -> str:
    """An access token of another account."""
    return register_and_login("grace@example.com")


def with_role(role: Role) -> str:
    """Create an account with a role, named as that, and return an access token of it."""
    token = register_and_login(f"{role}@example.com")
    grant(f"{role}@example.com", role)
    return token


@pytest.fixture
def staff() -> str:
    """An access token of support."""
    return with_role("support")


@pytest.fixture
def operator() -> str:
    """An access token of an operator."""
    return with_role("operator")


@pytest.fixture
def admin() -> str:
    """An access token of an admin."""
    return with_role("admin")


@pytest.fixture
def wait(monkeypatch: pytest.MonkeyPatch) -> Wait:
    """Stop the clock; calls move it on by seconds."""
    time = [clock.now()]
    monkeypatch.setattr(clock, "now", lambda: time[0])

    def move(seconds: float) -> None:
        time[0] += seconds

    return move


@pytest.fixture
def path(token: str) -> str:
    """The path of a new note, version 1, named First and with a description."""
    body = {"name": "First", "description": "About it"}
    return f"/v1/notes/{call('POST', '/v1/notes', body=body, token=token).json()['id']}"


@pytest.fixture
def logs(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Logs:
    """Return everything that was written to the log since the fixture was made, metrics included."""
    stream = io.StringIO()
    handler = observability.logger.registered_handler
    assert isinstance(handler, logging.StreamHandler)
    monkeypatch.setattr(handler, "stream", stream)
    return lambda: stream.getvalue() + capsys.readouterr().out
