import json
from typing import Any

import http_sf
import pytest

from neoforge.api.response import SECURITY_HEADERS, Response, rate_limit_headers, security_headers
from neoforge.ratelimit.policy import Policy
from neoforge.ratelimit.window import Usage

READ, WRITE, AUTH = Policy("read", 100, 60), Policy("write", 50, 60), Policy("auth", 60, 3600)
REPORTS = "https://api.example.com/v1/csp/reports"


def test_a_response_has_the_format_of_the_proxy_integration() -> None:
    result = Response(201, {"A": "b"}, "text").proxy_result()
    assert result == {"statusCode": 201, "headers": {"A": "b"}, "body": "text", "isBase64Encoded": False}


def test_responses_do_not_share_their_headers() -> None:
    Response(200).headers["X"] = "1"
    assert Response(200).headers == {}


def test_the_security_headers_have_their_documented_values() -> None:
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


def test_without_a_url_the_security_headers_mention_no_reports() -> None:
    assert security_headers(None) == SECURITY_HEADERS
    assert "report" not in str(SECURITY_HEADERS).lower()


def test_a_page_may_have_its_own_content_security_policy() -> None:
    assert security_headers(None, "default-src 'self'") == SECURITY_HEADERS | {
        "Content-Security-Policy": "default-src 'self'"
    }
    policy = security_headers(REPORTS, "default-src 'self'")["Content-Security-Policy"]
    assert policy == f"default-src 'self'; report-uri {REPORTS}; report-to csp"


def test_old_and_new_browsers_report_to_the_url() -> None:
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


def test_without_a_usage_there_are_no_rate_limit_headers() -> None:
    assert rate_limit_headers([]) == {}


def test_the_rate_limit_headers_are_structured_fields() -> None:
    headers = rate_limit_headers([Usage(READ, 99, 12, exceeded=False)])
    assert headers == {"RateLimit-Policy": '"read";q=100;w=60', "RateLimit": '"read";r=99;t=12'}


def test_the_rate_limit_headers_have_each_policy_once_with_the_least_that_is_left() -> None:
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
def test_an_exhausted_quota_has_0_remaining(exceeded: bool) -> None:
    assert rate_limit_headers([Usage(READ, 0, 70, exceeded=exceeded)])["RateLimit"] == '"read";r=0;t=70'
