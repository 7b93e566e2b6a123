"""Starts functions as Lambda does: a clean environment, the built layers, no site packages, a new process."""

import json
import os
import sys
from dataclasses import dataclass
from pathlib import Path
from subprocess import run
from typing import Any

from scripts.proof.bench.events import event

CHILD = Path(__file__).with_name("child.py")
MARK = "\x1e"


@dataclass(frozen=True, slots=True)
class Started:
    """What a process did: the logs of its first and second request, and what it loaded."""

    module: str
    cold_log: bytes
    warm_log: bytes
    status: int
    modules: frozenset[str]
    late_modules: frozenset[str]
    clients: int
    early_clients: int


@dataclass(frozen=True, slots=True)
class Lambda:
    """The folders on sys.path and the environment of every function."""

    paths: list[str]
    environment: dict[str, str]

    def command(self, module: str, paths: list[str] | None = None) -> list[str]:
        """Return the program that answers one request; the floor if the module is empty."""
        python = os.path.realpath(sys.executable)  # without the environment's site packages
        case = [paths or self.paths, module, event(module) if module else {}]
        return [python, "-sSPB", str(CHILD), json.dumps(case)]

    def start(self, module: str) -> Started:
        """Answer two equal requests in a new process."""
        command = [*self.command(module), "--watch"]
        done = run(command, env=self.environment, capture_output=True, check=False)
        assert done.returncode == 0, done.stderr.decode()
        cold, warm, result = done.stdout.split(MARK.encode())
        found: dict[str, Any] = json.loads(result)
        found |= {key: frozenset(found[key]) for key in ("modules", "late_modules")}
        return Started(**found, module=module, cold_log=cold, warm_log=warm)
