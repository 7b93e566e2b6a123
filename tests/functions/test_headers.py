"""What every answer carries: security headers, the request's id, CORS, caching."""

import json
import re
from typing import Any

import pytest
from system import get_docs

from neoforge.api.cors import EXPOSED
from neoforge.api.response import SECURITY_HEADERS
from neoforge.settings import settings
from scripts.build.layers import PAGE, hashed_name
from tests.api import PASSWORD, Context, Response, call, event, invoke, routes
from tests.callers import Local
from tests.catalog import ENDPOINTS
from tests.catalog.world import Request

ORIGINS = ["http://localhost:5173", "https://app.example.com"]
ADA = {"email": "ada@example.com", "password": PASSWORD}
NOTE = "/v1/notes/nte_01a20538-11bf-7304-bb36-19bcf1775ed8"
REPORTS = "https://a1b2c3d4e5.execute-api.eu-central-1.amazonaws.com/api/v1/csp/reports"
POLICY = "default-src 'none'; frame-ancestors 'none'"
POLICIES = {"/v1/docs": get_docs.CONTENT_SECURITY_POLICY}  # of pages

# A request for each kind of answer, 2xx to 4xx; those of 5xx are in test_problems.py.
ANSWERS: list[tuple[int, str, str, dict[str, Any]]] = [
    (200, "GET", "/v1/health", {}),
    (200, "GET", "/v1/ready", {}),
    (200, "GET", "/v1/config", {}),
    (200, "GET", "/v1/openapi.json", {}),
    (200, "GET", f"/v1/docs/{hashed_name(PAGE / 'docs.js')}", {}),
    (200, "GET", "/v1/docs", {}),
    (201, "POST", "/v1/auth/register", {"body": ADA | {"display_name": "Ada"}}),
    (204, "OPTIONS", "/v1/notes", {}),
    (204, "POST", "/v1/csp/reports", {}),
    (400, "POST", "/v1/auth/login", {"body": "{"}),
    (401, "GET", "/v1/notes", {}),
    (401, "POST", "/v1/notes", {"body": {}}),
    (401, "PATCH", NOTE, {"body": {}}),
    (401, "DELETE", NOTE, {}),
    (404, "GET", "/v1/docs/nothing.js", {}),
    (413, "POST", "/v1/auth/login", {"body": "x" * 300_000}),
    (415, "POST", "/v1/auth/login", {}),
    (422, "POST", "/v1/auth/login", {"body": {}}),
]
every_answer = pytest.mark.parametrize(("status", "method", "path", "request_"), ANSWERS)


def sent(status: int, method: str, path: str, request: dict[str, Any], **headers: str) -> Response:
    response = call(method, path, headers=headers, **request)
    assert response.status == status, response.text
    return response


@pytest.mark.parametrize("handler", ENDPOINTS)
def test_every_endpoint_has_the_headers_of_every_answer(handler: str) -> None:
    world = Local()
    request = ENDPOINTS[handler].example.prepare(world)
    assert isinstance(request, Request)
    answer = world.send(request.header("Origin", ORIGINS[0]))
    assert answer.headers.keys() >= SECURITY_HEADERS.keys() | {"Cache-Control", "Vary", "X-Request-Id"}
    assert answer.headers["Access-Control-Allow-Origin"] == ORIGINS[0]
    assert answer.headers["Content-Security-Policy"].startswith(POLICIES.get(request.path, POLICY))


@every_answer
def test_an_answer_has_the_security_headers(
    status: int, method: str, path: str, request_: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "environment", "production")
    headers = sent(status, method, path, request_).headers
    policy = {"Content-Security-Policy": POLICIES.get(path, POLICY)}
    assert {name: headers.get(name) for name in SECURITY_HEADERS} == SECURITY_HEADERS | policy
    assert headers["Strict-Transport-Security"].startswith("max-age=")
    assert not {"Reporting-Endpoints", "Report-To"} & headers.keys()


