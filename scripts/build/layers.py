"""Builds the Lambda layers for a target platform, on any machine, without containers.

    python -m scripts.build.layers {dependencies,shared,docs} DEST [--architecture {arm64,x86_64}]

A layer is read-only: without valid bytecode in it, each cold start would compile what it imports. So each module has
bytecode that is never checked against its source ("unchecked hash"), as archives do not keep modification times.
Builds are reproducible, wherever the repository and the destination are.
"""

import argparse
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from scripts import ROOT
from scripts.build.slim_sdk import prune_packages

SHARED = ROOT / "layers" / "shared" / "neoforge"
PAGE = ROOT / "layers" / "docs" / "page"
OPENAPI = ROOT / "docs" / "openapi.json"
SWAGGER_UI = "drf_spectacular_sidecar/static/drf_spectacular_sidecar/swagger-ui-dist"
SERVED = ("swagger-ui-bundle.js", "swagger-ui.css", "LICENSE")  # of Swagger UI
CACHE = ROOT / "build" / "cache"
UV = ROOT / ".tools" / "bin" / "uv"

# Lambda's Python 3.13 runs on Amazon Linux 2023, which has glibc 2.34.
PLATFORMS = {"arm64": "aarch64-manylinux_2_28", "x86_64": "x86_64-manylinux_2_28"}


def build_dependencies(destination: Path, architecture: str) -> None:
    """Install the packages of `project.dependencies`, as locked, into destination/python.

    architecture: a key of PLATFORMS. Cached in build/cache by the hash of its inputs. Raises CalledProcessError, with
    the reason in its stderr, when uv fails: the lock is stale, or a package has no wheel for the platform.
    """
    requirements = _requirements()
    built = CACHE / _cache_key(requirements, architecture)
    if not built.exists():
        CACHE.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=CACHE) as work:
            _install(requirements, Path(work, "python"), architecture)
            prune_packages(Path(work, "python"))
            _strip(Path(work, "python"), architecture)
            _compile(Path(work, "python"))
            _publish(Path(work, "python"), built)
    shutil.rmtree(destination / "python", ignore_errors=True)
    shutil.copytree(built, destination / "python")


def build_shared(destination: Path) -> None:
    """Copy our own package to destination/python."""
    package = destination / "python" / "neoforge"
    shutil.rmtree(package, ignore_errors=True)
    # Bytecode in a working tree comes from tests or an editor.
    shutil.copytree(SHARED, package, ignore=shutil.ignore_patterns("__pycache__", ".*"))
    _compile(destination / "python")


def build_docs(destination: Path) -> None:
    """Copy what /v1/docs and /v1/openapi.json serve to destination/python/static.

    Swagger UI is cached in build/cache by its version. Raises CalledProcessError when uv fails.
    """
    files = destination / "python" / "static"
    shutil.rmtree(files, ignore_errors=True)
    shutil.copytree(PAGE, files)
    shutil.copytree(_swagger_ui(), files, dirs_exist_ok=True)
    page = (files / "docs.html").read_text(encoding="utf-8")
    for asset in sorted([*files.glob("*.css"), *files.glob("*.js")]):
        page = page.replace(f'"docs/{asset.name}"', f'"docs/{hashed_name(asset)}"')
        asset.rename(asset.with_name(hashed_name(asset)))
    (files / "docs.html").write_text(page, encoding="utf-8")
    document = json.loads(OPENAPI.read_text(encoding="utf-8")) | {"servers": [{"url": "{api_base}"}]}
    text = json.dumps(document, ensure_ascii=False, separators=(",", ":"))
    (files / OPENAPI.name).write_text(text, encoding="utf-8")


def hashed_name(file: Path) -> str:
    """Return the name by which a file is served for ever: docs.0123456789abcdef.css."""
    return f"{file.stem}.{hashlib.sha256(file.read_bytes()).hexdigest()[:16]}{file.suffix}"


def _swagger_ui() -> Path:
    requirements = _requirements("--only-group", "page")
    built = CACHE / f"swagger-ui-{hashlib.sha256(requirements.encode()).hexdigest()[:16]}"
    if not built.exists():
        CACHE.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=CACHE) as work:
            _install(requirements, Path(work, "all"), "x86_64")  # there is nothing for one platform in it
            Path(work, "files").mkdir()
            for name in SERVED:
                shutil.copy(Path(work, "all", SWAGGER_UI, name), Path(work, "files", name))
            _publish(Path(work, "files"), built)
    return built


def _requirements(*options: str) -> str:
    command = [str(UV), *["export", "--quiet", "--locked", "--no-default-groups", "--no-header", "--no-annotate"]]
    command += options
    return subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout


def _cache_key(requirements: str, architecture: str) -> str:
    digest = hashlib.sha256(f"{requirements}\0{architecture}\0{_strip_tool(architecture)}".encode())
    for script in ("layers.py", "slim_sdk.py"):
        digest.update(Path(__file__).with_name(script).read_bytes())
    return digest.hexdigest()[:16]


def _install(requirements: str, packages: Path, architecture: str) -> None:
    target = ["--target", str(packages), "--python-platform", PLATFORMS[architecture], "--python-version", "3.13"]
    # Files are copied out of uv's cache, never linked: pruning and stripping would change the cache.
    options = ["--quiet", "--only-binary", ":all:", "--no-compile", "--link-mode", "copy", "--requirements", "-"]
    command = [str(UV), "pip", "install", *target, *options]
    subprocess.run(command, cwd=ROOT, check=True, input=requirements, capture_output=True, text=True)


def _strip_tool(architecture: str) -> str | None:
    """Return a tool that strips symbols for the architecture, if there is one; GNU strip knows only its own machine."""
    machine = PLATFORMS[architecture].partition("-")[0]
    native = "strip" if os.uname().machine == machine else f"{machine}-linux-gnu-strip"
    return shutil.which(native) or shutil.which("llvm-strip")


def _strip(packages: Path, architecture: str) -> None:
    if tool := _strip_tool(architecture):
        subprocess.run([tool, "--strip-unneeded", *packages.rglob("*.so")], check=True)


def _compile(packages: Path) -> None:
    """Compile every module as if it were in /opt/python, where Lambda mounts a layer.

    In a process of its own, as marshalled constants may depend on the state of the interpreter.
    """
    options = ["-q", "-f", "--invalidation-mode", "unchecked-hash", "-p", "/opt/python", "-s"]
    command = [sys.executable, "-S", "-m", "compileall", *options, str(packages), str(packages)]
    subprocess.run(command, check=True, env={"PYTHONHASHSEED": "0"})


def _publish(packages: Path, built: Path) -> None:
    """Move a finished build into the cache. Another process may have been first, with the same files."""
    try:
        packages.rename(built)
    except OSError:
        if not built.exists():
            raise


def main() -> None:
    parser = argparse.ArgumentParser(description="Build a Lambda layer.")
    parser.add_argument("layer", choices=["dependencies", "shared", "docs"])
    parser.add_argument("destination", type=Path)
    parser.add_argument("--architecture", choices=PLATFORMS, default=os.environ.get("ARCHITECTURE", "arm64"))
    arguments = parser.parse_args()
    if arguments.layer == "dependencies":
        build_dependencies(arguments.destination, arguments.architecture)
    else:
        {"shared": build_shared, "docs": build_docs}[arguments.layer](arguments.destination)


if __name__ == "__main__":
    main()
