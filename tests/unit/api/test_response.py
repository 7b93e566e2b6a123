import json
from typing import Any

import http_sf
import pytest

from neoforge.api.response import SECURITY_HEADERS, Response, rate_limit_headers, security_headers
from neoforge.ratelimit.policy import Policy
from neoforge.ratelimit.window import Usage

READ, WRITE, AUTH = Policy("read", 100, 60), Policy("write", 50, 60), Policy("auth", 60, 3600)
REPORTS = "https://api.example.com/v1/csp/reports"


def test_a_response_is_what_api_gateway_takes() -> None:
    result = Response(201, {"A": "b"}, "text").proxy_result()
    assert result == {"statusCode": 201, "headers": {"A": "b"}, "body": "text", "isBase64Encoded": False}


def test_responses_do_not_share_their_headers() -> None:
    Response(200).headers["X"] = "1"
    assert Response(200).headers == {}


def test_the_security_headers_are_the_contracts() -> None:
    names = {name.lower() for name in SECURITY_HEADERS}
    assert names >= {
        "strict-transport-security",
        "x-content-type-options",
        "referrer-policy",
        "content-security-policy",
    }
    assert any(name.startswith("cross-origin-") for name in names)
    assert (
        int(SECURITY_HEADERS["Strict-Transport-Security"].partition("=")[2].partition(";")[0]) >= 31_536_000
    )  # a year


def test_where_nobody_reports_to_the_policy_names_no_address() -> None:
    assert security_headers(None) == SECURITY_HEADERS
    assert "report" not in str(SECURITY_HEADERS).lower()


def test_a_page_has_a_policy_of_its_own() -> None:
    assert security_headers(None, "default-src 'self'") == SECURITY_HEADERS | {
        "Content-Security-Policy": "default-src 'self'"
    }
    policy = security_headers(REPORTS, "default-src 'self'")["Content-Security-Policy"]
    assert policy == f"default-src 'self'; report-uri {REPORTS}; report-to csp"


def test_browsers_old_and_new_report_to_the_address() -> None:
    headers = security_headers(REPORTS)
    directives = headers["Content-Security-Policy"].split("; ")
    assert directives == [
        *SECURITY_HEADERS["Content-Security-Policy"].split("; "),
        f"report-uri {REPORTS}",
        "report-to csp",
    ]
    assert http_sf.parse(headers["Reporting-Endpoints"].encode(), tltype="dictionary") == {"csp": (REPORTS, {})}
    assert json.loads(headers["Report-To"]) == {"group": "csp", "max_age": 86400, "endpoints": [{"url": REPORTS}]}
    rest = SECURITY_HEADERS.keys() - {"Content-Security-Policy"}
    assert {name: headers[name] for name in rest} == {name: SECURITY_HEADERS[name] for name in rest}
    assert "report" not in str(SECURITY_HEADERS).lower()  # of one request, nothing stays for the next


def fields(text: str) -> dict[str, dict[str, int]]:
    """Parse a list of strings with parameters, each of them once."""
    parsed: Any = http_sf.parse(text.encode(), tltype="list")
    assert len(parsed) == len(dict(parsed))
    return dict(parsed)


def test_without_a_quota_there_is_nothing_to_tell() -> None:
    assert rate_limit_headers([]) == {}


def test_a_quota_is_told_as_structured_fields() -> None:
    headers = rate_limit_headers([Usage(READ, 99, 12, exceeded=False)])
    assert headers == {"RateLimit-Policy": '"read";q=100;w=60', "RateLimit": '"read";r=99;t=12'}


def test_every_policy_is_told_once_with_what_is_left_at_least() -> None:
    usages = [
        Usage(AUTH, 59, 5, exceeded=False),
        Usage(WRITE, 7, 9, exceeded=False),
        Usage(AUTH, 3, 30, exceeded=False),
        Usage(AUTH, 40, 7, exceeded=False),
    ]
    for order in (usages, usages[::-1]):
        headers = {name: fields(text) for name, text in rate_limit_headers(order).items()}
        assert headers["RateLimit-Policy"] == {"auth": {"q": 60, "w": 3600}, "write": {"q": 50, "w": 60}}
        assert headers["RateLimit"] == {"auth": {"r": 3, "t": 30}, "write": {"r": 7, "t": 9}}


@pytest.mark.parametrize("exceeded", [False, True])
def test_nothing_left_is_told_as_0(exceeded: bool) -> None:
    assert rate_limit_headers([Usage(READ, 0, 70, exceeded=exceeded)])["RateLimit"] == '"read";r=0;t=70'
