"""The browser that is on the machine, and a stack of its own that lets pages of one origin call it."""

import os
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from playwright.sync_api import Browser, BrowserContext, expect, sync_playwright

from scripts.api import Api
from scripts.local.dev import seed
from scripts.local.stack import Local, local_stack

NAMES = ("chromium", "chromium-browser", "google-chrome")
MISSING = "NO BROWSER (Debian's package is chromium)"
SECONDS = 90.0  # a deadline only: two cores may start five functions, the browser and an emulator at once
# Chromium's own services are nobody's business here, and none of them can be reached. Root has no sandbox.
QUIET = ["--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run"]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say it at the end, in red, as few read what was skipped."""
    if executable() is None:
        terminalreporter.write_line(f"{MISSING}: tests/browser was skipped", red=True, bold=True)


def executable() -> str | None:
    """Path of the browser; None if there is none."""
    return next(filter(None, map(shutil.which, NAMES)), None)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """A running browser."""
    path = executable()
    if path is None:
        pytest.skip(MISSING)
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=path, args=QUIET, chromium_sandbox=os.geteuid() != 0)
        yield started
        started.close()


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    """A profile without any history."""
    made = browser.new_context(viewport={"width": 1280, "height": 900})
    made.set_default_timeout(SECONDS * 1000)
    expect.set_options(timeout=SECONDS * 1000)
    yield made
    made.close()


class Page(BaseHTTPRequestHandler):
    """An empty page, whatever is asked for."""

    def do_GET(self) -> None:
        content = b"<!doctype html><title>A front end</title>"
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        """Quiet."""


@contextmanager
def front_end() -> Iterator[str]:
    """A server of the page; its origin."""
    with ThreadingHTTPServer(("127.0.0.1", 0), Page) as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.fixture(scope="session")
def allowed() -> Iterator[str]:
    """The origin that the stack allows."""
    with front_end() as origin:
        yield origin


@pytest.fixture(scope="session")
def foreign() -> Iterator[str]:
    """An origin that it does not."""
    with front_end() as origin:
        yield origin


@pytest.fixture(scope="session")
def site(browser: Browser, allowed: str) -> Iterator[Local]:
    """The stack as `make dev` runs it, with its demo account; not made where there is no browser."""
    with local_stack(overrides={"AllowedOrigins": allowed}) as local, Api(local.url) as api:
        seed(api)
        yield local
