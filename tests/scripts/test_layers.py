"""The layers as Lambda gets them: bytecode, platform, completeness, and equal output for equal input."""

import hashlib
import json
import platform
import re
import shutil
import struct
import subprocess
import sys
from pathlib import Path

import pytest

from scripts.build import layers
from scripts.build.slim_sdk import prune_packages
from scripts.build.zip import tree_hash, zip_tree
from tests.budgets.figures import LAYERS

ELF_MACHINES = {0x3E: "x86_64", 0xB7: "arm64"}
HOST = {"x86_64": "x86_64", "aarch64": "arm64"}.get(platform.machine(), "arm64")

# What the functions import from the layer, then one call of each compiled library and of the pruned SDK.
USE_ALL = """
import sys
sys.path.insert(0, sys.argv[1])
from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.event_handler import APIGatewayRestResolver
from aws_lambda_powertools.utilities.idempotency import DynamoDBPersistenceLayer, idempotent_function
import boto3
from argon2 import PasswordHasher
from botocore.config import Config
from botocore.session import Session
from pydantic import BaseModel
from pynamodb.models import Model
import uuid_utils
class Project(BaseModel):
    name: str
assert Project.model_validate_json('{"name": "a"}').name == "a"
hasher = PasswordHasher(memory_cost=64, time_cost=1)
assert hasher.verify(hasher.hash("secret"), "secret")
assert uuid_utils.uuid7().version == 7
credentials = {"aws_access_key_id": "a", "aws_secret_access_key": "b"}
client = Session().create_client("dynamodb", region_name="eu-central-1", **credentials)
assert "scan" in str(client.scan.__doc__).lower()
assert boto3.client("dynamodb", region_name="eu-central-1", **credentials).meta.service_model.service_name == "dynamodb"
assert client.can_paginate("query"), client.get_waiter("table_exists")
signed = client.generate_presigned_url("get_item", {"TableName": "t", "Key": {"pk": {"S": "a"}}})
assert "dynamodb.eu-central-1.amazonaws.com" in signed, signed
retries = Config(retries={"mode": "adaptive"})
assert Session().create_client("dynamodb", region_name="eu-central-1", config=retries, **credentials)
outside = [m.__file__ for m in sys.modules.values() if "site-packages" in (getattr(m, "__file__", None) or "")]
assert not outside, outside
"""


@pytest.fixture(scope="module", params=["arm64", "x86_64"])
def architecture(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def dependencies(architecture: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    destination = tmp_path_factory.mktemp(architecture)
    layers.build_dependencies(destination, architecture)
    return destination


@pytest.fixture
def shared(tmp_path: Path) -> Path:
    layers.build_shared(tmp_path / "shared")
    return tmp_path / "shared"


def assert_compiled(layer: Path) -> None:
    modules = sorted(layer.rglob("*.py"))
    assert modules
    for module in modules:
        bytecode = module.parent / "__pycache__" / f"{module.stem}.cpython-313.pyc"
        flags = struct.unpack_from("<I", bytecode.read_bytes(), offset=4)
        assert flags == (LAYERS["bytecode_flags"],), bytecode


def test_dependencies_are_compiled(dependencies: Path) -> None:
    assert_compiled(dependencies)


def test_shared_package_is_compiled(shared: Path) -> None:
    assert_compiled(shared)


def test_bytecode_does_not_name_the_build_folder(shared: Path) -> None:
    bytecode = next(shared.rglob("clock.cpython-313.pyc")).read_bytes()
    assert b"/opt/python/neoforge/clock.py" in bytecode
    assert str(shared).encode() not in bytecode


def test_compiled_libraries_are_of_the_architecture(dependencies: Path, architecture: str) -> None:
    headers = {path.name: path.read_bytes()[:20] for path in dependencies.rglob("*.so")}
    assert {
        name: ELF_MACHINES[struct.unpack_from("<H", head, 18)[0]] for name, head in headers.items()
    } == dict.fromkeys(headers, architecture)
    assert len(headers) >= 3  # pydantic_core, argon2 and its foreign function interface


def test_dependencies_fit(dependencies: Path, tmp_path: Path) -> None:
    zip_tree(dependencies, tmp_path / "layer.zip")
    assert (tmp_path / "layer.zip").stat().st_size <= LAYERS["dependencies"]["zipped"]
    unzipped = sum(path.stat().st_size for path in dependencies.rglob("*") if path.is_file())
    assert unzipped <= LAYERS["dependencies"]["unzipped"]


@pytest.mark.skipif(sys.platform != "linux", reason="the layer's libraries are for Linux")
@pytest.mark.parametrize("architecture", [HOST], scope="module")
def test_functions_need_nothing_but_the_layer(dependencies: Path) -> None:
    # -I -S: neither the current folder nor any site-packages can lend a missing package.
    command: list[str | Path] = [sys.executable, "-I", "-S", "-W", "error", "-c", USE_ALL, dependencies / "python"]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr


def test_a_package_that_changed_its_imports_is_not_pruned_blindly(tmp_path: Path) -> None:
    (tmp_path / "botocore").mkdir()
    (tmp_path / "botocore" / "client.py").write_text("from botocore.retries import newer\n")
    with pytest.raises(ValueError, match=r"client\.py has no"):
        prune_packages(tmp_path)


@pytest.mark.parametrize("architecture", ["arm64"], scope="module")
def test_dependencies_are_reproducible(dependencies: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(layers, "CACHE", tmp_path / "cache")
    layers.build_dependencies(tmp_path / "elsewhere" / "again", "arm64")
    assert tree_hash(tmp_path / "elsewhere" / "again") == tree_hash(dependencies)


def test_shared_package_is_the_same_after_tests_ran(
    shared: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = tmp_path / "checkout" / "neoforge"
    shutil.copytree(layers.SHARED, source)
    (source / "__pycache__").mkdir(exist_ok=True)
    (source / "__pycache__" / "stale.cpython-313.pyc").write_bytes(b"left by a test")
    monkeypatch.setattr(layers, "SHARED", source)
    layers.build_shared(tmp_path / "again")
    assert tree_hash(tmp_path / "again") == tree_hash(shared)


def test_leftovers_of_an_earlier_build_go(shared: Path) -> None:
    before = tree_hash(shared)
    (shared / "python" / "neoforge" / "removed_since.py").write_text("")
    layers.build_shared(shared)
    assert tree_hash(shared) == before


def test_the_layer_of_files_holds_the_document_and_what_the_page_needs(tmp_path: Path) -> None:
    for folder in ("one", "two"):
        layers.build_docs(tmp_path / folder)
    files = tmp_path / "one/python/static"
    own = {path.name for path in layers.PAGE.iterdir()}
    served = {re.sub(r"\.[0-9a-f]{16}\.", ".", path.name) for path in files.iterdir()}
    assert served == own | set(layers.SERVED) | {"openapi.json"}
    hashed = [path for path in files.iterdir() if path.suffix in {".css", ".js"}]
    page = (files / "docs.html").read_text(encoding="utf-8")
    for path in hashed:
        digest = hashlib.sha256(path.read_bytes()).hexdigest()[:16]
        assert path.name.split(".")[1] == digest
        assert f'"docs/{path.name}"' in page
    document = json.loads(layers.OPENAPI.read_text(encoding="utf-8"))
    held = json.loads((files / "openapi.json").read_text(encoding="utf-8"))
    assert held == document | {"servers": [{"url": "{api_base}"}]}
    assert tree_hash(tmp_path / "one") == tree_hash(tmp_path / "two")
