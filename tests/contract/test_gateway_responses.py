"""API Gateway's own errors are the problem documents that the functions would send."""

import json
import re
from typing import Any
from urllib.parse import urlsplit

import pytest

from neoforge.api import cors
from neoforge.api.problems import HEADERS, ProblemType
from neoforge.api.response import SECURITY_HEADERS
from scripts import ROOT
from scripts.build.template import GatewayResponse, gateway_responses, parameter_values
from tests.api import TEMPLATE

PARAMETERS = parameter_values(TEMPLATE, {})
RESPONSES = gateway_responses(TEMPLATE, PARAMETERS)
MEMBERS = ["type", "title", "status", "detail", "instance", "request_id"]
REQUEST_ID = "5b6c7d8e-9f01-4a2b-8c3d-4e5f6a7b8c01"
each_response = pytest.mark.parametrize("response", RESPONSES.values(), ids=RESPONSES)


def document(response: GatewayResponse) -> dict[str, Any]:
    made: dict[str, Any] = json.loads(response.template.replace("$context.requestId", REQUEST_ID))
    return made


def literals(response: GatewayResponse) -> dict[str, str]:
    """The headers whose value is not of $context."""
    return {name: value[1:-1] for name, value in response.headers.items() if value.startswith("'")}


def name_of(response: GatewayResponse) -> str:
    return str(document(response)["type"]).rpartition("/")[2]


@each_response
def test_a_body_is_a_problem_of_a_known_type(response: GatewayResponse) -> None:
    made = document(response)
    assert list(made) == MEMBERS
    kind = ProblemType(name_of(response))
    assert (made["status"], made["title"]) == (kind.status, kind.title)
    assert made["status"] == response.status
    assert made["type"] == f"{PARAMETERS['DocsBaseUrl']}/problems/{name_of(response)}"
    assert made["instance"] == f"urn:uuid:{REQUEST_ID}"
    assert made["request_id"] == REQUEST_ID
    assert made["detail"].endswith(".")


@each_response
def test_nothing_but_the_request_id_is_taken_from_the_request(response: GatewayResponse) -> None:
    """$context.error.message and the like tell what is inside, and are not escaped for JSON."""
    assert set(re.findall(r"\$[\w.]+", response.template)) == {"$context.requestId"}
    rest = {name: value for name, value in response.headers.items() if not value.startswith("'")}
    assert rest == {"X-Request-Id": "context.requestId"}


@each_response
def test_the_headers_are_those_of_the_functions(response: GatewayResponse) -> None:
    headers = literals(response)
    assert {name: headers.get(name) for name in SECURITY_HEADERS} == SECURITY_HEADERS
    assert headers["Access-Control-Expose-Headers"] == cors.EXPOSED
    assert headers["Content-Type"] == "application/problem+json"
    assert headers["Cache-Control"] == "no-store"
    expected = HEADERS.get(ProblemType(name_of(response)), {})
    assert {name: headers.get(name) for name in expected} == dict(expected)


@each_response
def test_the_wildcard_origin_never_comes_with_credentials(response: GatewayResponse) -> None:
    assert response.headers["Access-Control-Allow-Origin"] == "'*'"
    assert "Access-Control-Allow-Credentials" not in response.headers


@each_response
def test_a_429_says_when_to_try_again(response: GatewayResponse) -> None:
    assert ("Retry-After" in response.headers) == (response.status == 429)
    challenge = HEADERS[ProblemType.UNAUTHORIZED] if response.status == 401 else {}
    assert {name: value for name, value in literals(response).items() if name == "WWW-Authenticate"} == challenge


@pytest.mark.parametrize(
    ("kind", "status"),
    [
        ("DEFAULT_4XX", 404),
        ("MISSING_AUTHENTICATION_TOKEN", 404),
        ("REQUEST_TOO_LARGE", 413),
        ("UNSUPPORTED_MEDIA_TYPE", 415),
        ("THROTTLED", 429),
        ("QUOTA_EXCEEDED", 429),
        ("DEFAULT_5XX", 500),
        ("INTEGRATION_FAILURE", 504),
        ("INTEGRATION_TIMEOUT", 504),
    ],
)
def test_the_contracts_errors_are_answered(kind: str, status: int) -> None:
    assert RESPONSES[kind].status == status


@pytest.mark.parametrize("name", [kind.value for kind in ProblemType])
def test_a_type_is_a_page_that_tells_its_status_and_title(name: str) -> None:
    page = (ROOT / "docs/problems" / f"{name}.md").read_text()
    status, title = ProblemType(name).status, ProblemType(name).title
    assert str(status) in page
    assert title in page


def test_every_page_is_of_a_type() -> None:
    pages = {path.stem for path in (ROOT / "docs/problems").glob("*.md")} - {"README", "index"}
    assert pages == {kind.value for kind in ProblemType}


@pytest.mark.parametrize("name", [kind.value for kind in ProblemType])
def test_a_type_is_an_absolute_uri(name: str) -> None:
    parts = urlsplit(f"{PARAMETERS['DocsBaseUrl']}/problems/{name}")
    assert parts.scheme == "https"
    assert parts.netloc
