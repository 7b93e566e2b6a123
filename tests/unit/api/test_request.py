import base64
from typing import Any

import pytest

from neoforge import clock
from neoforge.api.problems import Problem, ProblemType
from neoforge.api.request import MARGIN_SECONDS, MAX_SECONDS, Request
from neoforge.settings import settings
from scripts.build.template import Json
from tests.api import Context, event

NOTE = "/v1/notes/nte_1"


def made(path: str = NOTE, **changes: Any) -> Json:
    return event("GET", path)[1] | changes


def at(path: str, domain: str | None = "api.example.com", resource: str = "/v1/notes/{note_id}") -> Request:
    """A request as API Gateway tells of it: `path` with the stage, or with the base path of a custom domain."""
    one = made(resource=resource)
    one["requestContext"] |= {"path": path, "domainName": domain}
    return Request(one, Context())


@pytest.mark.parametrize(
    ("path", "base"),
    [
        ("/api/v1/notes/nte_1", "https://api.example.com/api"),
        ("/v1/notes/nte_1", "https://api.example.com"),
        ("/base/v1/notes/nte_1", "https://api.example.com/base"),
        ("/a/b/v1/notes/nte_1", "https://api.example.com/a/b"),
        ("/api/v1/notes/nte_1/", "https://api.example.com/api"),
        ("/v1/v1/notes/v1", "https://api.example.com/v1"),
    ],
)
def test_the_base_url_is_the_part_before_the_resource(path: str, base: str) -> None:
    request = at(path)
    assert request.base_url == base
    assert path.rstrip("/").endswith(request.path)
    assert request.path.startswith("/v1/notes/")


def test_without_a_domain_the_host_is_that_of_the_request() -> None:
    one = made(multiValueHeaders={"Host": ["localhost:3000"]})
    one["requestContext"] |= {"domainName": None}
    assert Request(one, Context()).base_url == "https://localhost:3000/api"


def test_a_configured_base_url_takes_precedence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "api_base_url", "https://public.example.com")
    assert at("/api/v1/notes/nte_1").base_url == "https://public.example.com"


def test_parts_that_api_gateway_omits_are_empty() -> None:
    nothing: dict[str, Any] = dict.fromkeys(
        ["headers", "multiValueHeaders", "queryStringParameters", "pathParameters", "body"]
    )
    request = Request(made(**nothing), Context())
    assert (request.headers, request.query, request.path_parameters, request.body()) == ({}, {}, {}, b"")
    assert request.user_agent == ""


def test_header_names_are_lower_case_and_a_header_sent_twice_is_one_list() -> None:
    request = Request(made(multiValueHeaders={"If-None-MATCH": ['"a"', '"b"'], "X": ["1"]}), Context())
    assert request.headers == {"if-none-match": '"a", "b"', "x": "1"}


def test_single_headers_are_read_if_there_are_no_multi_value_headers() -> None:
    assert Request(made(multiValueHeaders=None, headers={"X-Y": "1"}), Context()).headers == {"x-y": "1"}


def test_the_source_address_is_the_one_that_api_gateway_saw() -> None:
    one = event("GET", NOTE, headers={"X-Forwarded-For": "203.0.113.9"}, source_ip="198.51.100.7")[1]
    assert Request(one, Context()).source_ip == "198.51.100.7"


def test_a_user_agent_is_truncated_to_256_characters() -> None:
    assert Request(event("GET", NOTE, headers={"User-Agent": "x" * 9999})[1], Context()).user_agent == "x" * 256


def test_a_user_agent_has_no_control_characters() -> None:
    hostile = event("GET", NOTE, headers={"User-Agent": "a\x1b[31m\x9b\x00\r\nb é"})[1]
    assert Request(hostile, Context()).user_agent == "a[31mb é"


@pytest.mark.parametrize(
    ("milliseconds", "seconds"),
    [(60_000, MAX_SECONDS), (3_000, 3 - MARGIN_SECONDS), (500, 0.5 - MARGIN_SECONDS)],
)
def test_the_deadline_leaves_time_to_answer(milliseconds: int, seconds: float, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "monotonic", lambda: 1000.0)
    assert Request(made(), Context(milliseconds)).deadline == pytest.approx(1000 + seconds)


def test_a_body_is_decoded_from_text_and_from_base64() -> None:
    text = "Grüße"
    coded = base64.b64encode(text.encode()).decode()
    assert Request(made(body=text), Context()).body() == text.encode()
    assert Request(made(body=coded, isBase64Encoded=True), Context()).body() == text.encode()


@pytest.mark.parametrize(("body", "coded"), [("é", True), ("a", True), ("=", True), ("\ud800", False)], ids=ascii)
def test_a_body_that_cannot_be_decoded_is_malformed(body: str, coded: bool) -> None:
    with pytest.raises(Problem) as raised:
        Request(made(body=body, isBase64Encoded=coded), Context()).body()
    assert raised.value.type is ProblemType.MALFORMED_REQUEST


@pytest.mark.parametrize("chosen", ["x!#$~not-a-uuid", "", "1b4e28ba-2fa1-11d2-883f-0016d3cca427"])
def test_a_request_id_that_a_client_chose_is_not_used(chosen: str) -> None:
    """Clients can choose $context.requestId (AWS's reference of $context says so)."""
    one = made()
    one["requestContext"]["requestId"] = chosen
    context = Context()
    assert Request(one, context).id == context.aws_request_id
