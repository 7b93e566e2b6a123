"""What reaches the front door as bytes: framing, codings, control characters, and what only the transport knows."""

import gzip
import json
import zlib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scripts.api import Api
from scripts.local.content_coding import TooLarge, decode
from scripts.local.gateway import MAX_BODY_BYTES, Gateway
from tests.proof.stack.test_gateway import api, ask, echo, gateway

__all__ = ["api", "echo", "gateway"]  # fixtures

HEAD = b"POST /v1/x HTTP/1.1\r\nHost: x\r\n"
CHUNKED = HEAD + b"Transfer-Encoding: chunked\r\n"
RAW = [*range(0x21), *range(0x7F, 0x100)]


def told(gateway: Gateway, request: bytes) -> dict[str, Any]:
    """What reached the server behind."""
    answer = ask(gateway, request)
    assert answer.status == 200
    found: dict[str, Any] = json.loads(answer.read())
    return found


def assert_refused(gateway: Gateway, request: bytes, status: int = 400) -> None:
    answer = ask(gateway, request)
    assert (answer.status, answer.headers["Content-Type"]) == (status, "application/problem+json")
    assert json.loads(answer.read())["status"] == status


@pytest.mark.parametrize("where", [b"/v1/a%bz", b"/v1/x?a=%bz", b"%b", b"/%b"], ids=["path", "query", "alone", "first"])
def test_a_target_is_visible_ascii(where: bytes, gateway: Gateway) -> None:
    for byte in RAW:
        assert_refused(gateway, b"GET " + where % bytes([byte]) + b" HTTP/1.1\r\nHost: x\r\n\r\n")


@pytest.mark.parametrize(
    "request_bytes",
    [
        b"GET /v1/x#fragment HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET /v1/x HTTP/2.0\r\nHost: x\r\n\r\n",
        b"GET /v1/x HTTP/1.1\r\nHost: x\r\nAB : v\r\n\r\n",
        b"GET /v1/x HTTP/1.1\r\nHost: x\r\nAB\t: v\r\n\r\n",
        b"GET /v1/x HTTP/1.1\r\nHost: x\r\n AB: v\r\n\r\n",
        b"GET /v1/x HTTP/1.1\r\nHost: x\r\nAB: v\x00w\r\n\r\n",
        b"GET /v1/x HTTP/1.1\r\nHost: x\r\nAB: v\rw\r\n\r\n",
        b"GET /v1/x HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n",
    ],
    ids=repr,
)
def test_what_http_forbids_is_a_problem_document(request_bytes: bytes, gateway: Gateway) -> None:
    assert_refused(gateway, request_bytes)


@pytest.mark.parametrize(
    ("target", "origin"),
    [
        (b"http://127.0.0.1/v1/x?a=1", "/v1/x?a=1"),
        (b"HTTP://x:3000/v1/a%2Fb?http://y/", "/v1/a%2Fb?http://y/"),
        (b"https://[::1]:3000/v1//x", "/v1//x"),
        (b"http://x", "/"),
        (b"http://x?a", "/?a"),
    ],
)
def test_an_absolute_target_is_answered_as_its_path(target: bytes, origin: str, gateway: Gateway) -> None:
    """RFC 9112, 3.2.2."""
    found = told(gateway, b"GET %b HTTP/1.1\r\nHost: other\r\n\r\n" % target)
    assert found["path"] == f"/restapis/abc/api/_user_request_{origin}"


@pytest.mark.parametrize(
    "target",
    [
        b"http:///v1/x",
        b"http://u:p@x/v1/x",
        b"http://a,b/v1/x",
        b"http:/v1/x",
        b"ftp://x/v1/x",
        b"x/v1/x",
        b"*",
        b"x:1",
    ],
)
def test_a_target_of_no_web_server_is_refused(target: bytes, gateway: Gateway) -> None:
    assert_refused(gateway, b"GET %b HTTP/1.1\r\nHost: x\r\n\r\n" % target)


@pytest.mark.parametrize(
    "host",
    ["a/b", "a b", "a,b", "@", "u@a", "[::1", "::1", "a:b", "a:1:2", "[x]", "a?", "http://a", '"a"', "a\\b", "\xe9"],
)
def test_what_is_no_host_is_refused(host: str, gateway: Gateway) -> None:
    """RFC 9112, 3.2."""
    assert_refused(gateway, b"GET /v1/x HTTP/1.1\r\nHost: %b\r\n\r\n" % host.encode())


@pytest.mark.parametrize("host", ["a", "A-b_c.example.", "127.0.0.1:3000", "[::1]", "[::ffff:127.0.0.1]:80", "a:", ""])
def test_every_host_is_answered(host: str, gateway: Gateway) -> None:
    assert told(gateway, b"GET /v1/x HTTP/1.1\r\nHost: %b\r\n\r\n" % host.encode())["path"].endswith("/v1/x")


@pytest.mark.parametrize("method", [b"get", b"Get", b"pOST"])
def test_a_method_in_another_case_is_another_method(method: bytes, gateway: Gateway) -> None:
    """RFC 9110, 9.1."""
    assert_refused(gateway, method + b" /v1/x HTTP/1.1\r\nHost: x\r\n\r\n", 404)


@pytest.mark.parametrize(
    "chunks",
    [
        b"2\r\n{}\r\n0\r\n\r\n",
        b"1\r\n{\r\n1;a=b\r\n}\r\n0\r\n\r\n",
        b"2\r\n{}\r\n0\r\nX-Trailer: a\r\n\r\n",
        b"002\r\n{}\r\n00\r\n\r\n",
    ],
)
def test_a_body_in_chunks_arrives_whole(chunks: bytes, gateway: Gateway) -> None:
    found = told(gateway, CHUNKED + b"\r\n" + chunks)
    headers = dict(found["headers"])
    assert (found["body"], headers["content-length"]) == ("{}", "2")
    assert not {"transfer-encoding", "x-trailer"} & headers.keys()


