"""The front door alone, before a server that tells what reached it."""

import json
import socket
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from http.client import HTTPResponse
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

import pytest

from scripts.api import Api
from scripts.build.template import GatewayResponse
from scripts.local.deploy import Stack
from scripts.local.gateway import MAX_BODY_BYTES, Gateway


class Echo(BaseHTTPRequestHandler):
    """Answers with the request it got, or with what the X-Answer header asks for."""

    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        told = {
            "path": self.path,
            "headers": [(name.lower(), value) for name, value in self.headers.items()],
            "body": body.decode("latin-1"),
        }
        answer: dict[str, Any] = {"status": 200, "type": "application/json", "body": json.dumps(told)}
        answer |= json.loads(self.headers.get("X-Answer", "{}"))
        content = answer["body"].encode("latin-1")
        self.send_response(answer["status"])
        self.send_header("Content-Type", answer["type"])
        self.send_header("Content-Length", str(len(content)))
        self.send_header("x-amzn-requestid", "the-request")
        for name, value in answer.get("more", []):
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)

    do_GET = do_POST  # noqa: N815

    def log_message(self, *_: object) -> None:
        """Quiet."""


def gateway_response(status: int) -> GatewayResponse:
    headers = {"Content-Type": "'application/problem+json'", "X-Request-Id": "context.requestId"}
    return GatewayResponse(status, headers, f'{{"status":{status},"request_id":"$context.requestId"}}')


@pytest.fixture
def echo() -> Iterator[Stack]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Echo) as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        kinds = {"REQUEST_TOO_LARGE": 413, "INTEGRATION_TIMEOUT": 504, "INTEGRATION_FAILURE": 504, "DEFAULT_5XX": 500}
        kinds |= {"BAD_REQUEST_BODY": 400, "MISSING_AUTHENTICATION_TOKEN": 404}
        url = f"http://127.0.0.1:{server.server_port}/restapis/abc/api/_user_request_"
        yield Stack(
            url, "abc", "table", "logs", url, {}, {kind: gateway_response(status) for kind, status in kinds.items()}
        )
        server.shutdown()


@pytest.fixture
def gateway(echo: Stack) -> Iterator[Gateway]:
    with Gateway() as gateway:
        gateway.open(echo)
        yield gateway


def ask(gateway: Gateway, request: bytes) -> HTTPResponse:
    """Send a request as it is written; its answer, as far as its head."""
    url = urlsplit(gateway.url)
    with socket.create_connection((url.hostname, url.port), timeout=10) as connection:
        connection.sendall(request)
        answer = HTTPResponse(connection)
        answer.begin()
        return answer


@pytest.fixture
def api(gateway: Gateway) -> Iterator[Api]:
    with Api(gateway.url) as api:
        yield api


@pytest.mark.parametrize("source", ["127.0.0.1", "127.0.0.9"])
def test_caller_cannot_forge_the_source_address(source: str, gateway: Gateway) -> None:
    with Api(gateway.url, source=source) as api:
        told = api.request(
            "GET", "/v1/x", headers={"X-Forwarded-For": "203.0.113.7", "x-forwarded-host": "evil"}
        ).json()
    assert [value for name, value in told["headers"] if name == "x-forwarded-for"] == [source]


def test_caller_cannot_choose_the_emulators_route(api: Api, echo: Stack) -> None:
    told = api.request("GET", "/v1/x", headers={"Host": "bucket.s3.localhost"}).json()
    assert dict(told["headers"])["host"] in echo.invoke_url


def test_path_query_headers_and_body_arrive_as_they_were_sent(api: Api) -> None:
    sent = {"X-Odd": "spaced\tand \xe9", "If-None-Match": 'W/"a", "b"'}
    told = api.request("POST", "/v1/a%2Fb/%e2%82%ac?a=1&a=%20&b=", body=b"\x00\xff{", headers=sent).json()
    assert told["path"] == "/restapis/abc/api/_user_request_/v1/a%2Fb/%e2%82%ac?a=1&a=%20&b="
    assert dict(told["headers"])["if-none-match"] == 'W/"a", "b"'
    assert dict(told["headers"])["x-odd"] == "spaced\tand \xe9"
    assert told["body"] == "\x00\xff{"


