"""Runs the blocks of a document, one after the other in one shell, against a stack."""

import os
import re
import shlex
import subprocess
from pathlib import Path
from threading import Timer
from typing import NamedTuple, Self

from scripts import ROOT
from scripts.local.dev import DEMO

HOST, PORT = "127.0.0.1:3000", 3000
SECONDS = 240  # for a whole document
# curl as it is, but for a note of each answer's headers. make as it is, but that everything it needs is set up.
PROLOGUE = """
set -euo pipefail
curl() { command curl -D "$(mktemp "$ANSWERS/XXXXXXXX")" "$@"; }
make() { command make -o setup -o .venv/.ready -o .venv-emulator/.ready "$@"; }
"""


class Ran(NamedTuple):
    """What a block did. errors: statuses of 400 and more."""

    ended: bool
    printed: str
    complaints: str
    errors: set[int]


class Shell:
    """Context manager: a shell that ends with the first block that fails.

    url: of the stack. email: of an account that stands for the demo account, so that no other document's limits are
    used up. folder: an empty one of its own.
    """

    def __init__(self, url: str, email: str, folder: Path) -> None:
        self._url, self._email, self._folder = url, email, folder
        self._blocks = 0
        environment = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "RATE_"))}
        self._bash = subprocess.Popen(
            ["/bin/bash"],
            cwd=ROOT,
            env=environment | {"PORT": url.rpartition(":")[2], "TMPDIR": str(folder)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self._timer = Timer(SECONDS, self._bash.kill)

    def __enter__(self) -> Self:
        self._timer.start()
        self._send(PROLOGUE)
        return self

    def __exit__(self, *_: object) -> None:
        self._timer.cancel()
        self._bash.communicate()

    def run(self, text: str) -> Ran:
        """Run a block to its end, or to its first failure."""
        self._blocks += 1
        place = self._folder / str(self._blocks)
        place.mkdir()
        text = text.replace(HOST, self._url.partition("://")[2]).replace(DEMO["email"], self._email)
        out, err = place.with_suffix(".out"), place.with_suffix(".err")
        self._send(f"ANSWERS={shlex.quote(str(place))}\n{{\n{text}\n}} >{out} 2>{err} </dev/null\necho\n")
        assert self._bash.stdout
        ended = self._bash.stdout.readline() == "\n"
        answers = [re.findall(r"^HTTP/[\d.]+ (\d{3})", file.read_text(), re.MULTILINE) for file in place.iterdir()]
        statuses = {int(found[-1]) for found in answers if found}
        return Ran(ended, self._written(out), self._written(err), {status for status in statuses if status >= 400})

    def _send(self, text: str) -> None:
        assert self._bash.stdin
        self._bash.stdin.write(text)
        self._bash.stdin.flush()

    def _written(self, file: Path) -> str:
        text = file.read_text(encoding="utf-8")
        return text.replace(self._url, f"http://{HOST}").replace(self._email, DEMO["email"])
