"""What `make sam-local` stands on; that functions run in containers is for `make test-sam-local` itself to see."""

import importlib
import json
import os
import subprocess
import sys
from collections.abc import Iterator

import pytest

from neoforge.settings import settings
from scripts import ROOT
from scripts.ops.environment import SIGNING_KEYS
from scripts.proof.sam_local.check import event_of, foreign_modules, succeeded
from scripts.proof.sam_local.recorded import put_recorded
from tests.api import Context, functions
from tests.callers import empty_table


@pytest.fixture
def recorded(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A table with what the events speak of, and the key that has signed their tokens."""
    monkeypatch.setattr(settings, "signing_keys", (SIGNING_KEYS.encode(),))
    with empty_table():
        put_recorded()
        yield


@pytest.mark.parametrize("name", functions())
def test_every_event_succeeds_as_it_is(name: str, recorded: None) -> None:
    handler = functions()[name]["Handler"]
    module = importlib.import_module(handler.removesuffix(".handler"))
    answer = module.handler(json.loads(event_of(handler).read_text()), Context(300_000))
    assert succeeded(answer), answer


@pytest.mark.parametrize(
    "answer", [{"statusCode": 401}, {"statusCode": 500}, {"errorMessage": "boom", "errorType": "KeyError"}, {}]
)
def test_no_failure_is_taken_for_a_success(answer: dict[str, object]) -> None:
    assert not succeeded(answer)


def test_modules_from_elsewhere_are_told() -> None:
    files = {
        "neoforge": "/opt/python/neoforge/__init__.py",
        "account.get": "/var/task/account/get.py",
        "json": "/usr/lib/python3.13/json/__init__.py",
        "awslambdaric": "/var/runtime/awslambdaric/__init__.py",
        "boto3": "/var/runtime/boto3/__init__.py",
        "jmespath": "/usr/lib/python3.13/site-packages/jmespath/__init__.py",
        "pydantic": "/work/.venv/pydantic/__init__.py",
    }
    told = {"standard": "/usr/lib/python3.13", "files": files}
    assert foreign_modules(told).keys() == {"boto3", "jmespath", "pydantic"}


@pytest.mark.parametrize(
    ("options", "status", "said"),
    [
        ([], 1, "no container engine answers: start Docker, or name one by DOCKER_HOST\n"),
        (
            ["--check"],
            0,
            "SKIPPED, NOTHING WAS TESTED: no container engine answers: start Docker, or name one by DOCKER_HOST\n",
        ),
    ],
)
def test_without_an_engine_it_says_so_in_one_line(options: list[str], status: int, said: str) -> None:
    nowhere = os.environ | {"DOCKER_HOST": "tcp://127.0.0.1:1"}
    command = [sys.executable, "-m", "scripts.proof.sam_local", *options]
    process = subprocess.run(command, cwd=ROOT, env=nowhere, capture_output=True, text=True, timeout=60, check=False)
    assert (process.returncode, process.stdout, process.stderr) == (status, "", said)
