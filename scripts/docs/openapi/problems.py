"""Problems in the OpenAPI document: their schema, an example of each type, and the answers of operations."""

import json
from collections.abc import Iterable

from neoforge import limits
from neoforge.api.problems import PROBLEMS, Problem, ProblemType
from neoforge.errors import LimitReached, NeoForgeError
from scripts.build.template import Json
from scripts.docs.openapi.components import HEADERS, constant

REQUEST_ID = "6f1c1f5e-4f0e-4f3b-9a55-0d8a1f0c7c11"

# The `detail` of the examples. Problems of the domain's errors have their messages.
DETAILS = (
    {
        kind: error.message
        for error, kind in PROBLEMS.items()
        if issubclass(error, NeoForgeError) and error is not LimitReached
    }
    | {
        kind: error.message
        for error, kind in PROBLEMS.items()
        if issubclass(error, NeoForgeError) and error is not LimitReached
    }
    | {
        ProblemType.MALFORMED_REQUEST: "The body is not valid JSON.",
        ProblemType.INVALID_CURSOR: "The cursor was not made for this list, these filters and this page size.",
        ProblemType.INVALID_IDEMPOTENCY_KEY: f"The key must be 1 to {limits.MAX_IDEMPOTENCY_KEY} visible ASCII"
        " characters.",
        ProblemType.REQUEST_IN_PROGRESS: "A request with this key is still running.",
        ProblemType.LIMIT_REACHED: str(LimitReached(10_000)),
        ProblemType.CONTENT_TOO_LARGE: f"The body is larger than {limits.MAX_BODY_BYTES} bytes.",
        ProblemType.UNSUPPORTED_MEDIA_TYPE: "The body must be application/json.",
        ProblemType.VALIDATION_FAILED: "The request is not valid.",
        ProblemType.IDEMPOTENCY_KEY_REUSED: "This key was used for another request.",
        ProblemType.QUOTA_EXCEEDED: "Too many requests. Try again after the time in Retry-After.",
        ProblemType.INTERNAL_ERROR: "Something went wrong on our side. Quote the request_id when you report it.",
        ProblemType.GATEWAY_TIMEOUT: "No answer in time. The request may have been carried out: retry it with the same"
        " Idempotency-Key.",
    }
)
RETRY_AFTER = {ProblemType.REQUEST_IN_PROGRESS, ProblemType.QUOTA_EXCEEDED, ProblemType.SERVICE_UNAVAILABLE}

PROBLEM: Json = {
    "type": "object",
    "title": "Problem",
    "description": "An error (RFC 9457). Programs should rely on `type`, never on `detail`.",
    "properties": {
        "type": {
            "type": "string",
            "format": "uri",
            "description": "Identifies the type of problem. Its page explains it.",
        },
        "title": {"type": "string", "description": "The same for all problems of the type."},
        "status": {"type": "integer", "minimum": 400, "maximum": 599},
        "detail": {"type": "string", "description": "Human-readable explanation of this occurrence."},
        "instance": {"type": "string", "format": "uri"},
        "request_id": {
            "type": "string",
            "description": "X-Request-Id of the response. Quote it when you report the problem.",
        },
        "errors": {
            "type": "array",
            "description": "Only for `validation-failed`: all parts of the request that are not valid.",
            "items": {
                "type": "object",
                "title": "InvalidPart",
                "properties": {
                    "pointer": {
                        "type": "string",
                        "description": "JSON pointer as a URI fragment (RFC 6901).",
                        "pattern": "^#(/.*)?$",
                    },
                    "detail": {"type": "string"},
                },
                "required": ["pointer", "detail"],
            },
        },
    },
    "required": ["type", "title", "status", "detail", "instance", "request_id"],
}


def problem_example(kind: ProblemType) -> Json:
    """Return an example of a type of problem."""
    invalid = [("#/name", "Field required")] if kind is ProblemType.VALIDATION_FAILED else []
    document: Json = json.loads(Problem(kind, DETAILS[kind], invalid=invalid).response(REQUEST_ID).body)
    return {"summary": kind.title, "value": document}


def problem_answer(kinds: Iterable[ProblemType], of_functions: Json) -> Json:
    """Return the answer for a status with these types of problem.

    of_functions: headers that answers of functions may have, but not API Gateway's own.
    """
    chosen = list(kinds)
    headers = {"X-Request-Id": HEADERS["X-Request-Id"], "Cache-Control": constant("no-store")}
    if retried := RETRY_AFTER.intersection(chosen):
        headers["Retry-After"] = HEADERS["Retry-After"] | {"required": len(retried) == len(chosen)}
    if ProblemType.UNAUTHORIZED in chosen:
        headers["WWW-Authenticate"] = HEADERS["WWW-Authenticate"]
    if chosen != [ProblemType.GATEWAY_TIMEOUT]:
        headers |= {name: header | {"required": False} for name, header in of_functions.items()}
    return {
        "description": ", or ".join(f"{kind.title} (`{kind.value}`)" for kind in chosen),
        "headers": headers,
        "content": {
            "application/problem+json": {
                "schema": {"$ref": "#/components/schemas/Problem"},
                "examples": {kind.value: {"$ref": f"#/components/examples/{kind.value}"} for kind in chosen},
            }
        },
    }
