import json
import time
from typing import Any
from unittest.mock import Mock

import pytest

from neoforge import clock
from neoforge.api import csp_reports
from neoforge.ratelimit.policy import Policy, policies
from tests.functions.helpers import client_error, failing
from tests.unit.conftest import Counted, Logs
from tests.unit.helpers import request

pytestmark = pytest.mark.usefixtures("dynamodb", "pauses")
OLD, NEW = "application/csp-report", "application/reports+json"
PAGE, BLOCKED = "https://app.example.com/a", "https://evil.example.com/x.js"
OLD_REPORT = {
    "csp-report": {"document-uri": PAGE, "blocked-uri": BLOCKED, "violated-directive": "script-src", "referrer": "r"}
}
NEW_REPORT = {
    "type": "csp-violation",
    "body": {"documentURL": PAGE, "blockedURL": BLOCKED, "effectiveDirective": "script-src", "sample": "eval(secret)"},
}
SUMMARY = {"document_url": PAGE, "blocked_url": BLOCKED, "directive": "script-src"}


@pytest.fixture(autouse=True)
def _always(monkeypatch: pytest.MonkeyPatch) -> None:
    """Log every report."""
    monkeypatch.setattr(clock, "chance", lambda _: True)


def send(body: Any, media_type: str = NEW, **parts: Any) -> None:
    csp_reports.receive(request("POST", "/v1/csp/reports", body=body, headers={"Content-Type": media_type}, **parts))


def logged(logs: Logs) -> list[dict[str, str]]:
    lines = [json.loads(line) for line in logs().splitlines()]
    return [line for line in lines if line.get("message") == "CSP violation"]


@pytest.mark.parametrize(
    ("media_type", "body"), [(OLD, OLD_REPORT), (NEW, [NEW_REPORT]), (f"{NEW.upper()} ; charset=utf-8", [NEW_REPORT])]
)
def test_a_report_in_either_format_is_counted_and_logged(
    media_type: str, body: Any, counted: Counted, logs: Logs
) -> None:
    send(body, media_type)
    assert counted() == {"CspViolation": 1}
    (line,) = logged(logs)
    assert {name: line[name] for name in SUMMARY} == SUMMARY
    assert line["level"] == "WARNING"
    assert "secret" not in str(line)


def test_control_characters_are_not_logged(logs: Logs) -> None:
    body = {"documentURL": f"{PAGE}\r\nforged\x1b[2J\x9b\u2028\u202e", "effectiveDirective": "img\x00-src"}
    send([{"type": "csp-violation", "body": body}])
    (line,) = logged(logs)
    assert (line["document_url"], line["directive"]) == (f"{PAGE}forged[2J", "img-src")


def test_queries_and_fragments_of_urls_are_not_logged(logs: Logs) -> None:
    body = {
        "documentURL": f"{PAGE}?token=secret#secret",
        "blockedURL": f"{BLOCKED}#secret?x",
        "effectiveDirective": "é" * 500,
    }
    send([NEW_REPORT | {"body": body}])
    (line,) = logged(logs)
    assert (line["document_url"], line["blocked_url"], line["directive"]) == (PAGE, BLOCKED, "é" * 200)


@pytest.mark.parametrize("scheme", ["https:", "HTTP:", "wss:", "ws:", "", " https:"])
@pytest.mark.parametrize("slashes", ["//", "\\\\", "/\\", "\\/", "/", "\\", "", "///", "\\\\\\\\", "/\t/"])
@pytest.mark.parametrize("user", ["secret", "secret:", ":secret", "secret:secret", "secret@secret", "se\ncret secret"])
def test_user_names_of_urls_are_not_logged_however_the_url_is_spelled(
    scheme: str, slashes: str, user: str, logs: Logs
) -> None:
    """A browser takes either slash, any number of them (https://url.spec.whatwg.org/#special-authority-slashes-state)."""
    if not scheme and len(slashes) < 2:
        return  # a path
    url = f"{scheme}{slashes}{user}@example.com/a@b"
    send([NEW_REPORT | {"body": {"documentURL": url, "blockedURL": url}}])
    (line,) = logged(logs)
    assert "secret" not in str(line)
    assert line["document_url"] == line["blocked_url"] == f"{scheme}{slashes}example.com/a@b".replace("\t", "").strip()


