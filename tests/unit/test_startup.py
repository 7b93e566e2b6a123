"""Startup, tested in processes of their own, because this one has imported everything."""

import os
import subprocess
import sys

import pytest

from neoforge import startup
from scripts import ROOT

LAMBDA = {"AWS_LAMBDA_FUNCTION_NAME": "neoforge-ProjectsGet"}
PATHS = {"PYTHONPATH": os.pathsep.join([str(ROOT / "layers/shared"), str(ROOT / "functions")])}
MODULES = [
    ".".join(path.relative_to(ROOT / "layers/shared").with_suffix("").parts)
    for path in sorted((ROOT / "layers/shared/neoforge").rglob("*.py"))
    if path.name != "__init__.py"
]


def run(code: str, environment: dict[str, str]) -> list[str]:
    """Run a program; give what it prints."""
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment | PATHS, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.split()


def test_importing_every_module_leaves_garbage_collection_on_and_needs_no_environment() -> None:
    imports = "\n".join(f"import {module}" for module in MODULES)
    code = (
        f"import gc\n{imports}\nprint(gc.isenabled(), gc.get_freeze_count(), neoforge.dynamodb.item.Item._connection)"
    )
    path = {"PATH": os.environ["PATH"]}
    assert run(code, path) == ["True", "0", "None"]


def test_on_lambda_garbage_collection_is_off_until_the_handler_is_declared() -> None:
    code = """
import gc, neoforge
off = gc.isenabled()
import account.get
print(off, gc.isenabled(), gc.get_freeze_count() > 0)
"""
    assert run(code, dict(os.environ) | LAMBDA) == ["False", "True", "True"]


@pytest.mark.parametrize("module", ["account.get", "schedules.purge_expired"])
def test_the_client_is_created_when_a_handler_is_imported(module: str) -> None:
    code = f"""
import {module}
from neoforge.dynamodb.item import Item
print(Item._connection.connection._client is not None, Item._connection.connection._client is Item.client())
"""
    assert run(code, dict(os.environ)) == ["True", "True"]


@pytest.mark.parametrize(("module", "variable"), [("system.get_health", "TABLE_NAME"), ("account.get", "SIGNING_KEYS")])
def test_a_handler_is_not_imported_if_a_variable_is_missing(module: str, variable: str) -> None:
    environment = {name: value for name, value in os.environ.items() if name != variable}
    code = f"""
try:
    import {module}
except KeyError as error:
    print(error)
"""
    assert run(code, environment) == [f"'{variable}'"]


def test_a_function_that_signs_nothing_starts_without_the_keys() -> None:
    environment = {name: value for name, value in os.environ.items() if name != "SIGNING_KEYS"}
    assert run("import system.get_health\nprint('started')", environment) == ["started"]


def test_startup_creates_everything_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(startup, "_creators", [])
    created = []

    @startup.at_startup
    def create() -> object:
        created.append(object())
        return created[-1]

    assert created == []
    startup.finish()
    startup.finish()
    assert create() is created[0]
    assert len(created) == 1
