"""The parts of the OpenAPI document that operations share: schemas with examples, headers, parameters, problems."""

import json
from collections.abc import Iterable

from neoforge.api import constraints
from neoforge.api.problems import NAMES, RETRY, TYPES, Problem
from neoforge.errors import NeoForgeError
from scripts.build.template import Json

REQUEST_ID = "6f1c1f5e-4f0e-4f3b-9a55-0d8a1f0c7c11"
UUID = "019aab8f-1c30-7d11-a1f4-5f2b8a3c9d01"
ETAG = {"type": "string", "pattern": '^"v[1-9][0-9]*"$', "examples": ['"v1"']}
HOURS = constraints.IDEMPOTENCY_SECONDS // 3600

# What the examples say; the details of the other types are the texts of the errors behind them.
DETAILS = {name: error.message for error, name in NAMES.items() if issubclass(error, NeoForgeError)} | {
    "malformed-request": "The body is not valid JSON.",
    "invalid-cursor": "The cursor was not made for this list, these filters and this page size.",
    "invalid-idempotency-key": f"The key must be 1 to {constraints.MAX_IDEMPOTENCY_KEY} visible ASCII characters.",
    "request-in-progress": "A request with this key is still running.",
    "content-too-large": f"The body is larger than {constraints.MAX_BODY_BYTES} bytes.",
    "unsupported-media-type": "The body must be application/json.",
    "validation-failed": "The request is not valid.",
    "idempotency-key-reused": "This key was used for another request.",
    "quota-exceeded": "Too many requests. Try again after the time in Retry-After.",
    "internal-error": "Something went wrong on our side. Quote the request_id when you report it.",
    "gateway-timeout": "No answer in time. The request may have been carried out: retry it with the same"
    " Idempotency-Key.",
}
RETRY_AFTER = {"request-in-progress", "quota-exceeded", "service-unavailable"}

