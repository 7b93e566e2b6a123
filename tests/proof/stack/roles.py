"""Grants roles as `make role` does."""

import subprocess
import sys
from typing import Protocol

from scripts import ROOT

# Of a machine whose own settings must not matter.
FOREIGN = {
    "AWS_ENDPOINT_URL": "http://127.0.0.1:1",
    "AWS_ENDPOINT_URL_DYNAMODB": "http://127.0.0.1:1",
    "AWS_PROFILE": "nobody",
    "HTTP_PROXY": "http://127.0.0.1:1",
    "http_proxy": "http://127.0.0.1:1",
    "no_proxy": "example.com",
    "PATH": "",
}


class Stack(Protocol):
    @property
    def url(self) -> str: ...


def grant(stack: Stack, *arguments: str) -> tuple[int, str, str]:
    """Run `make role`; return its status and output."""
    command = [sys.executable, "-m", "scripts.ops.grant_role", *arguments, "--url", stack.url]
    process = subprocess.run(command, cwd=ROOT, env=FOREIGN, capture_output=True, text=True, timeout=60, check=False)
    return process.returncode, process.stdout, process.stderr
