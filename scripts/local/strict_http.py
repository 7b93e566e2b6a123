"""HTTP/1.1 of the front door: what cannot be read is answered as API Gateway does."""

import re
from collections.abc import Callable
from typing import Any

import h11
from starlette.requests import Request
from starlette.responses import Response
from uvicorn.protocols.http.h11_impl import H11Protocol

MAX_HEAD_BYTES = 64 * 1024
# RFC 3986, 3.2.2, without the delimiters that no name of a host has.
HOST = rb"(?:[0-9A-Za-z._~%-]+|\[[0-9A-Fa-f:.]+\])(?::[0-9]*)?"


def target_of(request: Request) -> bytes:
    """Return path and query as they were sent, also if they follow scheme and host (RFC 9112, 3.2.2)."""
    path, query = request.scope["raw_path"], request.scope["query_string"]
    if absolute := re.match(rb"(?i)https?://%b(?=/|$)" % HOST, path):
        path = path[absolute.end() :] or b"/"
    return bytes(path + b"?" + query if query else path)


def refusal(method: str, target: bytes) -> str | None:
    """Return the type of the gateway response to a request that is not forwarded; None if it is."""
    if not target.startswith(b"/"):
        return "BAD_REQUEST_BODY"
    # The case of a method counts (RFC 9110, 9.1), but not to the emulator.
    return None if method == method.upper() else "MISSING_AUTHENTICATION_TOKEN"


class StrictProtocol(H11Protocol):
    """Answers malformed requests with `refusal()`."""

    def __init__(self, refusal: Callable[[], Response], **given: Any) -> None:
        super().__init__(**given)
        self._refusal = refusal
        self.conn = _StrictConnection(h11.SERVER, MAX_HEAD_BYTES)

    def send_400_response(self, msg: str) -> None:  # noqa: ARG002 - uvicorn's
        if self.cycle is not None:
            self.cycle.disconnected = True  # or the request of this body would be answered as well
        response = self._refusal()
        headers = [*response.raw_headers, (b"Connection", b"close")]
        head = h11.Response(status_code=response.status_code, headers=headers)
        for event in (head, h11.Data(data=bytes(response.body)), h11.EndOfMessage()):
            self.transport.write(self.conn.send(event) or b"")
        self.transport.close()


class _StrictConnection(h11.Connection):
    """Refuses what h11 accepts: two lengths of a body, folded fields, other versions, any host, a long head."""

    def next_event(self) -> h11.Event | type[h11.NEED_DATA] | type[h11.PAUSED]:
        if self.their_state is h11.IDLE:
            head, *_ = re.split(rb"\n\r?\n", self.trailing_data[0], maxsplit=1)
            lengths = b",".join(re.findall(rb"(?im)^content-length:(.*)", head))
            if b"," in lengths or len(head) > MAX_HEAD_BYTES or re.search(rb"\n[ \t]", head):
                raise h11.RemoteProtocolError("two lengths, a folded field, or too long a head")
        event = super().next_event()
        if isinstance(event, h11.Request):
            fields = dict(event.headers)
            if b"transfer-encoding" in fields and (b"content-length" in fields or event.http_version < b"1.1"):
                raise h11.RemoteProtocolError("the end of the body is in doubt")  # RFC 9112, 6.1
            if event.http_version not in {b"1.0", b"1.1"} or b"#" in event.target:
                raise h11.RemoteProtocolError("no request of HTTP/1.1")
            if not re.fullmatch(rb"(?:%b)?" % HOST, fields.get(b"host", b"")):
                raise h11.RemoteProtocolError("no host")  # RFC 9112, 3.2
        return event
