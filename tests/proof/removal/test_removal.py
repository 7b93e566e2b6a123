"""A domain can be taken out with its own files and functions: everything else is still generated, linted and tested."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from scripts import ROOT
from scripts.proof.removal import copy_repository, handlers_of, own_files, remove, tracked_files

DOMAINS = ("projects", "support", "community", "status")
EDITED = "template.yaml"
GENERATED = "<!-- made by make "  # marks the tables of a document
SHOWN = 12_000  # characters of a failure's output


def make(target: str, folder: Path) -> None:
    # A variable of the run around this one would change the run in the copy.
    variables = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", "LOG_REVIEW"))}
    command = ["make", "--no-print-directory", target]
    done = subprocess.run(
        command, cwd=folder, env=variables | {"CI": "true"}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, f"make {target}: {done.stdout[-SHOWN:]}\n{done.stderr[-SHOWN:]}"


def generated(file: str) -> bool:
    return file == "docs/openapi.json" or (file.endswith(".md") and GENERATED in (ROOT / file).read_text("utf-8"))


@pytest.mark.parametrize("domain", DOMAINS)
def test_a_domain_leaves_nothing_behind(domain: str, tmp_path: Path) -> None:
    copy_repository(tmp_path)
    if (ROOT / ".mypy_cache").exists():  # types are checked in seconds with it
        shutil.copytree(ROOT / ".mypy_cache", tmp_path / ".mypy_cache")
    before = {file: (tmp_path / file).read_bytes() for file in tracked_files(tmp_path)}
    own = {*own_files(domain, handlers_of(domain), before)}
    remove(domain, tmp_path)
    make("generate", tmp_path)
    make("test", tmp_path)
    after = {file: (tmp_path / file).read_bytes() for file in tracked_files(tmp_path)}
    assert before.keys() ^ after.keys() == own
    changed = {file for file in after if before[file] != after[file]}
    assert EDITED in changed
    assert [file for file in sorted(changed - {EDITED}) if not generated(file)] == []
