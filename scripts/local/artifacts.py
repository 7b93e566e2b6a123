"""Builds the code that template.yaml names by a local path, and uploads it to the bucket that CloudFormation reads."""

import hashlib
import platform
import shutil
import tempfile
import zipfile
from pathlib import Path

from botocore.exceptions import ClientError

from scripts import ROOT
from scripts.build.layers import CACHE, build_dependencies, build_docs, build_shared
from scripts.build.template import Json
from scripts.build.zip import zip_tree
from scripts.local.aws import Clients

BUCKET = "neoforge-artifacts"
# The inputs of the layer of third-party packages.
INPUTS = (
    "uv.lock",
    "pyproject.toml",
    "scripts/build/layers.py",
    "scripts/build/slim_sdk.py",
    "scripts/build/zip.py",
    "scripts/local/artifacts.py",
)
# Emulated functions run on this machine.
ARCHITECTURE = "arm64" if platform.machine() in ("arm64", "aarch64") else "x86_64"


def upload_code(clients: Clients, template: Json) -> None:
    """Upload each layer and the folder of the functions, and replace their paths in the template."""
    try:
        clients.s3.head_bucket(Bucket=BUCKET)
    except ClientError:
        clients.s3.create_bucket(Bucket=BUCKET)
    resources = template["Resources"]
    resources["DependenciesLayer"]["Properties"]["ContentUri"] = _upload(clients, _dependencies())
    with tempfile.TemporaryDirectory() as folder:
        archive = Path(folder, "code.zip")
        for name, build in (("SharedLayer", build_shared), ("DocsLayer", build_docs)):
            build(Path(folder, name))
            zip_tree(Path(folder, name), archive)
            resources[name]["Properties"]["ContentUri"] = _upload(clients, archive)
        # Bytecode in a working tree comes from tests or an editor.
        handlers = shutil.copytree(
            ROOT / "functions", Path(folder, "functions"), ignore=shutil.ignore_patterns("__pycache__")
        )
        zip_tree(handlers, archive)
        template["Globals"]["Function"]["CodeUri"] = _upload(clients, archive)


def _dependencies() -> Path:
    """Return the zipped layer of third-party packages, cached by the hash of its inputs: building it takes seconds."""
    digest = hashlib.sha256(ARCHITECTURE.encode())
    for source in INPUTS:
        digest.update((ROOT / source).read_bytes())
    archive = CACHE / f"dependencies-{digest.hexdigest()[:16]}.zip"
    if not archive.exists():
        CACHE.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=CACHE) as folder:
            build_dependencies(Path(folder, "layer"), ARCHITECTURE)
            # Not compressed: the emulator unpacks it for every worker that it starts.
            zip_tree(Path(folder, "layer"), Path(folder, "layer.zip"), zipfile.ZIP_STORED)
            Path(folder, "layer.zip").rename(archive)  # at once, as others may be building it too
    return archive


def _upload(clients: Clients, archive: Path) -> str:
    content = archive.read_bytes()
    key = f"{hashlib.sha256(content).hexdigest()}.zip"
    try:
        clients.s3.head_object(Bucket=BUCKET, Key=key)
    except ClientError:
        clients.s3.put_object(Bucket=BUCKET, Key=key, Body=content)
    return f"s3://{BUCKET}/{key}"
