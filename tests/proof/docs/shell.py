"""Runs the blocks of a document, one after the other in one shell, against a stack."""

import os
import re
import shlex
import subprocess
from pathlib import Path
from typing import NamedTuple

from scripts import ROOT
from scripts.local.dev import DEMO
from tests.proof.docs.documents import Block, Document

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


def run(document: Document, url: str, folder: Path) -> list[tuple[Block, Ran]]:
    """Run what of a document is to be run; in a failed block the document ends.

    The demo account is one of the document's own, so that no other one's limits are used up.
    """
    own = email(document)
    script = [PROLOGUE]
    for number, block in enumerate(document.run):
        text = block.text.replace(HOST, url.partition("://")[2]).replace(DEMO["email"], own)
        place = folder / str(number)
        place.mkdir()
        script.append(f"ANSWERS={shlex.quote(str(place))}")
        script.append(f"{{\n{text}\n}} >{place}.out 2>{place}.err </dev/null\ntouch {place}.done")
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "RATE_"))}
    subprocess.run(
        ["/bin/bash", "-c", "\n".join(script)],
        cwd=ROOT,
        env=environment | {"PORT": url.rpartition(":")[2], "TMPDIR": str(folder)},
        timeout=SECONDS,
        check=False,
    )
    return [(block, _ran(folder / str(number), url, own)) for number, block in enumerate(document.run)]


def email(document: Document) -> str:
    """Give the address of a document's own account."""
    return DEMO["email"].replace("@", f"-{re.sub(r'\W', '-', document.name)}@")


def _ran(place: Path, url: str, own: str) -> Ran:
    def text(suffix: str) -> str:
        file = place.with_suffix(suffix)
        written = file.read_text(encoding="utf-8") if file.exists() else ""
        return written.replace(url, f"http://{HOST}").replace(own, DEMO["email"])

    answers = [re.findall(r"^HTTP/[\d.]+ (\d{3})", file.read_text(), re.MULTILINE) for file in place.iterdir()]
    statuses = {int(found[-1]) for found in answers if found}
    errors = {status for status in statuses if status >= 400}
    return Ran(place.with_suffix(".done").exists(), text(".out"), text(".err"), errors)
