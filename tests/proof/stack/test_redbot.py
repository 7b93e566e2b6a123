"""REDbot, a lint of HTTP, reads every public GET as it is served, and finds nothing that is not accepted here."""

import json
import os
import subprocess
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import pytest

from scripts import ROOT
from tests.api import route_of
from tests.catalog import ENDPOINTS
from tests.catalog.model import EVERYBODY
from tests.catalog.remote import Remote
from tests.catalog.world import Request
from tests.proof.stack.conftest import StackUnderTest

PUBLIC = [name for name, row in ENDPOINTS.items() if row.access is EVERYBODY and route_of(name)[0] == "GET"]
REDBOT = ROOT / ".venv-redbot/bin/redbot"
pytestmark = pytest.mark.skipif(not REDBOT.exists(), reason="`make proof` creates .venv-redbot, which is missing")
# Remarks by REDbot's name for them, and why they stay.
ACCEPTED = {
    ("FIELD_DEPRECATED", "The Report-To header is deprecated."): "for browsers that know no Reporting-Endpoints",
    (
        "CSP_DEPRECATED_REPORT_URI",
        "The deprecated report-uri directive is used.",
    ): "for browsers that know no report-to",
    ("ENDPOINT_NOT_SECURE", "The csp reporting endpoint is not secure."): "the local stack has no TLS",
    ("STORE_PUBLIC_UNNECESSARY", "Cache-Control: public is probably not necessary."): "says whom the answer is for",
}


def notes(found: list[dict[str, Any]]) -> Iterator[tuple[str, str]]:
    """Yield name and text of what is no praise and no information."""
    for note in found:
        if note["level"] not in {"GOOD", "INFO"}:
            yield note["note_id"], note["summary"]
        yield from notes(note.get("subnotes", []))


@pytest.mark.parametrize("name", PUBLIC)
def test_a_lint_of_http_finds_nothing_new(name: str, stack: StackUnderTest, world: Remote) -> None:
    request = ENDPOINTS[name].example.prepare(world)
    assert isinstance(request, Request)
    url = stack.url + request.path + (f"?{urlencode(request.query)}" if request.query else "")
    program = [str(REDBOT), "--output-format=har", url]
    told = subprocess.run(program, env=os.environ | {"NO_COLOR": "1"}, capture_output=True, text=True, check=True)
    (entry,) = json.loads(told.stdout)["log"]["entries"]
    assert entry["response"]["status"] == 200
    assert [note for note in notes(entry["_red_messages"]) if note not in ACCEPTED] == []
