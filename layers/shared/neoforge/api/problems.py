"""Problem details (RFC 9457): every error answer, from one table. A page of docs/problems/ tells of each type."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from neoforge import errors, observability
from neoforge.api.response import Response
from neoforge.settings import settings

# type: status and title. The type's URI is where the documentation of it is published.
TYPES = {
    "malformed-request": (400, "Malformed request"),
    "invalid-cursor": (400, "Invalid cursor"),
    "invalid-idempotency-key": (400, "Invalid idempotency key"),
    "unauthorized": (401, "Unauthorized"),
    "forbidden": (403, "Forbidden"),
    "not-found": (404, "Not found"),
    "request-in-progress": (409, "Request in progress"),
    "email-taken": (409, "E-mail taken"),
    "precondition-failed": (412, "Precondition failed"),
    "content-too-large": (413, "Content too large"),
    "unsupported-media-type": (415, "Unsupported media type"),
    "validation-failed": (422, "Validation failed"),
    "idempotency-key-reused": (422, "Idempotency key reused"),
    "quota-exceeded": (429, "Quota exceeded"),
    "internal-error": (500, "Internal error"),
    "service-unavailable": (503, "Service unavailable"),
    "gateway-timeout": (504, "Gateway timeout"),
}

RETRY = {"Retry-After": "1"}  # seconds


class Problem(Exception):
    """An error as the caller sees it. `name` is a key of TYPES; `invalid` holds (JSON pointer, detail) pairs."""

    def __init__(
        self,
        name: str,
        detail: str,
        *,
        invalid: Sequence[tuple[str, str]] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(detail)
        self.name = name
        self.invalid = invalid
        self.headers = dict(headers or {})

    def response(self, request_id: str) -> Response:
        """Write the problem document."""
        status, title = TYPES[self.name]
        document: dict[str, Any] = {
            "type": f"{settings.docs_base_url}/problems/{self.name}",
            "title": title,
            "status": status,
            "detail": str(self),
            "instance": f"urn:uuid:{request_id}",
            "request_id": request_id,
        }
        if self.invalid:
            document["errors"] = [{"pointer": pointer, "detail": detail} for pointer, detail in self.invalid]
        headers = {"Content-Type": "application/problem+json", "Cache-Control": "no-store"} | self.headers
        return Response(status, headers, json.dumps(document))


def invalid(*found: tuple[str, str]) -> Problem:
    """Say which parts of a request break a rule, as pairs of a JSON pointer and a detail."""
    return Problem("validation-failed", "The request is not valid.", invalid=found)


HEADERS = {
    "service-unavailable": RETRY,
    # RFC 9110, 15.5.2. API Gateway sends it as x-amzn-remapped-www-authenticate.
    "unauthorized": {"WWW-Authenticate": "Bearer"},
}
NAMES: dict[type[Exception], str] = {
    errors.Unauthenticated: "unauthorized",
    errors.Forbidden: "forbidden",
    errors.NotFound: "not-found",
    errors.EmailTaken: "email-taken",
    errors.PreconditionFailed: "precondition-failed",
    errors.Unavailable: "service-unavailable",
}


def problem_of(error: Exception) -> Problem:
    """Say what an error is to the caller. What nobody foresaw is logged and becomes an internal-error."""
    if isinstance(error, Problem):
        return error
    if isinstance(error, errors.InvalidField):
        return invalid((f"#/{error.member}", str(error)))
    if isinstance(error, errors.QuotaExceeded):
        return Problem("quota-exceeded", str(error), headers={"Retry-After": str(error.seconds)})
    if name := NAMES.get(type(error)):
        observability.count(type(error).__name__)
        return Problem(name, str(error), headers=HEADERS.get(name))
    observability.count("UnexpectedError")
    observability.failed(error)
    return Problem("internal-error", "Something went wrong on our side. Quote the request_id when you report it.")
