"""The front door of the emulated API: http://127.0.0.1:PORT/v1/… on to wherever the emulator serves it at present.

It does what API Gateway does and the emulator does not: the caller's address cannot be forged, bodies are limited, and
a function that fails or is late is answered by the template's own gateway response, which tells nothing of the failure.
"""

import http.client
import json
import sys
import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Self
from urllib.parse import urlsplit

from scripts.build.template import GatewayResponse, Headers
from scripts.local.deploy import Stack

MAX_BODY_BYTES = 10 * 1024 * 1024
INTEGRATION_SECONDS = 29.0
HOLD_SECONDS = 60.0  # for as long a request waits for a redeployment
HOP_BY_HOP = {"connection", "keep-alive", "proxy-connection", "te", "transfer-encoding", "upgrade"}


class Proxy(ThreadingHTTPServer):
    """Context manager: serves on 127.0.0.1 from `open` on. port 0 takes a free one; OSError if the port is in use."""

    daemon_threads = True
    block_on_close = False
    request_queue_size = 128

    def __init__(self, port: int = 0) -> None:
        self.stack: Stack | None = None
        self._opened = threading.Event()
        super().__init__(("127.0.0.1", port), _Handler)
        self.url = f"http://127.0.0.1:{self.server_address[1]}"

    def __enter__(self) -> Self:
        threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.shutdown()
        self.server_close()

    def open(self, stack: Stack) -> None:
        """Let requests through to the stack."""
        self.stack = stack
        self._opened.set()

    @contextmanager
    def held(self) -> Iterator[None]:
        """Let new requests wait, for the time of a redeployment."""
        self._opened.clear()
        try:
            yield
        finally:
            self._opened.set()

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that went away in the middle is no news."""

    def current(self) -> Stack | None:
        """The stack to serve from, once it serves; None if that takes too long."""
        return self.stack if self._opened.wait(HOLD_SECONDS) else None


class _Handler(BaseHTTPRequestHandler):
    server: Proxy
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1
    timeout = 60  # s of a client's silence; shorter than the emulator's 75, which must not be the first to hang up

    def setup(self) -> None:
        super().setup()
        self._connections: dict[str, http.client.HTTPConnection] = {}  # to the emulator, one for the client's own

    def finish(self) -> None:
        for connection in self._connections.values():
            connection.close()
        super().finish()

    def _serve(self) -> None:
        stack = self.server.current()
        length = ", ".join(self.headers.get_all("Content-Length", ["0"]))  # of two, none is to be trusted
        if stack is None:
            self._fail("INTEGRATION_TIMEOUT")
        elif "Transfer-Encoding" in self.headers or not length.isdecimal() or not self.path.startswith("/"):
            self.send_error(HTTPStatus.BAD_REQUEST)
        elif int(length) > MAX_BODY_BYTES:
            self._discard(int(length))
            self._fail("REQUEST_TOO_LARGE")
        elif self.path == "/_local":
            self._describe(stack)
        else:
            self._forward(stack, self.rfile.read(int(length)))

    do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = do_OPTIONS = _serve  # noqa: N815 - http.server looks these names up

    def _describe(self, stack: Stack) -> None:
        """Tell scripts where the stack's table is; no path of the API begins like this."""
        content = json.dumps({"endpoint": stack.endpoint, "table_name": stack.table_name}).encode()
        self._answer(HTTPStatus.OK, [("Content-Type", "application/json")], content)

    def _forward(self, stack: Stack, body: bytes) -> None:
        try:
            answer, content = self._ask(stack.invoke_url, body)
        except TimeoutError:
            self._fail("INTEGRATION_TIMEOUT")
        except (OSError, http.client.HTTPException):
            self._fail("INTEGRATION_FAILURE")
        else:
            if failure := _failed_integration(answer, content):
                print(f"{self.command} {self.path}: {content.decode(errors='replace')}", file=sys.stderr, flush=True)
                self._fail(failure, answer.headers.get("x-amzn-requestid"))
            else:
                self._answer(answer.status, answer.getheaders(), content)

    def _ask(self, invoke_url: str, body: bytes) -> tuple[http.client.HTTPResponse, bytes]:
        base = urlsplit(invoke_url)
        fresh = http.client.HTTPConnection(base.netloc, timeout=INTEGRATION_SECONDS)
        connection = self._connections.setdefault(base.netloc, fresh)
        try:
            connection.putrequest(self.command, base.path + self.path, skip_host=True, skip_accept_encoding=True)
            for name, value in self._request_headers(base.netloc):
                connection.putheader(name, value)
            connection.endheaders(body)
            answer = connection.getresponse()
            return answer, answer.read()
        except BaseException:
            connection.close()
            raise

    def _request_headers(self, host: str) -> Headers:
        """The client's headers; the emulator routes by Host and takes the source address from X-Forwarded-For."""
        replaced = HOP_BY_HOP | {"host", "x-forwarded-for"}
        headers = [(name, value) for name, value in self.headers.items() if name.lower() not in replaced]
        return [*headers, ("Host", host), ("X-Forwarded-For", self.client_address[0])]

    def _answer(self, status: int, headers: Headers, content: bytes) -> None:
        self.send_response_only(status)
        for name, value in headers:
            if name.lower() not in HOP_BY_HOP | {"content-length"}:
                self.send_header(name, value)
        if status not in (HTTPStatus.NO_CONTENT, HTTPStatus.NOT_MODIFIED):
            self.send_header("Content-Length", str(len(content)))
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)

    def _fail(self, kind: str, request_id: str | None = None) -> None:
        responses = self.server.stack.gateway_responses if self.server.stack else {}
        default = GatewayResponse(504, {"Content-Type": "'application/json'"}, '{"message":null}')
        response = responses.get(kind, default)
        headers, content = response.render(request_id or str(uuid.uuid4()))
        self._answer(response.status, headers, content)

    def _discard(self, length: int) -> None:
        """Read the body away, or the client would see a broken connection instead of the answer; within reason."""
        self.close_connection = True
        remaining = min(length, 8 * MAX_BODY_BYTES)
        while remaining > 0 and (chunk := self.rfile.read1(min(remaining, 65536))):
            remaining -= len(chunk)

    def send_error(self, code: int, *_: object) -> None:
        """What http.server itself refuses (a broken request line, too many headers) in API Gateway's form."""
        self.close_connection = True
        self.command = getattr(self, "command", None) or "GET"
        self.request_version = self.protocol_version  # else an answer to an unreadable request would have no headers
        self._fail("MISSING_AUTHENTICATION_TOKEN" if code == HTTPStatus.NOT_IMPLEMENTED else "BAD_REQUEST_BODY")

    def log_message(self, *_: object) -> None:
        """The functions log their requests."""


def _failed_integration(answer: http.client.HTTPResponse, content: bytes) -> str | None:
    """The type of gateway response to send in place of the emulator's raw error; None if this is none.

    The emulator reports a failed function as {"message": "<its error>"} with a status of 5xx.
    """
    if answer.status < HTTPStatus.INTERNAL_SERVER_ERROR or answer.headers.get_content_type() != "application/json":
        return None
    try:
        document = json.loads(content)
    except ValueError:
        return None
    if not isinstance(document, dict) or document.keys() != {"message"}:
        return None
    return "INTEGRATION_TIMEOUT" if "Task timed out" in str(document["message"]) else "DEFAULT_5XX"