@pytest.mark.parametrize(
    "request_bytes",
    [
        CHUNKED + b"Content-Length: 2\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
        HEAD + b"Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n{}",
        CHUNKED + b"Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
        HEAD + b"Transfer-Encoding: gzip, chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
        HEAD + b"Transfer-Encoding: chunked, identity\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
        HEAD + b"Transfer-Encoding: identity\r\n\r\n{}",
        HEAD + b"Transfer-Encoding: xchunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
        b"POST /v1/x HTTP/1.0\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
        CHUNKED + b"\r\nx\r\n{}\r\n0\r\n\r\n",
        CHUNKED + b"\r\n-1\r\n{}\r\n0\r\n\r\n",
        CHUNKED + b"\r\n3\r\n{}\r\n0\r\n\r\n",
        CHUNKED + b"\r\n" + b"f" * 30 + b"\r\n{}\r\n0\r\n\r\n",
    ],
    ids=lambda sent: repr(sent[32:80]),
)
def test_a_body_whose_end_is_in_doubt_is_refused(request_bytes: bytes, gateway: Gateway) -> None:
    assert_refused(gateway, request_bytes)


def test_what_follows_the_chunks_is_the_next_request(gateway: Gateway) -> None:
    smuggled = b"GET /v1/other HTTP/1.1\r\nHost: x\r\n\r\n"
    found = told(gateway, CHUNKED + b"\r\n2\r\n{}\r\n0\r\n\r\n" + smuggled)
    assert (found["path"].rpartition("/")[2], found["body"]) == ("x", "{}")


def test_a_body_in_chunks_is_limited_too(gateway: Gateway) -> None:
    def chunks(size: int) -> bytes:
        return CHUNKED + b"\r\n%x\r\n" % size + bytes(size) + b"\r\n0\r\n\r\n"

    assert len(told(gateway, chunks(MAX_BODY_BYTES))["body"]) == MAX_BODY_BYTES
    assert_refused(gateway, chunks(MAX_BODY_BYTES + 1), 413)


@pytest.mark.parametrize(
    ("coding", "encode"), [("gzip", gzip.compress), ("GZIP", gzip.compress), ("deflate", zlib.compress)]
)
def test_gzip_and_deflate_are_decoded(coding: str, encode: Any, api: Api) -> None:
    """As API Gateway does for an API with MinimumCompressionSize."""
    found = api.request("POST", "/v1/x", body=encode(b'{"a":1}'), headers={"Content-Encoding": coding}).json()
    assert (found["body"], dict(found["headers"])["content-length"]) == ('{"a":1}', "7")
    assert "content-encoding" not in dict(found["headers"])


@pytest.mark.parametrize("coding", ["br", "identity", "gzip, gzip", "gzip, identity", "gzip,", ""])
def test_another_coding_is_left_to_the_function(coding: str, api: Api) -> None:
    found = api.request("POST", "/v1/x", body=b"{}", headers={"Content-Encoding": coding}).json()
    assert (found["body"], dict(found["headers"])["content-encoding"]) == ("{}", coding)


@given(st.lists(st.binary(max_size=20), min_size=1, max_size=5))
def test_a_gzip_body_may_have_several_members(parts: list[bytes]) -> None:
    """RFC 1952, 2.2."""
    whole = b"".join(parts)
    coded = b"".join(map(gzip.compress, parts))
    assert decode("gzip", coded, len(whole)) == whole
    if whole:
        with pytest.raises(TooLarge):
            decode("gzip", coded, len(whole) - 1)


@pytest.mark.parametrize(
    "body", [b"{}", gzip.compress(b"{}")[:-1], gzip.compress(b"{}") + b"x", 2 * gzip.compress(b"{}")[:-1]]
)
def test_a_body_that_is_not_coded_as_it_says_is_malformed(body: bytes, api: Api) -> None:
    assert api.request("POST", "/v1/x", body=body, headers={"Content-Encoding": "gzip"}).status == 400


def test_a_small_body_cannot_become_a_large_one(api: Api) -> None:
    bomb = gzip.compress(bytes(MAX_BODY_BYTES + 1))
    assert api.request("POST", "/v1/x", body=bomb, headers={"Content-Encoding": "gzip"}).status == 413


def test_an_insecure_transport_is_not_told_to_be_secure(api: Api) -> None:
    """RFC 6797, 7.2: only the front door knows the transport; on AWS it is TLS, and the header passes."""
    headers = {"more": [["Strict-Transport-Security", "max-age=1"], ["X-Other", "1"]]}
    answer = api.request("GET", "/v1/x", headers={"X-Answer": json.dumps(headers)})
    assert ("Strict-Transport-Security" in answer.headers, answer.headers["X-Other"]) == (False, "1")


def test_what_a_failed_function_says_is_printed_without_control_characters(
    api: Api, capsys: pytest.CaptureFixture[str]
) -> None:
    raw = {"status": 502, "body": '{"message":"\xc2\x9b2J\xc2\x85 forged"}'}
    assert api.request("GET", "/v1/x?%0a", headers={"X-Answer": json.dumps(raw)}).status == 500
    (line,) = capsys.readouterr().err.splitlines()
    assert line.isprintable()
    assert r"\x9b2J\x85" in line
