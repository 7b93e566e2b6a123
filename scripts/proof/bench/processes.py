"""Starts the measured processes: a clean environment as Lambda's, no site packages, nothing written."""

import json
import os
import subprocess
import sys
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any, Self

from scripts import ROOT
from scripts.build.template import functions, load_template
from scripts.proof.bench.layout import Layout

UNLIMITED = "read=1000000/60,write=1000000/60,auth=1000000/60,anonymous=1000000/60"
MEASURED = Path(__file__).with_name("measured.py")
POWERTOOLS, COOKBOOK, FASTAPI = "Powertools + boto3", "the same + Tracer", "FastAPI + Mangum"
PEERED = ("projects.get", "projects.create")
# Who answers those beside us, as module of its GET and of its POST.
PEERS = {
    POWERTOOLS: ("scripts.proof.bench.peers.powertools.get", "scripts.proof.bench.peers.powertools.create"),
    COOKBOOK: ("scripts.proof.bench.peers.cookbook.get", "scripts.proof.bench.peers.cookbook.create"),
    FASTAPI: ("scripts.proof.bench.peers.fastapi_app", "scripts.proof.bench.peers.fastapi_app"),
}


def environment(endpoint: str) -> dict[str, str]:
    """What template.yaml sets, and what Lambda does."""
    return {
        "ALLOWED_ORIGINS": "http://localhost:5173",
        "API_BASE_URL": "",
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_EXECUTION_ENV": "AWS_Lambda_python3.13",
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "512",
        "AWS_LAMBDA_FUNCTION_NAME": "bench",
        "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
        "AWS_REGION": "us-east-1",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_XRAY_CONTEXT_MISSING": "LOG_ERROR",
        "AWS_XRAY_DAEMON_ADDRESS": "127.0.0.1:2000",
        "DOCS_BASE_URL": "https://docs.example.com",
        "ENVIRONMENT": "local",
        "LAMBDA_TASK_ROOT": "/var/task",
        "POWERTOOLS_METRICS_NAMESPACE": "NeoForge",
        "POWERTOOLS_SERVICE_NAME": "neoforge",
        "RATE_LIMITS": UNLIMITED,
        "SIGNING_KEY": "bench",
        "TABLE_NAME": "bench",
        "_X_AMZN_TRACE_ID": "Root=1-6921d3c8-0123456789abcdef01234502;Parent=53995c3f42cd8ad8;Sampled=1",
    }


def seconds(module: str) -> int:
    """The Timeout of a handler's function: in a route's, a schedule would do nothing."""
    return _timeouts()[module]


@cache
def _timeouts() -> dict[str, int]:
    template = load_template(ROOT / "template.yaml")
    common = template["Globals"]["Function"]
    return {one["Handler"].removesuffix(".handler"): (common | one)["Timeout"] for one in functions(template).values()}


def ours(layout: Layout, module: str, event: Any) -> dict[str, Any]:
    """Make the case of one of our handlers."""
    return {"paths": layout.ours, "module": module, "event": event, "seconds": seconds(module)}


def peers(layout: Layout, index: int, event: Any, names: Iterable[str]) -> dict[str, dict[str, Any]]:
    """Make the cases of the named peers' handlers: of the GET with index 0, of the POST with 1."""
    time = seconds(PEERED[index])
    return {
        name: {"paths": layout.peers, "module": PEERS[name][index], "event": event, "seconds": time} for name in names
    }


def floor(layout: Layout, calls: list[Any]) -> dict[str, Any]:
    """Make the case of a bare client of the stock SDK that makes the given calls."""
    return {"paths": layout.peers, "module": "", "calls": calls}


def command(kind: str, case: dict[str, Any]) -> list[str]:
    """Give the program that measures a case."""
    python = os.path.realpath(sys.executable)  # without the environment's site packages
    return [python, "-S", "-B", str(MEASURED), kind, json.dumps(case)]


def run(kind: str, case: dict[str, Any], variables: dict[str, str]) -> tuple[Any, str]:
    """Run one process; its result, and what it logged. Raises RuntimeError with its stderr."""
    process = subprocess.run(command(kind, case), env=variables, capture_output=True, text=True, check=False)
    if process.returncode:
        raise RuntimeError(f"{kind} {case['module']}: {process.stderr}")
    return json.loads(process.stderr.rstrip().rpartition("\n")[2]), process.stdout


class Warm:
    """A process that is warm, while it is entered, and measures a batch of calls whenever told to."""

    def __init__(self, case: dict[str, Any], variables: dict[str, str]) -> None:
        pipe = subprocess.PIPE
        self._process = subprocess.Popen(
            command("warm", case), env=variables, stdin=pipe, stdout=subprocess.DEVNULL, stderr=pipe, text=True
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.communicate()

    def batch(self) -> float:
        """Give the CPU microseconds of a call."""
        assert self._process.stdin and self._process.stderr  # noqa: S101, PT018 - for mypy
        self._process.stdin.write("\n")
        self._process.stdin.flush()
        return float(json.loads(self._process.stderr.readline()))


def inside(module: str, *arguments: str, **more: str) -> Any:
    """Run a module of ours that imports the package under test from its sources; what it printed last, as JSON."""
    paths = os.pathsep.join(str(ROOT / folder) for folder in ("layers/shared", "functions", "."))
    variables = environment(more["AWS_ENDPOINT_URL"]) | more | {"PYTHONPATH": paths}
    program = [sys.executable, "-m", module, *arguments]
    process = subprocess.run(program, env=variables, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True)
    return json.loads(process.stdout.rstrip().rpartition("\n")[2])
