"""The API as a caller sees it, over HTTP."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

import urllib3

SECONDS = 60.0


@dataclass(frozen=True)
class Response:
    """An answer. headers: by name in any case."""

    status: int
    headers: urllib3.HTTPHeaderDict
    body: bytes

    def json(self) -> Any:
        return json.loads(self.body)


class Api:
    """Calls one API; no retries, no redirects.

    url: what stands before /v1/…. source: address to call from; on Linux any of 127.0.0.0/8 reaches a local stack, so
    each can be another caller.
    """

    def __init__(self, url: str, source: str = "") -> None:
        self._url = url.rstrip("/")
        self._pool = urllib3.PoolManager(maxsize=32, retries=False, timeout=SECONDS, source_address=(source, 0))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._pool.clear()

    def request(
        self,
        method: str,
        path: str,
        *,
        token: str | None = None,
        body: Any = None,
        headers: Mapping[str, str] | None = None,
    ) -> Response:
        """Send bytes as they are and anything else as JSON, in UTF-8. Raises urllib3.exceptions.HTTPError."""
        sent = urllib3.HTTPHeaderDict()
        if body is not None:
            sent["Content-Type"] = "application/json"
        if token is not None:
            sent["Authorization"] = f"Bearer {token}"
        for name, value in (headers or {}).items():
            sent[name] = value
        content = body if body is None or isinstance(body, bytes) else json.dumps(body, ensure_ascii=False).encode()
        answer = self._pool.request(method, self._url + path, body=content, headers=sent, redirect=False)
        return Response(answer.status, answer.headers, answer.data)
