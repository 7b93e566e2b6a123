"""The request, as the proxy integration of an API Gateway REST API hands it over."""

import base64
import binascii
from collections.abc import Mapping
from typing import Any

from neoforge import clock
from neoforge.api.limits import MAX_BODY_BYTES
from neoforge.api.problems import Problem
from neoforge.settings import settings

MAX_SECONDS = 6.0  # a caller waits for the database at most this long
MARGIN_SECONDS = 1.0  # left of the function's time to write the answer


class Request:
    """One HTTP request. Header names are lower case; a header sent twice is one list (RFC 9110, 5.3)."""

    def __init__(self, event: Mapping[str, Any], context: Any) -> None:
        self._event = event
        self.context = context
        self.caller: Any = None  # set by who may call, see api/auth.py
        self.json: Any = None  # the parsed body, once it was read
        self.method: str = event["httpMethod"]
        self.path: str = event["path"]
        self.route = f"{self.method} {event['resource']}"
        gateway = event["requestContext"]
        self.id: str = gateway["requestId"]
        self.source_ip: str = gateway["identity"]["sourceIp"]
        self.path_parameters: dict[str, str] = event.get("pathParameters") or {}
        self.query: dict[str, str] = event.get("queryStringParameters") or {}
        self.headers = _headers(event)
        self.deadline = clock.monotonic() + min(
            MAX_SECONDS, context.get_remaining_time_in_millis() / 1000 - MARGIN_SECONDS
        )

    def from_request(self: "Request") -> "Request":
        """Give the request itself, to a handler that asks for it."""
        return self

    @property
    def base_url(self) -> str:
        """The URL that the API's paths are below, as the caller sees it."""
        if settings.api_base_url:
            return settings.api_base_url
        gateway = self._event["requestContext"]
        prefix = gateway["path"].removesuffix(self.path)
        return f"https://{gateway.get('domainName') or self.headers.get('host', '')}{prefix}"

    def body(self) -> bytes:
        """Give the body. Raises content-too-large over 256 KiB."""
        text = self._event.get("body") or ""
        try:
            body = base64.b64decode(text, validate=True) if self._event.get("isBase64Encoded") else text.encode()
        except (binascii.Error, UnicodeEncodeError) as error:
            raise Problem("malformed-request", "The body is not valid UTF-8 text.") from error
        if len(body) > MAX_BODY_BYTES:
            raise Problem("content-too-large", f"The body is larger than {MAX_BODY_BYTES} bytes.")
        return body


def _headers(event: Mapping[str, Any]) -> dict[str, str]:
    multiple = event.get("multiValueHeaders")
    if multiple:
        return {name.lower(): ", ".join(values) for name, values in multiple.items()}
    return {name.lower(): value for name, value in (event.get("headers") or {}).items()}


class Client:
    """Where a request comes from, as API Gateway saw it: no header that a caller writes is trusted for the address."""

    def __init__(self, user_agent: str, ip_address: str) -> None:
        self.user_agent = user_agent
        self.ip_address = ip_address

    @classmethod
    def from_request(cls, request: Request) -> "Client":
        """Read device and address. A user agent is cut to 256 characters."""
        return cls(request.headers.get("user-agent", "")[:256], request.source_ip)
