"""The request, from the event of API Gateway's proxy integration."""

import base64
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from neoforge import clock
from neoforge.api.problems import Problem, ProblemType
from neoforge.limits import MAX_BODY_BYTES
from neoforge.settings import settings

if TYPE_CHECKING:  # functions that need neither accounts nor rate limits need no database client
    from neoforge.accounts.access_item import Caller
    from neoforge.ratelimit.window import Usage

MAX_SECONDS = 5.0  # no call to the database begins later
MARGIN_SECONDS = 1.0  # of the function's time, to write the answer

_TCHARS = "[!#-'*+.0-9A-Z^-z|~-]+"
_PARAMETER = rf'[ \t]*+;[ \t]*+(?:({_TCHARS})=({_TCHARS}|"(?:[^"\\]|\\.)*+"))?+'


class Request:
    """An HTTP request. Header names are lower case; repeated headers are joined into one list (RFC 9110, 5.3)."""

    def __init__(self, event: Mapping[str, Any], context: Any) -> None:
        self._event = event
        self.context = context
        self.caller: Caller | None = None  # set by the app's access, see api/auth.py
        self.usages: list[Usage] = []  # of the rate limits that the request was counted against
        self.method: str = event["httpMethod"]
        self.route = f"{self.method} {event['resource']}"
        gateway = event["requestContext"]
        # The resource's path follows the stage, or the base path of a custom domain.
        wanted, parts = event["resource"][1:].split("/"), [part for part in gateway["path"].split("/") if part]
        self._prefix, found = "".join(f"/{part}" for part in parts[: -len(wanted)]), parts[-len(wanted) :]
        segments = [part if want[0] == "{" else want for want, part in zip(wanted, found, strict=False)]
        self.path = "/" + "/".join(segments)
        self._is_canonical = gateway["path"] == "/" + "/".join(parts) and segments == [*map(unquote, found)]
        self.id: str = context.aws_request_id  # clients can choose API Gateway's id, but not Lambda's
        self.source_ip: str = gateway["identity"]["sourceIp"]
        self.path_parameters: dict[str, str] = event.get("pathParameters") or {}
        self.query: dict[str, list[str]] = event.get("multiValueQueryStringParameters") or {}
        self.headers = _headers(event)
        self.deadline = clock.monotonic() + min(
            MAX_SECONDS, context.get_remaining_time_in_millis() / 1000 - MARGIN_SECONDS
        )

    @property
    def writes(self) -> bool:
        """True if it may change something: it is counted as a write, and the log says who makes it."""
        return self.method not in {"GET", "OPTIONS"}

    @property
    def content_type(self) -> tuple[str, list[str]]:
        """Media type of the body, and every charset that it names (RFC 9110, 8.3). Empty if they cannot be read."""
        media_type, semicolon, parameters = self.headers.get("content-type", "").partition(";")
        if semicolon and not re.fullmatch(rf"(?:{_PARAMETER})*+[ \t]*", semicolon + parameters):
            return "", []
        charsets = [text for name, text in re.findall(_PARAMETER, semicolon + parameters) if name.lower() == "charset"]
        return media_type.strip().lower(), [text.strip('"').lower() for text in charsets]

    @property
    def is_decoded(self) -> bool:
        """False if the body has a coding that API Gateway does not decode: it compares the whole header."""
        return self.headers.get("content-encoding", "").strip().lower() in {"", "identity", "gzip", "deflate"}

    @property
    def user_agent(self) -> str:
        """User-Agent header without control characters, truncated to 256 characters."""
        return drawn(self.headers.get("user-agent", "")[:256])

    @property
    def subject(self) -> str:
        """The caller's user id, or the source address if there is no caller."""
        return self.caller.user_id if self.caller else self.source_ip

    def from_request(self: "Request") -> "Request":
        """Return the request itself, for a handler that takes it as a parameter."""
        return self

    @property
    def base_url(self) -> str:
        """The API's base URL as the caller sees it."""
        if settings.api_base_url:
            return settings.api_base_url
        gateway = self._event["requestContext"]
        return f"https://{gateway.get('domainName') or self.headers.get('host', '')}{self._prefix}"

    def check_path(self) -> None:
        """Raise not-found for a path with empty segments or dots, which API Gateway may match all the same."""
        if not self._is_canonical:
            raise Problem(ProblemType.NOT_FOUND, "There is nothing at this path for this method.")

    def body(self) -> bytes:
        """Decode the body. Raises content-too-large and malformed-request."""
        text = self._event.get("body") or ""
        try:
            body = base64.b64decode(text, validate=True) if self._event.get("isBase64Encoded") else text.encode()
        except ValueError as error:  # invalid base64, or a lone surrogate
            raise Problem(ProblemType.MALFORMED_REQUEST, "The body is not valid UTF-8 text.") from error
        if len(body) > MAX_BODY_BYTES:
            raise Problem(ProblemType.CONTENT_TOO_LARGE, f"The body is larger than {MAX_BODY_BYTES} bytes.")
        return body


def drawn(text: str) -> str:
    """Return a text without what is not drawn, such as control characters."""
    return "".join(filter(str.isprintable, text))


def _headers(event: Mapping[str, Any]) -> dict[str, str]:
    multiple = event.get("multiValueHeaders")
    if multiple:
        return {name.lower(): ", ".join(values) for name, values in multiple.items()}
    return {name.lower(): value for name, value in (event.get("headers") or {}).items()}
