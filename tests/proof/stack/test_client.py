"""The client that is generated from the document, and the prompt that has it."""

import importlib
import os
import pkgutil
import re
import subprocess
import sys
from pathlib import Path

import pytest

from scripts import ROOT
from scripts.api import Api
from scripts.client.generate import document, generate
from scripts.local.dev import seed
from tests.proof.stack.conftest import StackUnderTest

JOURNEY = Path(__file__).with_name("typed_journey.py")


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder with the package; a warning of the generator would have been an error."""
    folder = tmp_path_factory.mktemp("generated") / "client"
    generate(folder)
    return folder


@pytest.fixture
def importable(client: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The package on the path."""
    monkeypatch.syspath_prepend(client)


def test_the_client_and_what_uses_it_are_well_typed(client: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "mypy", "--cache-dir", "build/mypy-client", client / "neoforge_client", JOURNEY],
        cwd=ROOT,
        env=os.environ | {"MYPYPATH": str(client)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_journey_with_the_client_succeeds(importable: None, stack: StackUnderTest) -> None:
    importlib.import_module("tests.proof.stack.typed_journey").journey(stack.url)


def test_the_client_has_every_operation_by_its_name(importable: None) -> None:
    api = importlib.import_module("neoforge_client.api")
    found = {
        module.name.removeprefix("neoforge_client.api.")
        for module in pkgutil.walk_packages(api.__path__, "neoforge_client.api.")
        if not module.ispkg
    }
    operations = [one for path in document()["paths"].values() for one in path.values()]
    assert found == {f"{one['tags'][0]}.{one['operationId']}" for one in operations}


def test_no_class_has_a_made_up_name(importable: None) -> None:
    names = importlib.import_module("neoforge_client.models").__all__
    made_up = re.compile(r"Type\d|Response\d|Item$|Body|AdditionalProperty")
    assert [name for name in names if made_up.search(name)] == []


def shell(stack_url: str, client: Path, lines: str) -> subprocess.CompletedProcess[str]:
    """Type into the prompt."""
    return subprocess.run(
        [sys.executable, "-m", "scripts.client.shell", "--url", stack_url],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(client)},
        input=lines,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_the_prompt_is_logged_in_and_knows_the_operations(client: Path, stack: StackUnderTest) -> None:
    with Api(stack.url) as api:
        seed(api)
    lines = """
made = projects.create_project.sync(client=client, body=models.NewProject(name="typed"))
print("made", made.name, account.get_account.sync(client=client).email)
"""
    done = shell(stack.url, client, lines)
    assert (done.returncode, "Traceback" in done.stderr) == (0, False), done.stderr
    assert "made typed demo@example.com" in done.stdout


def test_the_prompt_tells_where_nothing_answers(client: Path) -> None:
    done = shell("http://127.0.0.1:1", client, "")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == "no local stack answers at http://127.0.0.1:1: start it with make dev\n"