PROBLEM: Json = {
    "type": "object",
    "title": "Problem",
    "description": "What every error is told by (RFC 9457). Decide by `type`, never by `detail`.",
    "properties": {
        "type": {
            "type": "string",
            "format": "uri",
            "description": "Names the problem; leads to its page.",
        },
        "title": {"type": "string", "description": "The same for every problem of the type."},
        "status": {"type": "integer", "minimum": 400, "maximum": 599},
        "detail": {"type": "string", "description": "Tells a person what happened this time."},
        "instance": {"type": "string", "format": "uri"},
        "request_id": {"type": "string", "description": "The X-Request-Id of the answer; quote it in a report."},
        "errors": {
            "type": "array",
            "description": "Of validation-failed: every part of the request that is not valid.",
            "items": {
                "type": "object",
                "title": "InvalidPart",
                "properties": {
                    "pointer": {
                        "type": "string",
                        "description": "JSON pointer (URI fragment).",
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

CURSOR: Json = {"anyOf": [{"type": "string"}, {"type": "null"}], "examples": [None]}
PAGE: Json = {
    "total": {"type": "integer", "minimum": 0, "examples": [1], "description": "Of the whole list."},
    "page": {"type": "integer", "minimum": 1, "description": "Number of this page; cursors lead on, numbers do not."},
    "page_size": {"type": "integer", "minimum": 1, "maximum": constraints.MAX_PAGE_SIZE, "examples": [20]},
    "pages": {"type": "integer", "minimum": 0, "examples": [1]},
    "next_cursor": CURSOR | {"description": "Null exactly when nothing follows."},
    "previous_cursor": CURSOR | {"description": "Null exactly when nothing precedes."},
}

_QUOTA = r'"[a-z]+";q=[1-9][0-9]*;w=[1-9][0-9]*'
_LEFT = r'"[a-z]+";r=(?:0|[1-9][0-9]*);t=[1-9][0-9]*'


def _listed(member: str) -> str:
    return f"{member}(?:, {member})*"


HEADERS: Json = {
    "X-Request-Id": {"required": True, "schema": {"type": "string"}, "description": "The request's id in our logs."},
    "Retry-After": {
        "schema": {"type": "integer", "minimum": 1, "examples": [int(RETRY["Retry-After"])]},
        "description": "Seconds to wait before the same request is sent again.",
    },
    "RateLimit-Policy": {
        "schema": {
            "type": "string",
            "pattern": f"^{_listed(_QUOTA)}$",
            "examples": ['"write";q=100;w=60', '"write";q=100;w=60, "auth";q=60;w=60'],
        },
        "description": "The limits that the request was counted against: requests (q) in a window of seconds (w).",
    },
    "RateLimit": {
        "schema": {
            "type": "string",
            "pattern": f"^{_listed(_LEFT)}$",
            "examples": ['"write";r=99;t=63', '"write";r=99;t=63, "auth";r=0;t=12'],
        },
        "description": "What is left of each: requests (r), and seconds until there are more (t).",
    },
    "Idempotent-Replayed": {
        "schema": {"type": "string", "const": "true"},
        "description": "The answer is the one that the first request with this key was given.",
    },
    "WWW-Authenticate": {
        "schema": {"type": "string", "const": "Bearer"},
        "description": "API Gateway renames it to x-amzn-remapped-www-authenticate.",
    },
    "Link": {
        "schema": {"type": "string"},
        "description": 'The neighbouring pages, rel="next" and rel="prev" (RFC 8288). Absent if there are none.',
    },
    "Location": {"required": True, "schema": {"type": "string", "format": "uri"}, "description": "What was made."},
    "ETag": {"required": True, "schema": ETAG, "description": "Strong tag of this version."},
    "ETag-Body": {
        "required": True,
        "schema": {"type": "string", "pattern": '^"[0-9a-f]{32}"$', "examples": ['"2f0c1a4be97d4c5f8f0e6a3b1c9d7e50"']},
        "description": "Strong tag of exactly this body.",
    },
    "ETag-List": {
        "required": True,
        "schema": {"type": "string", "pattern": '^W/"r[0-9]+"$', "examples": ['W/"r7"']},
        "description": "Weak tag of the whole list's state.",
    },
}

PARAMETERS: Json = {
    "page_size": {
        "in": "query",
        "schema": {
            "type": "integer",
            "minimum": 1,
            "maximum": constraints.MAX_PAGE_SIZE,
        },
        # No `default`: a generated client would send it with a cursor too.
        "description": f"Items of a page; {constraints.DEFAULT_PAGE_SIZE} if absent."
        " With a cursor: absent, or the size that the cursor was made with.",
    },
    "cursor": {
        "in": "query",
        "schema": {"type": "string"},
        "description": "Another page: a next_cursor or previous_cursor of the same list. Opaque.",
    },
    "If-None-Match": {
        "in": "header",
        "schema": {"type": "string"},
        "description": "Tags that the caller has, or *: the answer is 304 if the current one is among them.",
    },
    "If-Match": {
        "in": "header",
        "schema": {"type": "string"},
        "description": "Tags of the versions that the change may apply to (strong comparison), or *.",
    },
    "Idempotency-Key": {
        "in": "header",
        "schema": {
            "type": "string",
            "pattern": rf"^(?:[!#-~][!-~]{{0,{constraints.MAX_IDEMPOTENCY_KEY - 1}}}"
            rf'|"(?:[!#-\[\]-~]|\\["\\]){{1,{constraints.MAX_IDEMPOTENCY_KEY}}}")$',
            "examples": [UUID],
        },
        "description": "Makes it safe to send the request again: it is carried out once, and every later request with"
        f" this key and the same content is given the first answer. Kept for {HOURS} h. A key belongs to the account"
        " (on public routes: to the source address), the method and the route. Bare, or quoted as a structured field.",
    },
}


def rate_limit(*, required: bool) -> Json:
    """The headers of an answer whose request was counted; they are absent where it could not be."""
    return {name: HEADERS[name] | {"required": required} for name in ("RateLimit-Policy", "RateLimit")}


def problem_example(name: str) -> Json:
    """Example of a problem type."""
    invalid = [("#/name", "Field required")] if name == "validation-failed" else []
    document: Json = json.loads(Problem(name, DETAILS[name], invalid=invalid).response(REQUEST_ID).body)
    return {"summary": TYPES[name][1], "value": document}


def problem_answer(names: Iterable[str], of_functions: Json) -> Json:
    """The answer of a status for which there are these types of problem.

    of_functions: headers that answers of functions may have; API Gateway's own do not.
    """
    chosen = list(names)
    headers = {"X-Request-Id": HEADERS["X-Request-Id"], "Cache-Control": constant("no-store")}
    if retried := RETRY_AFTER.intersection(chosen):
        headers["Retry-After"] = HEADERS["Retry-After"] | {"required": len(retried) == len(chosen)}
    if "unauthorized" in chosen:
        headers["WWW-Authenticate"] = HEADERS["WWW-Authenticate"]
    if chosen != ["gateway-timeout"]:
        headers |= {name: header | {"required": False} for name, header in of_functions.items()}
    return {
        "description": ", or ".join(f"{TYPES[name][1]} (`{name}`)" for name in chosen),
        "headers": headers,
        "content": {
            "application/problem+json": {
                "schema": {"$ref": "#/components/schemas/Problem"},
                "examples": {name: {"$ref": f"#/components/examples/{name}"} for name in chosen},
            }
        },
    }


def constant(value: str) -> Json:
    """A header that always has this value."""
    return {"required": True, "schema": {"type": "string", "const": value}}