def test_a_field_that_comes_twice_stays_two_in_both_directions(gateway: Gateway) -> None:
    cookies = [["Set-Cookie", "a=1"], ["Set-Cookie", "b=2"]]
    answer = ask(
        gateway, b"GET /v1/x HTTP/1.1\r\nHost: x\r\nX-Answer: %b\r\n\r\n" % json.dumps({"more": cookies}).encode()
    )
    assert answer.headers.get_all("Set-Cookie") == ["a=1", "b=2"]
    answer = ask(gateway, b"GET /v1/x HTTP/1.1\r\nHost: x\r\nX-A:   1\r\nx-a: 2\r\n\r\n")
    assert [value for name, value in json.loads(answer.read())["headers"] if name == "x-a"] == ["1", "2"]


def test_bytes_that_are_no_text_pass_in_both_directions(api: Api) -> None:
    body = bytes(range(256))
    told = api.request("POST", "/v1/x", body=body, headers={"Content-Type": "application/octet-stream"}).json()
    assert told["body"].encode("latin-1") == body
    raw = {"type": "application/octet-stream", "body": "\x00\xff\r\n"}
    assert api.request("GET", "/v1/x", headers={"X-Answer": json.dumps(raw)}).body == b"\x00\xff\r\n"


def test_too_large_a_body_is_refused_and_the_largest_is_not(api: Api) -> None:
    refused = api.request("POST", "/v1/x", body=bytes(MAX_BODY_BYTES + 1))
    assert (refused.status, refused.headers["Content-Type"]) == (413, "application/problem+json")
    assert refused.json()["request_id"] == refused.headers["X-Request-Id"]
    assert api.request("POST", "/v1/x", body=bytes(MAX_BODY_BYTES)).status == 200


@pytest.mark.parametrize(
    ("error", "status"),
    [("Task timed out after 10.00 seconds", 504), ("secret detail", 500), ("Worker process died", 500)],
)
def test_failed_function_is_answered_without_its_error(
    api: Api, error: str, status: int, capsys: pytest.CaptureFixture[str]
) -> None:
    raw = {"status": 502, "body": json.dumps({"message": json.dumps({"errorMessage": error})})}
    answer = api.request("GET", "/v1/x", headers={"X-Answer": json.dumps(raw)})
    assert (answer.status, answer.json()) == (status, {"status": status, "request_id": "the-request"})
    assert error in capsys.readouterr().err


def test_functions_own_errors_pass(api: Api) -> None:
    own = {"status": 503, "type": "application/problem+json", "body": '{"message":"x"}'}
    answer = api.request("GET", "/v1/x", headers={"X-Answer": json.dumps(own)})
    assert (answer.status, answer.body) == (503, b'{"message":"x"}')


def test_dead_emulator_is_a_gateway_timeout(api: Api, gateway: Gateway, echo: Stack) -> None:
    gateway.open(Stack("", "abc", "table", "logs", "http://127.0.0.1:1", {}, echo.gateway_responses))
    assert api.request("GET", "/v1/x").status == 504


@pytest.mark.parametrize(
    "request_bytes",
    [
        b"nonsense\r\n\r\n",
        b"GET /" + b"x" * 70_000 + b" HTTP/1.1\r\n\r\n",
        b"POST /v1/x HTTP/1.1\r\nContent-Length: -1\r\n\r\n",
        b"POST /v1/x HTTP/1.1\r\nHost: x\r\nContent-Length: 2, 2\r\n\r\n{}",
        b"POST /v1/x HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\ncontent-length: 2\r\n\r\n{}",
        b"POST /v1/x HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n{}\r\n",
    ],
)
def test_unreadable_request_is_a_problem_document(
    gateway: Gateway, request_bytes: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    answer = ask(gateway, request_bytes)
    assert (answer.status, answer.headers["Content-Type"]) == (400, "application/problem+json")
    assert ask(gateway, b"GET /v1/x HTTP/1.1\r\nHost: x\r\n\r\n").status == 200  # after what might be logged of it
    assert caplog.records == []


def test_requests_wait_for_a_redeployment(api: Api, gateway: Gateway) -> None:
    answers: list[int] = []
    with gateway.paused():
        waiting = threading.Thread(target=lambda: answers.append(api.request("GET", "/v1/x").status))
        waiting.start()
        waiting.join(0.2)
        assert answers == []
    waiting.join(10)
    assert answers == [200]


def test_what_waits_when_it_stops_is_answered(echo: Stack) -> None:
    with ThreadPoolExecutor() as threads, Api("") as api:
        with Gateway() as gateway:
            waiting = threads.submit(api.request, "GET", f"{gateway.url}/v1/x")
            assert not wait([waiting], timeout=0.2).done
        assert waiting.result().status == 504
