"""POST /v1/csp/reports: 204 whatever was sent, so nobody learns anything; what is a report is counted."""

import base64
import json
from typing import Any

import pytest

from neoforge import clock
from neoforge.ratelimit.policy import Policy, policies
from tests.api import Response, call, event, invoke
from tests.functions.conftest import Logs
from tests.functions.helpers import client_error, failing, metrics

OLD, NEW = "application/csp-report", "application/reports+json"
URL = "https://somebody:secret@app.example.com/page?secret=1#fragment"  # pragma: allowlist secret
VIOLATION = {"documentURL": URL, "blockedURL": "https://evil.example/x.js?secret", "effectiveDirective": "script-src"}
OF_OLD = {"csp-report": {"document-uri": URL, "blocked-uri": "inline", "violated-directive": "script-src-elem"}}
OF_NEW = [{"type": "csp-violation", "age": 1, "url": URL, "user_agent": "x", "body": VIOLATION}]


def send(body: Any, content_type: str = NEW, **request: Any) -> Response:
    return call("POST", "/v1/csp/reports", body=body, headers={"Content-Type": content_type}, **request)


def assert_taken(response: Response) -> None:
    assert (response.status, response.text) == (204, "")
    assert response.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    ("body", "content_type", "count"),
    [
        (OF_OLD, OLD, 1),
        (OF_NEW, NEW, 1),
        (OF_NEW, f"{NEW}; charset=utf-8", 1),
        (OF_NEW * 20, NEW, 20),
        (OF_NEW * 21, NEW, 20),
        ([*OF_NEW, {"type": "deprecation", "body": {}}], NEW, 1),
        ([], NEW, 0),
        ({}, OLD, 0),
        ({"csp-report": []}, OLD, 0),
        ("{", NEW, 0),
        ("", NEW, 0),
        (None, NEW, 0),
        ("1", NEW, 0),
        ("null", OLD, 0),
        ('[null, 1, "x", [], {"type": "csp-violation"}]', NEW, 0),
        (OF_NEW, "application/json", 0),
        (OF_NEW, "", 0),
        ("[" * 10_000, NEW, 0),
        (json.dumps(OF_NEW) + " " * 64 * 1024, NEW, 0),
        ("x" * 300_000, NEW, 0),
        ("\ud800", NEW, 0),
    ],
    ids=lambda value: ascii(value)[:30],
)
def test_every_body_is_204_and_its_violations_are_counted(body: Any, content_type: str, count: int, logs: Logs) -> None:
    assert_taken(send(body, content_type))
    assert metrics(logs(), "CspViolation") == count
    assert metrics(logs(), "UnexpectedError") == 0


def test_a_binary_body_is_204() -> None:
    handler, made = event("POST", "/v1/csp/reports", body="x", headers={"Content-Type": NEW})
    for body in (base64.b64encode(b"\xff\xfe").decode(), "not base64!"):
        assert_taken(invoke(handler, made | {"body": body, "isBase64Encoded": True}))


def test_a_sample_is_logged_without_user_query_and_fragment(logs: Logs, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "chance", lambda share: share > 0)
    send(OF_NEW)
    text = logs()
    (line,) = [line for line in map(json.loads, text.splitlines()) if line.get("message") == "CSP violation"]
    assert line["document_url"] == "https://app.example.com/page"
    assert line["blocked_url"] == "https://evil.example/x.js"
    assert line["directive"] == "script-src"
    assert "secret" not in text
    assert "fragment" not in text
    assert "somebody" not in text


def test_the_others_are_not_logged(logs: Logs, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "chance", lambda share: share >= 1)
    send(OF_NEW)
    assert "CSP violation" not in logs()


def test_too_many_of_one_source_are_204_and_dropped(logs: Logs, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(policies(), "write", Policy("write", 3, 60))
    for _ in range(5):
        assert_taken(send(OF_NEW))
    assert metrics(logs(), "CspViolation") == 3
    assert_taken(send(OF_NEW, source_ip="198.51.100.7"))
    assert metrics(logs(), "CspViolation") == 1


def test_a_report_is_204_when_it_cannot_be_counted(logs: Logs) -> None:
    with failing(*[client_error("ThrottlingException")] * 10):
        assert_taken(send(OF_NEW))
    assert metrics(logs(), "CspViolation") == 0
