"""Problem details (RFC 9457): every error response. Each type has a page in docs/problems/."""

import json
from collections.abc import Mapping, Sequence
from enum import Enum
from typing import Any

from neoforge import errors, observability
from neoforge.api.response import Response
from neoforge.settings import settings

RETRY = {"Retry-After": "1"}  # seconds


class ProblemType(Enum):
    """A type of problem, with its status and title. The value is the last part of its URI."""

    MALFORMED_REQUEST = "malformed-request", 400, "Malformed request"
    INVALID_CURSOR = "invalid-cursor", 400, "Invalid cursor"
    INVALID_IDEMPOTENCY_KEY = "invalid-idempotency-key", 400, "Invalid idempotency key"
    UNAUTHORIZED = "unauthorized", 401, "Unauthorized"
    FORBIDDEN = "forbidden", 403, "Forbidden"
    NOT_FOUND = "not-found", 404, "Not found"
    REQUEST_IN_PROGRESS = "request-in-progress", 409, "Request in progress"
    EMAIL_TAKEN = "email-taken", 409, "E-mail taken"
    LIMIT_REACHED = "limit-reached", 409, "Limit reached"
    PRECONDITION_FAILED = "precondition-failed", 412, "Precondition failed"
    CONTENT_TOO_LARGE = "content-too-large", 413, "Content too large"
    UNSUPPORTED_MEDIA_TYPE = "unsupported-media-type", 415, "Unsupported media type"
    VALIDATION_FAILED = "validation-failed", 422, "Validation failed"
    IDEMPOTENCY_KEY_REUSED = "idempotency-key-reused", 422, "Idempotency key reused"
    QUOTA_EXCEEDED = "quota-exceeded", 429, "Quota exceeded"
    INTERNAL_ERROR = "internal-error", 500, "Internal error"
    SERVICE_UNAVAILABLE = "service-unavailable", 503, "Service unavailable"
    GATEWAY_TIMEOUT = "gateway-timeout", 504, "Gateway timeout"

    status: int
    title: str

    def __new__(cls, name: str, status: int = 0, title: str = "") -> "ProblemType":  # ProblemType(name) looks one up
        member = object.__new__(cls)
        member._value_, member.status, member.title = name, status, title
        return member

    @property
    def uri(self) -> str:
        return f"{settings.docs_base_url}/problems/{self.value}"


CHALLENGE = 'Bearer realm="neoforge"'  # RFC 6750, 3
INVALID_TOKEN = {"WWW-Authenticate": f'{CHALLENGE}, error="invalid_token"'}

# Headers that every problem of a type has.
HEADERS = {
    ProblemType.REQUEST_IN_PROGRESS: RETRY,
    ProblemType.SERVICE_UNAVAILABLE: RETRY,
    # RFC 9110, 15.5.2. API Gateway renames it to x-amzn-remapped-www-authenticate.
    ProblemType.UNAUTHORIZED: {"WWW-Authenticate": CHALLENGE},
}


class Problem(Exception):
    """An error as the caller sees it. `invalid` holds (JSON pointer, detail) pairs."""

    def __init__(
        self,
        problem_type: ProblemType,
        detail: str,
        *,
        invalid: Sequence[tuple[str, str]] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(detail)
        self.type = problem_type
        self.invalid = invalid
        self.headers = HEADERS.get(problem_type, {}) | dict(headers or {})

    def response(self, request_id: str) -> Response:
        """Return the problem document."""
        document: dict[str, Any] = {
            "type": self.type.uri,
            "title": self.type.title,
            "status": self.type.status,
            "detail": str(self),
            "instance": f"urn:uuid:{request_id}",
            "request_id": request_id,
        }
        if self.invalid:
            document["errors"] = [{"pointer": pointer, "detail": detail} for pointer, detail in self.invalid]
        headers = {"Content-Type": "application/problem+json", "Cache-Control": "no-store"} | self.headers
        return Response(self.type.status, headers, json.dumps(document))


def invalid(*found: tuple[str, str]) -> Problem:
    """Return the problem of a request whose parts, pairs of a JSON pointer and a detail, are not valid."""
    return Problem(ProblemType.VALIDATION_FAILED, "The request is not valid.", invalid=found)


# Errors of the domain; a subclass that is not listed is the problem of its base class.
PROBLEMS: dict[type[Exception], ProblemType] = {
    errors.Unauthenticated: ProblemType.UNAUTHORIZED,
    errors.Forbidden: ProblemType.FORBIDDEN,
    errors.NotFound: ProblemType.NOT_FOUND,
    errors.EmailTaken: ProblemType.EMAIL_TAKEN,
    errors.LimitReached: ProblemType.LIMIT_REACHED,
    errors.TooLarge: ProblemType.CONTENT_TOO_LARGE,
    errors.PreconditionFailed: ProblemType.PRECONDITION_FAILED,
    errors.Unavailable: ProblemType.SERVICE_UNAVAILABLE,
}


def problem_of(error: Exception) -> Problem:
    """Return the problem for an error. One that is not expected is logged and becomes an internal-error."""
    if isinstance(error, Problem):
        return error
    if isinstance(error, errors.InvalidField):
        return invalid((f"#/{error.member}", str(error)))
    if isinstance(error, errors.QuotaExceeded):
        return Problem(ProblemType.QUOTA_EXCEEDED, str(error), headers={"Retry-After": str(error.seconds)})
    known = next((base for base in type(error).__mro__ if base in PROBLEMS), None)
    if known is not None:
        observability.count(known.__name__)
        challenge = INVALID_TOKEN if isinstance(error, errors.InvalidToken) else None
        return Problem(PROBLEMS[known], str(error), headers=challenge)
    observability.count("UnexpectedError")
    observability.failed(error)
    detail = "Something went wrong on our side. Quote the request_id when you report it."
    return Problem(ProblemType.INTERNAL_ERROR, detail)
