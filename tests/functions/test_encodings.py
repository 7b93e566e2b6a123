"""Bodies are JSON in UTF-8, plain or as API Gateway has decoded them; each is read in one way or refused."""

import base64
import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.api import TEMPLATE, Response, call, event, invoke
from tests.functions.helpers import assert_problem

# API Gateway compares the whole header, so it leaves these as they are.
UNDECODED = ["gzip, identity", "identity, gzip", "gzip,", ",gzip", "deflate, ", "identity, identity", ",", "gzip;q=1"]
NAMED = '{"name":"caf\xe9"}'


def post(body: bytes, token: str, **headers: str) -> Response:
    """Send bytes as API Gateway does, to which every media type is a binary one."""
    sent = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    sent |= {name.replace("_", "-"): value for name, value in headers.items()}
    handler, made = event("POST", "/v1/notes", body=base64.b64encode(body).decode(), headers=sent)
    return invoke(handler, made | {"isBase64Encoded": True})


def total(token: str) -> int:
    return int(call("GET", "/v1/notes", token=token).json()["total"])


def test_every_media_type_is_a_binary_one() -> None:
    """Text would be decoded before the function sees it, with U+FFFD for what is no UTF-8."""
    assert TEMPLATE["Resources"]["Api"]["Properties"]["BinaryMediaTypes"] == ["*~1*"]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30, deadline=None)
@given(st.binary(min_size=1, max_size=8))
def test_a_text_is_utf_8_or_nothing(token: str, name: bytes) -> None:
    body = b'{"name":"A","description":"' + name + b'"}'
    before = total(token)
    try:
        expected = json.loads(body.decode())["description"]
    except ValueError:
        assert_problem(post(body, token), "malformed-request")
        assert total(token) == before
    else:
        answer = post(body, token)
        assert answer.status == 422 or answer.json()["description"] == expected


@pytest.mark.parametrize("encoding", ["latin-1", "utf-16", "utf-16-le", "utf-32", "utf-8-sig", "cp037"])
def test_another_encoding_is_malformed(encoding: str, token: str) -> None:
    assert_problem(post(NAMED.encode(encoding), token), "malformed-request")


@pytest.mark.parametrize("charset", ["utf-16", "iso-8859-1", '"ISO-8859-1"', "windows-1252", "", "utf-8, text/plain"])
def test_a_body_that_is_declared_to_be_in_another_encoding_is_415(charset: str, token: str) -> None:
    declared = f"application/json; charset={charset}"
    assert_problem(post(NAMED.encode(), token, Content_Type=declared), "unsupported-media-type")


@pytest.mark.parametrize(
    "media_type",
    [
        "application/json; charset=utf-8",
        "application/json;charset=UTF-8",
        'application/json ; Charset="utf-8"',
        "application/json; charset=us-ascii",
        "application/json; charset=utf8; profile=x",
        "application/json;",
    ],
)
def test_what_is_declared_as_utf_8_is_taken(media_type: str, token: str) -> None:
    assert post(NAMED.encode(), token, Content_Type=media_type).json()["name"] == "caf\xe9"


@pytest.mark.parametrize(
    "media_type",
    [
        "application/json, text/plain",
        "text/plain, application/json",
        "application/json; charset=utf-8, text/plain; charset=utf-8",
        "application/json, application/json",
        "application/json; charset",
        "application/json; a=b=c",
        "application / json",
        "application/json charset=utf-8",
        "application/json; charset=utf-8; charset=utf-16",
    ],
)
def test_two_media_types_or_none_that_can_be_read_are_415(media_type: str, token: str) -> None:
    assert_problem(post(NAMED.encode(), token, Content_Type=media_type), "unsupported-media-type")


@pytest.mark.parametrize(
    "coding",
    ["br", "zstd", "compress", "x-gzip", "gzip, gzip", "gzip, br", "identity, br", "*", "utf-8", "g zip", *UNDECODED],
)
@pytest.mark.parametrize("method", ["POST", "PATCH"])
def test_a_coding_that_is_not_decoded_is_415(coding: str, method: str, path: str, token: str) -> None:
    target, headers = (path if method == "PATCH" else "/v1/notes"), {"Content-Encoding": coding}
    response = call(method, target, body={"name": "A"}, token=token, headers=headers)
    assert_problem(response, "unsupported-media-type")
    assert response.headers["Accept-Encoding"] == "gzip, deflate, identity"
    assert total(token) == 1


@pytest.mark.parametrize("coding", ["identity", "gzip", "GZIP", " gzip\t", "deflate", "", "Identity"])
def test_what_api_gateway_has_decoded_is_taken(coding: str, token: str) -> None:
    """It decodes gzip and deflate for an API that compresses; whether it removes the header is not documented."""
    assert post(NAMED.encode(), token, Content_Encoding=coding).status == 201


@pytest.mark.parametrize(
    "body",
    [
        '{"name":"A","name":"B"}',
        '{"name":"A","name":"A"}',
        '{"name":"A","n\\u0061me":"B"}',
        '{"name":"A","description":{"a":1,"a":2}}',
    ],
)
def test_a_member_that_is_named_twice_is_malformed(body: str, token: str) -> None:
    """Programs differ in which of them counts (RFC 8259, 4)."""
    assert "twice" in assert_problem(post(body.encode(), token), "malformed-request")["detail"]
    assert total(token) == 0
