"""What `make role` says when it cannot grant a role. That it grants them: tests/proof/stack/test_roles.py."""

import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import get_args

import pytest

from neoforge.accounts import model
from scripts import ROOT
from scripts.local.emulator import free_port
from scripts.ops.grant_role import Role


def ended(*arguments: str) -> tuple[int, str, str]:
    """Status and output of the script."""
    command = [sys.executable, "-m", "scripts.ops.grant_role", *arguments]
    process = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
    return process.returncode, process.stdout, process.stderr


class Somebody(BaseHTTPRequestHandler):
    """Answers everything with the same document."""

    document = b""

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", str(len(self.document)))
        self.end_headers()
        self.wfile.write(self.document)

    def log_message(self, *_: object) -> None:
        """Quiet."""


@pytest.fixture(params=[b"<html>", b"{}", b"[]", b"null"])
def somebody_else(request: pytest.FixtureRequest) -> Iterator[str]:
    handler = type("Handler", (Somebody,), {"document": request.param})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def test_every_role_but_the_one_that_all_have_can_be_granted() -> None:
    assert set(get_args(Role)) == set(get_args(model.Role)) - {"user"}


@pytest.mark.parametrize("role", ["", "root", "Admin", "user"])
def test_an_unknown_role_is_refused_before_anything_is_asked(role: str) -> None:
    status, output, errors = ended("ada@example.com", role, "--url", "http://127.0.0.1:1")
    assert (status, output) == (2, "")
    assert f"invalid choice: '{role}'" in errors
    assert all(name in errors for name in get_args(Role))


def test_nothing_running_at_the_port_is_one_clear_line() -> None:
    url = f"http://127.0.0.1:{free_port()}"
    line = f"no local stack answers at {url}: start it with make dev\n"
    assert ended("ada@example.com", "admin", "--url", url) == (1, "", line)


def test_somebody_else_at_the_port_is_one_clear_line(somebody_else: str) -> None:
    line = f"no local stack answers at {somebody_else}: start it with make dev\n"
    assert ended("ada@example.com", "admin", "--url", somebody_else) == (1, "", line)


def test_a_table_that_cannot_be_used_is_one_clear_line(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_REGION", "AWS_DEFAULT_REGION"):
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_CONFIG_FILE", "/nowhere")
    line = "the table cannot be used: Failed to get item: You must specify a region.\n"
    assert ended("ada@example.com", "admin", "--table", "neoforge") == (1, "", line)
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{free_port()}")
    line = "The service cannot answer at the moment. Try again later.\n"
    assert ended("ada@example.com", "admin", "--table", "neoforge") == (1, "", line)


def test_somebody_has_to_be_asked() -> None:
    status, _, errors = ended("ada@example.com", "admin")
    assert status == 2
    assert "one of the arguments --url --table is required" in errors
