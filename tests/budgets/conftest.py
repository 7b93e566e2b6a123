"""The layers as they are deployed, and a database for functions in processes of their own."""

import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from argon2 import PasswordHasher

from scripts import ROOT
from scripts.build.layers import build_dependencies, build_docs, build_shared
from scripts.local.artifacts import ARCHITECTURE
from scripts.proof.bench.fake_dynamodb.server import FakeDynamoDB
from scripts.proof.bench.fake_dynamodb.stored import stored
from scripts.proof.bench.processes import environment
from tests.budgets.processes import Lambda


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What is deployed, for this machine: the folders dependencies, shared, docs and functions."""
    folder = tmp_path_factory.mktemp("built")
    build_dependencies(folder / "dependencies", ARCHITECTURE)
    build_shared(folder / "shared")
    build_docs(folder / "docs")
    shutil.copytree(ROOT / "functions", folder / "functions", ignore=shutil.ignore_patterns("__pycache__"))
    return folder


@pytest.fixture(scope="session")
def aws(built: Path) -> Iterator[Lambda]:
    """Starts what was built."""
    if sys.platform != "linux":
        pytest.skip("the layer's libraries are for Linux")
    layers = [built / name / "python" for name in ("docs", "shared", "dependencies")]
    paths = [built / "functions", *layers]
    with FakeDynamoDB(stored(PasswordHasher().hash)) as database:
        yield Lambda([str(path) for path in paths], environment(database.endpoint) | {"PYTHONHASHSEED": "0"})
