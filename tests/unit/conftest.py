"""The layer's modules one by one."""

import io
import logging
from collections.abc import Callable, Iterator

import pytest
from argon2 import PasswordHasher
from moto import mock_aws

from neoforge import clock, observability
from neoforge.accounts import passwords
from neoforge.dynamodb.client import get_client
from tests.api import create_table
from tests.unit.helpers import FixedClock, id_at

Counted = Callable[[], dict[str, int]]
Logs = Callable[[], str]


@pytest.fixture
def dynamodb() -> Iterator[None]:
    """An empty table."""
    with mock_aws():
        create_table(get_client())
        yield


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> FixedClock:
    """A clock that stands still until `at.seconds` is changed, at the beginning of a bucket of every policy."""
    fixed = FixedClock()
    monkeypatch.setattr(clock, "now", fixed)
    return fixed


@pytest.fixture
def dated(at: FixedClock, monkeypatch: pytest.MonkeyPatch) -> FixedClock:
    """The same clock, which ids are made by too."""
    monkeypatch.setattr(clock, "new_id", lambda prefix: id_at(prefix, clock.timestamp(at.seconds)))
    return at


@pytest.fixture
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Skip pauses, but record them."""
    made: list[int] = []
    monkeypatch.setattr(clock, "pause", made.append)
    return made


@pytest.fixture
def quick_passwords(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hash with the least that argon2id takes; test_passwords sees to the real parameters."""
    monkeypatch.setattr(passwords, "_hasher", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))


@pytest.fixture
def stream(monkeypatch: pytest.MonkeyPatch) -> io.StringIO:
    """The log, without any metrics counted before."""
    made = io.StringIO()
    handler = observability.logger.registered_handler
    assert isinstance(handler, logging.StreamHandler)
    monkeypatch.setattr(handler, "stream", made)
    observability.metrics.clear_metrics()
    return made


@pytest.fixture
def counted(stream: io.StringIO) -> Counted:
    """Return how often each event has been counted so far."""
    return lambda: {name: len(metric["Value"]) for name, metric in observability.metrics.metric_set.items()}


@pytest.fixture
def logs(stream: io.StringIO, capsys: pytest.CaptureFixture[str]) -> Logs:
    """End the request, and give everything that it wrote, metrics included."""

    def written() -> str:
        observability.end({})
        return stream.getvalue() + capsys.readouterr().out

    return written
