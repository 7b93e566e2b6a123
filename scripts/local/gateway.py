"""The front door of the local stack: forwards http://127.0.0.1:PORT/v1/… to where the emulator serves the API.

It does what API Gateway does and the emulator does not: the caller's address cannot be forged, bodies are limited and
decoded, and a function that fails or times out is answered with the template's gateway response, which reveals nothing.
"""

import asyncio
import json
import socket
import sys
import uuid
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from functools import partial
from http import HTTPStatus
from typing import Self

import httpcore
import httpx
import uvicorn
from anyio.from_thread import start_blocking_portal
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.types import Receive, Scope, Send

from scripts.build.template import GatewayResponse
from scripts.local.content_coding import CODINGS, TooLarge, decode
from scripts.local.deploy import Stack
from scripts.local.strict_http import StrictProtocol, refusal, target_of
from scripts.local.terminal import printable

MAX_BODY_BYTES = 10 * 1024 * 1024
INTEGRATION_SECONDS = 29.0
HOLD_SECONDS = 60.0  # that a request waits for a redeployment
IDLE_SECONDS = 60  # of a connection; shorter than the emulator's 75, which must not be the first to hang up
STOP_SECONDS = 1  # for what is under way at the end
HOP_BY_HOP = {b"connection", b"keep-alive", b"proxy-connection", b"te", b"transfer-encoding", b"upgrade"}
# Of answers: only over TLS may a host say that it is reached over TLS (RFC 6797, 7.2).
NOT_FORWARDED = HOP_BY_HOP | {b"content-length", b"strict-transport-security"}
NO_RESPONSE = GatewayResponse(504, {"Content-Type": "'application/json'"}, '{"message":null}')

type RawHeaders = list[tuple[bytes, bytes]]


class Gateway:
    """Context manager: serves on 127.0.0.1 from `open` on. port 0 takes a free one; OSError if the port is in use."""

    def __init__(self, port: int = 0) -> None:
        self.stack: Stack | None = None
        self._opened = asyncio.Event()
        self._listener = socket.create_server(("127.0.0.1", port), backlog=128)
        # Head and body leave apart: without this, the second waits 40 ms for the client's delayed acknowledgement.
        self._listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        config = uvicorn.Config(
            self._serve,
            interface="asgi3",
            http=partial(StrictProtocol, lambda: self.failure("BAD_REQUEST_BODY")),  # type: ignore[arg-type]  # called as the class would be
            ws="none",
            lifespan="off",
            log_config=None,
            log_level="error",  # the functions log their requests
            access_log=False,
            proxy_headers=False,  # or X-Forwarded-For would be believed
            server_header=False,
            date_header=False,
            timeout_keep_alive=IDLE_SECONDS,
            timeout_graceful_shutdown=STOP_SECONDS,
        )
        self._server = uvicorn.Server(config)
        self._emulator = httpcore.AsyncConnectionPool(max_connections=None, keepalive_expiry=IDLE_SECONDS)
        self._exits = ExitStack()

    def __enter__(self) -> Self:
        self._loop = self._exits.enter_context(start_blocking_portal())
        self._running = self._loop.start_task_soon(self._run)
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call(self._opened.set)  # what still waits is answered
        self._server.should_exit = True
        self._exits.close()
        self._running.result()

    async def _run(self) -> None:
        async with self._emulator:
            await self._server.serve([self._listener])

    def open(self, stack: Stack) -> None:
        """Forward requests to the stack from now on."""
        self.stack = stack
        self._loop.call(self._opened.set)

    @contextmanager
    def paused(self) -> Iterator[None]:
        """Hold new requests back within the block, for a redeployment."""
        self._loop.call(self._opened.clear)
        try:
            yield
        finally:
            self._loop.call(self._opened.set)

    def failure(self, kind: str, request_id: str | None = None) -> Response:
        """Return the template's gateway response of this type."""
        response = self.stack.gateway_responses.get(kind, NO_RESPONSE) if self.stack else NO_RESPONSE
        headers, content = response.render(request_id or str(uuid.uuid4()))
        return _response(response.status, [(name.encode(), value.encode()) for name, value in headers], content)

    async def _serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            response = await self._answer(Request(scope, receive))
        except ClientDisconnect:
            return
        await response(scope, receive, send)

    async def _answer(self, request: Request) -> Response:
        with suppress(TimeoutError):
            await asyncio.wait_for(self._opened.wait(), HOLD_SECONDS)
        stack, target = self.stack if self._opened.is_set() else None, target_of(request)
        if stack is None:
            return self.failure("INTEGRATION_TIMEOUT")
        if refused := refusal(request.method, target):
            return self.failure(refused)
        if target == b"/_local":  # for scripts: the table; no path of the API starts like this
            return JSONResponse({"endpoint": stack.endpoint, "table_name": stack.table_name})
        try:
            body, headers = await _read(request)
        except TooLarge:
            return self.failure("REQUEST_TOO_LARGE")
        except ValueError:
            return self.failure("BAD_REQUEST_BODY")
        base = httpcore.URL(stack.invoke_url)
        url = httpcore.URL(scheme=base.scheme, host=base.host, port=base.port, target=base.target + target)
        return await self._forward(request.method, url, headers, body)

    async def _forward(self, method: str, url: httpcore.URL, headers: RawHeaders, body: bytes) -> Response:
        try:
            async with asyncio.timeout(INTEGRATION_SECONDS):
                answer = await self._emulator.request(method, url, headers=headers, content=body or None)
        except TimeoutError:
            return self.failure("INTEGRATION_TIMEOUT")
        except (httpcore.NetworkError, httpcore.ProtocolError):
            return self.failure("INTEGRATION_FAILURE")
        told = httpx.Headers(answer.headers)
        if failure := _failed_integration(answer.status, told, answer.content):
            content = answer.content.decode(errors="replace")
            print(printable(f"{method} {url.target.decode()}: {content}"), file=sys.stderr, flush=True)
            return self.failure(failure, told.get("x-amzn-requestid"))
        return _response(answer.status, answer.headers, answer.content)


