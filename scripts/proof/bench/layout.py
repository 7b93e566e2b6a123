"""Lays out on disk what is measured: our layers, unzipped as on Lambda, and beside them what the peers need."""

import hashlib
import os
import shutil
import subprocess
import sys
import zipfile
from dataclasses import dataclass
from pathlib import Path

from scripts import ROOT
from scripts.build.layers import CACHE, UV, build_dependencies, build_docs, build_shared
from scripts.build.zip import zip_tree
from scripts.local.artifacts import ARCHITECTURE

HERE = ROOT / "build" / "bench"
PEERS = "scripts/proof/bench/peers"
COMPILE = ["-S", "-m", "compileall", "-q", "-f", "--invalidation-mode", "unchecked-hash"]


@dataclass(frozen=True)
class Layout:
    """The paths of everything, as they precede the standard library in sys.path."""

    ours: list[str]
    peers: list[str]  # also the floor's: the whole SDK, as in Lambda's runtime
    sizes: dict[str, dict[str, int]]  # bytes of each archive, and of its files


def lay_out() -> Layout:
    """Build everything into build/bench, from scratch."""
    shutil.rmtree(HERE, ignore_errors=True)
    build_dependencies(HERE / "dependencies", ARCHITECTURE)
    build_shared(HERE / "shared")
    build_docs(HERE / "docs")
    shutil.copytree(ROOT / "functions", HERE / "functions", ignore=shutil.ignore_patterns("__pycache__"))
    folders = {"dependencies": "opt", "shared": "opt", "docs": "opt", "functions": "task"}
    sizes = {name: _zip_and_unzip(name, HERE / folder) for name, folder in folders.items()}
    shutil.copytree(ROOT / PEERS, HERE / "peers" / PEERS, ignore=shutil.ignore_patterns("__pycache__"))
    _compile(HERE / "peers")
    ours = [str(HERE / "task"), str(HERE / "opt" / "python")]
    return Layout(ours, [str(HERE / "peers"), str(_packages())], sizes)


def _zip_and_unzip(name: str, to: Path) -> dict[str, int]:
    """Zip a folder of HERE, and unzip it where Lambda would; return both sizes."""
    archive = HERE / f"{name}.zip"
    zip_tree(HERE / name, archive)
    with zipfile.ZipFile(archive) as zipped:
        zipped.extractall(to)
        unzipped = sum(entry.file_size for entry in zipped.infolist())
    return {"zipped": archive.stat().st_size, "unzipped": unzipped}


def _packages() -> Path:
    """Install the project's packages and the group `bench`; cached by their requirements."""
    export = [*_uv("export"), "--locked", "--no-default-groups", "--group", "bench", "--no-header", "--no-annotate"]
    requirements = subprocess.run(export, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    packages = CACHE / f"bench-{hashlib.sha256(requirements.encode()).hexdigest()[:16]}"
    if not packages.exists():
        work = CACHE / f"bench-{os.getpid()}"
        target = ["--target", str(work), "--python", sys.executable, "--no-compile", "--link-mode", "copy"]
        install = [*_uv("pip", "install"), *target, "--only-binary", ":all:", "--requirements", "-"]
        subprocess.run(install, cwd=ROOT, check=True, input=requirements, text=True)
        _compile(work)
        work.rename(packages)
    return packages


def _uv(*command: str) -> list[str]:
    return [str(UV), *command, "--quiet"]


def _compile(folder: Path) -> None:
    subprocess.run([sys.executable, *COMPILE, str(folder)], check=True, env={})