@every_answer
def test_before_production_browsers_report_violations(
    status: int, method: str, path: str, request_: dict[str, Any]
) -> None:
    headers = sent(status, method, path, request_).headers
    policy = POLICIES.get(path, POLICY)
    assert headers["Content-Security-Policy"] == f"{policy}; report-uri {REPORTS}; report-to csp"
    assert headers["Reporting-Endpoints"] == f'csp="{REPORTS}"'
    group = json.loads(headers["Report-To"])
    assert (group["group"], group["endpoints"]) == ("csp", [{"url": REPORTS}])
    rest = SECURITY_HEADERS.keys() - {"Content-Security-Policy"}
    assert {name: headers[name] for name in rest} == {name: SECURITY_HEADERS[name] for name in rest}


@every_answer
def test_an_answer_says_how_to_cache_it(status: int, method: str, path: str, request_: dict[str, Any]) -> None:
    cache = sent(status, method, path, request_).headers["Cache-Control"]
    if status >= 400 or method == "OPTIONS":
        assert cache == "no-store"
    assert re.fullmatch(
        "no-store|private, no-cache|public, max-age=(31536000, immutable|\\d+, stale-while-revalidate=\\d+)", cache
    )


@every_answer
@pytest.mark.parametrize("origin", ORIGINS)
def test_an_allowed_origin_may_read_the_answer(
    status: int, method: str, path: str, request_: dict[str, Any], origin: str
) -> None:
    headers = sent(status, method, path, request_, Origin=origin).headers
    assert headers["Access-Control-Allow-Origin"] == origin
    assert headers["Access-Control-Expose-Headers"] == EXPOSED
    assert "Access-Control-Allow-Credentials" not in headers
    assert "Origin" in headers["Vary"]


@every_answer
@pytest.mark.parametrize("origin", ["https://evil.example", "null", "", "https://app.example.com.evil.example", "*"])
def test_a_foreign_origin_may_not(status: int, method: str, path: str, request_: dict[str, Any], origin: str) -> None:
    headers = sent(status, method, path, request_, Origin=origin).headers
    assert not {"Access-Control-Allow-Origin", "Access-Control-Expose-Headers"} & headers.keys()
    assert "Origin" in headers["Vary"]  # or a cache gives this answer to an allowed origin


def test_the_contract_names_the_exposed_headers() -> None:
    promised = "ETag, Location, Link, RateLimit, RateLimit-Policy, Retry-After, Idempotent-Replayed, X-Request-Id"
    assert promised == EXPOSED


def test_a_preflight_allows_what_the_api_takes() -> None:
    headers = call("OPTIONS", NOTE, headers={"Origin": ORIGINS[0]}).headers
    allowed = set(headers["Access-Control-Allow-Headers"].lower().split(", "))
    assert allowed >= {"authorization", "content-type", "idempotency-key", "if-match", "if-none-match"}
    assert set(headers["Access-Control-Allow-Methods"].split(", ")) >= {method for method, _ in routes()}
    assert int(headers["Access-Control-Max-Age"]) > 0


def test_a_preflight_needs_no_token_and_no_body() -> None:
    response = call("OPTIONS", "/v1/notes")
    assert (response.status, response.text) == (204, "")


@every_answer
def test_the_request_id_is_lambdas(status: int, method: str, path: str, request_: dict[str, Any]) -> None:
    context = Context()
    response = invoke(*event(method, path, headers={"X-Request-Id": "mine"}, **request_), context)
    assert response.headers["X-Request-Id"] == context.aws_request_id


def test_a_private_answer_varies_with_its_caller(token: str) -> None:
    assert "Authorization" in call("GET", "/v1/notes", token=token).headers["Vary"]
    assert "Authorization" in call("GET", "/v1/notes").headers["Vary"]


def test_header_names_are_read_in_any_case(token: str) -> None:
    for name in ("authorization", "AUTHORIZATION", "aUtHoRiZaTiOn"):
        assert call("GET", "/v1/notes", headers={name: f"bearer {token}"}).status == 200
