"""A client of the API over HTTP."""

import json
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Self

import httpx

SECONDS = 60.0
CONNECTIONS = httpx.Limits(max_connections=None, max_keepalive_connections=32)


@dataclass(frozen=True)
class Response:
    """An answer. The names of headers are case-insensitive."""

    status: int
    headers: httpx.Headers
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode(errors="replace")

    def json(self) -> Any:
        return json.loads(self.body)


class Api:
    """Calls one API, without retries, redirects or the machine's proxies.

    url: what precedes /v1/…. source: address to call from; on Linux any of 127.0.0.0/8 reaches a local stack, so that
    each can be a caller of its own.
    """

    def __init__(self, url: str, source: str | None = None) -> None:
        self._url = url.rstrip("/")
        transport = httpx.HTTPTransport(verify=_tls(), limits=CONNECTIONS, local_address=source)
        self._client = httpx.Client(transport=transport, trust_env=False)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._client.close()

    def request(
        self,
        method: str,
        path: str,
        *,
        token: str | None = None,
        body: Any = None,
        headers: Mapping[str, str] | None = None,
        seconds: float = SECONDS,
    ) -> Response:
        """Send bytes as they are and anything else as JSON, in UTF-8. seconds: of silence. Raises httpx.HTTPError."""
        sent = httpx.Headers(encoding="latin-1")
        if body is not None:
            sent["Content-Type"] = "application/json"
        if token is not None:
            sent["Authorization"] = f"Bearer {token}"
        for name, value in (headers or {}).items():
            sent[name] = value
        content, document = (body, None) if isinstance(body, bytes) else (None, body)
        answer = self._client.request(
            method, self._url + path, content=content, json=document, headers=sent, timeout=seconds
        )
        return Response(answer.status_code, answer.headers, answer.content)


@cache
def _tls() -> ssl.SSLContext:
    """Return the context that all clients share: creating one takes 17 ms."""
    return httpx.create_ssl_context()