async def _read(request: Request) -> tuple[bytes, RawHeaders]:
    """Return the body, decoded, and the headers to forward. Raises TooLarge, and ValueError if it cannot be decoded.

    The emulator routes by Host and reads the source address from X-Forwarded-For.
    """
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > MAX_BODY_BYTES:
            raise TooLarge
    replaced, content = HOP_BY_HOP | {b"host", b"x-forwarded-for", b"content-length"}, bytes(body)
    coding = ", ".join(request.headers.getlist("Content-Encoding")).strip().lower()
    if body and coding in CODINGS:
        replaced, content = replaced | {b"content-encoding"}, decode(coding, content, MAX_BODY_BYTES)
    headers = [pair for pair in request.headers.raw if pair[0] not in replaced]
    source = request.client.host if request.client else ""
    return content, [*headers, (b"X-Forwarded-For", source.encode()), (b"Content-Length", str(len(content)).encode())]


def _response(status: int, headers: RawHeaders, content: bytes) -> Response:
    """Return an answer with these headers, without those of a connection; Starlette adds Content-Length."""
    response = Response(content, status)
    response.raw_headers += [pair for pair in headers if pair[0].lower() not in NOT_FORWARDED]
    return response


def _failed_integration(status: int, headers: httpx.Headers, content: bytes) -> str | None:
    """Return the type of the gateway response to send in place of an emulator's error; None if it is none.

    The emulator reports a failed function as {"message": "<its error>"} with a status of 5xx.
    """
    kind = headers.get("Content-Type", "").partition(";")[0].strip()
    if status < HTTPStatus.INTERNAL_SERVER_ERROR or kind != "application/json":
        return None
    try:
        document = json.loads(content)
    except ValueError:
        return None
    if not isinstance(document, dict) or document.keys() != {"message"}:
        return None
    return "INTEGRATION_TIMEOUT" if "Task timed out" in str(document["message"]) else "DEFAULT_5XX"
