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
from scripts.ops.environment import SIGNING_KEYS
from scripts.proof.bench.layout import Layout

ROUTE_SECONDS = 12  # the Timeout in Globals
UNLIMITED = "read=1000000/60,write=1000000/60,auth=1000000/60,register=1000000/60,anonymous=1000000/60"
MEASURED = Path(__file__).with_name("measured.py")
POWERTOOLS, COOKBOOK, FASTAPI = "Powertools + boto3", "the same + Tracer", "FastAPI + Mangum"
# The handlers that we are compared with, by method.
PEERS = {
    POWERTOOLS: {
        "GET": "scripts.proof.bench.peers.powertools.get",
        "POST": "scripts.proof.bench.peers.powertools.create",
    },
    COOKBOOK: {"GET": "scripts.proof.bench.peers.cookbook.get", "POST": "scripts.proof.bench.peers.cookbook.create"},
    FASTAPI: dict.fromkeys(("GET", "POST"), "scripts.proof.bench.peers.fastapi_app"),
}


def environment(endpoint: str) -> dict[str, str]:
    """Return the variables that template.yaml and Lambda set."""
    return {
        "ALLOWED_ORIGINS": "http://localhost:5173",
        "API_BASE_URL": "",
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_DEFAULT_REGION": "us-east-1",
        "ACCOUNT_LIMITS": "projects=10000,open_tickets=1000,posts=10000",
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
        "INTERACTIVE_DOCS": "true",
        "LAMBDA_TASK_ROOT": "/var/task",
        "POWERTOOLS_METRICS_NAMESPACE": "NeoForge",
        "POWERTOOLS_SERVICE_NAME": "neoforge",
        "RATE_LIMITS": UNLIMITED,
        "SIGNING_KEYS": SIGNING_KEYS,
        "TABLE_NAME": "bench",
        "_X_AMZN_TRACE_ID": "Root=1-6921d3c8-0123456789abcdef01234502;Parent=53995c3f42cd8ad8;Sampled=1",
    }


def seconds(module: str) -> int:
    """Return the Timeout of a handler's function: in that of a route, a schedule would do nothing."""
    return _timeouts()[module]


@cache
def _timeouts() -> dict[str, int]:
    template = load_template(ROOT / "template.yaml")
    common = template["Globals"]["Function"]
    return {one["Handler"].removesuffix(".handler"): (common | one)["Timeout"] for one in functions(template).values()}


def ours(layout: Layout, module: str, event: Any) -> dict[str, Any]:
    """Create the case of one of our handlers."""
    return {"paths": layout.ours, "module": module, "event": event, "seconds": seconds(module)}


def peers(layout: Layout, method: str, event: Any, names: Iterable[str]) -> dict[str, dict[str, Any]]:
    """Create the cases of the named peers' handlers of a method."""
    common = {"paths": layout.peers, "event": event, "seconds": ROUTE_SECONDS}
    return {name: common | {"module": PEERS[name][method]} for name in names}


def floor(layout: Layout, calls: list[Any]) -> dict[str, Any]:
    """Create the case of a bare client of the stock SDK that makes these calls."""
    return {"paths": layout.peers, "module": "", "calls": calls}


def command(kind: str, case: dict[str, Any]) -> list[str]:
    """Return the command line that measures a case."""
    python = os.path.realpath(sys.executable)  # without the environment's site packages
    return [python, "-S", "-B", str(MEASURED), kind, json.dumps(case)]


def run(kind: str, case: dict[str, Any], variables: dict[str, str]) -> tuple[Any, str]:
    """Run one process; return its result, and what it logged. Raises RuntimeError with its stderr."""
    process = subprocess.run(command(kind, case), env=variables, capture_output=True, text=True, check=False)
    if process.returncode:
        raise RuntimeError(f"{kind} {case['module']}: {process.stderr}")
    return json.loads(process.stderr.rstrip().rpartition("\n")[2]), process.stdout


class Warm:
    """Context manager: a warm process, which measures a batch of calls on demand."""

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
        """Measure a batch; return the CPU microseconds of a call."""
        assert self._process.stdin and self._process.stderr  # noqa: S101, PT018 - for mypy
        self._process.stdin.write("\n")
        self._process.stdin.flush()
        return float(json.loads(self._process.stderr.readline()))


def run_module(module: str, *arguments: str, **more: str) -> Any:
    """Run one of our modules on the sources of the package; return the last line that it prints, which is JSON."""
    paths = os.pathsep.join(str(ROOT / folder) for folder in ("layers/shared", "functions", "."))
    variables = environment(more["AWS_ENDPOINT_URL"]) | more | {"PYTHONPATH": paths}
    program = [sys.executable, "-m", module, *arguments]
    process = subprocess.run(program, env=variables, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True)
    return json.loads(process.stdout.rstrip().rpartition("\n")[2])
