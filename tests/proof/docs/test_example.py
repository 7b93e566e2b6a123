"""docs/adding-an-endpoint.md, done to a copy of the repository: the change applies, its commands pass, it answers."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from scripts import ROOT
from scripts.build.template import load_template
from tests.api import TEMPLATE
from tests.proof.docs.documents import read
from tests.proof.docs.shell import PROLOGUE

DOCUMENT = ROOT / "docs/adding-an-endpoint.md"
NEEDED = ("Makefile", "README.md", "CHANGELOG.md", "pyproject.toml", "template.yaml", "uv.lock")
FOLDERS = ("docs", "events", "functions", "layers", "scripts", "tests")
TOOLS = (".tools", ".venv-emulator", ".venv-sam", "build")
COMMANDS = [example for example in read(DOCUMENT) if "curl" not in example.parsed.text]


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The repository, somewhere else, with the tools of this one."""
    for name in NEEDED:
        shutil.copy(ROOT / name, tmp_path)
    for name in FOLDERS:
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in TOOLS:
        (tmp_path / name).symlink_to(ROOT / name)
    (tmp_path / ".venv").symlink_to(sys.prefix)
    return tmp_path


def run(commands: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run commands in a copy."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "PYTEST_"))}
    environment |= {"GIT_CEILING_DIRECTORIES": str(folder.parent)}
    script = ["bash", "-c", PROLOGUE + commands]
    return subprocess.run(script, cwd=folder, env=environment, capture_output=True, text=True, timeout=300, check=False)


def test_the_example_is_all_that_an_endpoint_takes(copy: Path) -> None:
    for example in COMMANDS:
        done = run(example.parsed.text, copy)
        assert done.returncode == 0, f"{DOCUMENT.name}:{example.line}\n{done.stdout[-4000:]}{done.stderr[-2000:]}"
    added = load_template(copy / "template.yaml")["Resources"].keys() - TEMPLATE["Resources"]
    assert added == {"AccountGetSummary"}
    passed = re.search(r"(\d+) passed", done.stdout)
    assert passed
    assert int(passed[1]) >= 20


FORGOTTEN = {
    "tests/catalog/account.py": "add to tests/catalog/account.py a Function for account.get_summary",
    "template.yaml": "remove the rows of account.get_summary from tests/catalog, or add them to template.yaml",
    "tests/functions/account/test_get_summary.py": "tests/functions/account/test_get_summary.py",
    "docs/openapi.json": "run make generate",
    "events/account/get_summary.json": "events/account/get_summary.json",
}


@pytest.mark.parametrize("place", FORGOTTEN)
def test_a_place_that_was_forgotten_is_named(place: str, copy: Path) -> None:
    for example in COMMANDS[:-1]:
        assert run(example.parsed.text, copy).returncode == 0
    if (ROOT / place).exists():
        shutil.copy(ROOT / place, copy / place)
    else:
        (copy / place).unlink()
    tests = "test_catalog.py test_functions.py test_openapi.py test_sources.py"
    done = run(
        f"cd tests/contract && ../../.venv/bin/python -m pytest -q --rootdir=../.. -c ../../pyproject.toml {tests}",
        copy,
    )
    assert done.returncode != 0
    assert FORGOTTEN[place] in done.stdout