@pytest.mark.parametrize(
    "scheme", ["data", "javascript", "JavaScript", "blob", "about", "mailto", "view-source", "x.y+z"]
)
@pytest.mark.parametrize("content", ["secret", "//secret/secret", "text/html,secret\nsecret", "https://secret@x/", ""])
def test_of_a_url_that_is_no_place_only_the_scheme_is_logged(scheme: str, content: str, logs: Logs) -> None:
    """As browsers do (https://www.w3.org/TR/CSP3/#strip-url-for-use-in-reports)."""
    send([NEW_REPORT | {"body": {"documentURL": f"{scheme}:{content}", "blockedURL": f" \t{scheme}:{content}"}}])
    (line,) = logged(logs)
    assert line["document_url"] == line["blocked_url"] == scheme


def test_a_long_url_takes_no_longer_than_its_length(logs: Logs) -> None:
    started = time.monotonic()
    for part in ("/", "//a", "https:", "\\@", "a:", "@"):
        send([NEW_REPORT | {"body": {"documentURL": part * (30_000 // len(part))}}])
    assert time.monotonic() - started < 2
    assert len(logged(logs)) == 6


@pytest.mark.parametrize("value", [None, 1, [], {"a": "b"}, "a b"])
def test_a_member_of_a_report_may_have_any_value(value: Any, counted: Counted, logs: Logs) -> None:
    send([NEW_REPORT | {"body": {"documentURL": value}}, NEW_REPORT | {"body": {}}])
    assert counted() == {"CspViolation": 2}
    first, second = logged(logs)
    assert first["document_url"] == str(value)
    assert second["document_url"] == second["blocked_url"] == second["directive"] == ""


@pytest.mark.parametrize(
    "body",
    [
        "",
        "{",
        "[" * 10_000,
        "null",
        "1",
        '"text"',
        "{}",
        "[]",
        "[1, null, [], {}]",
        {"csp-report": None},
        {"csp-report": [NEW_REPORT]},
        NEW_REPORT,  # not in a list
        [{"type": "deprecation", "body": {}}],
        [{"type": "csp-violation"}],
        [{"type": "csp-violation", "body": "text"}],
        [[NEW_REPORT]],
    ],
    ids=repr,
)
@pytest.mark.parametrize("media_type", [OLD, NEW])
def test_a_body_that_is_not_a_report_is_dropped(media_type: str, body: Any, counted: Counted) -> None:
    send(body, media_type)
    assert counted() == {}


@pytest.mark.parametrize("media_type", ["application/json", "text/plain", "", "application/csp-report2"])
def test_reports_of_another_media_type_are_dropped(media_type: str, counted: Counted) -> None:
    send(OLD_REPORT, media_type)
    send([NEW_REPORT], media_type)
    assert counted() == {}


def test_at_most_20_reports_of_a_request_are_counted(counted: Counted) -> None:
    send([NEW_REPORT] * 21)
    assert counted() == {"CspViolation": 20}


@pytest.mark.parametrize(("size", "reports"), [(64 * 1024, 1), (64 * 1024 + 1, 0), (300 * 1024, 0)])
def test_a_request_over_64_kib_is_dropped(size: int, reports: int, counted: Counted) -> None:
    text = json.dumps([NEW_REPORT])
    send(text + " " * (size - len(text)))
    assert counted().get("CspViolation", 0) == reports


def test_a_body_that_is_not_text_is_dropped(counted: Counted) -> None:
    made = request("POST", "/v1/csp/reports", body="?", headers={"Content-Type": NEW})
    made._event = {**made._event, "isBase64Encoded": True}
    csp_reports.receive(made)
    assert counted() == {}


def test_a_tenth_of_the_reports_is_logged_and_all_are_counted(
    monkeypatch: pytest.MonkeyPatch, counted: Counted, logs: Logs
) -> None:
    chance = Mock(side_effect=[True] + [False] * 9)
    monkeypatch.setattr(clock, "chance", chance)
    send([NEW_REPORT] * 10)
    assert [call.args for call in chance.call_args_list] == [(0.1,)] * 10
    assert counted() == {"CspViolation": 10}
    assert len(logged(logs)) == 1


def test_the_reports_of_a_source_count_up_to_its_rate_limit(monkeypatch: pytest.MonkeyPatch, counted: Counted) -> None:
    monkeypatch.setitem(policies(), "write", Policy("write", 3, 60))
    for _ in range(5):
        send([NEW_REPORT])
    assert counted() == {"CspViolation": 3, "QuotaExceeded": 2}
    send([NEW_REPORT], source_ip="192.0.2.2")
    assert counted()["CspViolation"] == 4


def test_a_report_that_cannot_be_counted_by_source_is_dropped(counted: Counted) -> None:
    with failing(client_error("ThrottlingException"), operation="UpdateItem"):
        send([NEW_REPORT])
    assert counted() == {}
