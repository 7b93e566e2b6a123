"""Parts of the OpenAPI document that operations share: pages, headers, parameters."""

from neoforge import limits
from neoforge.api import idempotency
from neoforge.api.problems import CHALLENGE, INVALID_TOKEN, RETRY
from neoforge.api.routing import ACCEPTED_CODINGS, BODY_TYPES
from scripts.build.template import Json

UUID = "019aab8f-1c30-7d11-a1f4-5f2b8a3c9d01"
ETAG = {"type": "string", "pattern": '^"v[1-9][0-9]*"$', "examples": ['"v1"']}
HOURS = limits.IDEMPOTENCY_SECONDS // 3600

CURSOR: Json = {"anyOf": [{"type": "string"}, {"type": "null"}], "examples": [None]}
PAGE: Json = {
    "total": {"type": "integer", "minimum": 0, "examples": [1], "description": "Number of items of the whole list."},
    "page": {
        "type": "integer",
        "minimum": 1,
        "description": "Number of this page, for display only. Use the cursors to navigate.",
    },
    "page_size": {"type": "integer", "minimum": 1, "maximum": limits.MAX_PAGE_SIZE, "examples": [20]},
    "pages": {"type": "integer", "minimum": 0, "examples": [1]},
    "next_cursor": CURSOR | {"description": "Cursor of the next page; `null` on the last page."},
    "previous_cursor": CURSOR | {"description": "Cursor of the previous page; `null` on the first page."},
}

_QUOTA = r'"[a-z]+";q=[1-9][0-9]*;w=[1-9][0-9]*'
_LEFT = r'"[a-z]+";r=(?:0|[1-9][0-9]*);t=[1-9][0-9]*'
# JavaScript knows no possessive quantifiers.
_KEY_PARAMETERS = idempotency.PARAMETERS.replace("*+", "*").replace("?+", "?")


def _listed(member: str) -> str:
    return f"{member}(?:, {member})*"


HEADERS: Json = {
    "X-Request-Id": {
        "required": True,
        "schema": {"type": "string"},
        "description": "Identifies the request in our logs.",
    },
    "Retry-After": {
        "schema": {"type": "integer", "minimum": 1, "examples": [int(RETRY["Retry-After"])]},
        "description": "Seconds to wait before retrying the request.",
    },
    "RateLimit-Policy": {
        "schema": {
            "type": "string",
            "pattern": f"^{_listed(_QUOTA)}$",
            "examples": ['"write";q=100;w=60', '"write";q=100;w=60, "auth";q=60;w=60'],
        },
        "description": "Rate limits that the request counted against: requests (q) per window of seconds (w).",
    },
    "RateLimit": {
        "schema": {
            "type": "string",
            "pattern": f"^{_listed(_LEFT)}$",
            "examples": ['"write";r=99;t=63', '"write";r=99;t=63, "auth";r=0;t=12'],
        },
        "description": "What is left of each rate limit: requests (r), and seconds until there are more (t).",
    },
    "Idempotent-Replayed": {
        "schema": {"type": "string", "const": "true"},
        "description": "Present if this is the stored response to the first request with the key.",
    },
    "WWW-Authenticate": {
        "schema": {"type": "string", "enum": [CHALLENGE, INVALID_TOKEN["WWW-Authenticate"]]},
        "description": "API Gateway renames this header to x-amzn-remapped-www-authenticate.",
    },
    "Link": {
        "schema": {"type": "string"},
        "description": 'URLs of the next and previous page, rel="next" and rel="prev" (RFC 8288). Absent if neither'
        " exists.",
    },
    "Location": {
        "required": True,
        "schema": {"type": "string", "format": "uri"},
        "description": "URL of the created resource.",
    },
    "ETag": {"required": True, "schema": ETAG, "description": "Strong ETag of this version."},
    "ETag-Body": {
        "required": True,
        "schema": {"type": "string", "pattern": '^"[0-9a-f]{32}"$', "examples": ['"2f0c1a4be97d4c5f8f0e6a3b1c9d7e50"']},
        "description": "Strong ETag of the body.",
    },
    "ETag-List": {
        "required": True,
        "schema": {"type": "string", "pattern": '^W/"r[0-9]+"$', "examples": ['W/"r7"']},
        "description": "Weak ETag, the same for all pages. Any change in the list changes it.",
    },
}

PARAMETERS: Json = {
    "page_size": {
        "in": "query",
        "schema": {
            "type": "integer",
            "minimum": 1,
            "maximum": limits.MAX_PAGE_SIZE,
        },
        # No `default`: a generated client would send it together with a cursor.
        "description": f"Number of items per page; {limits.DEFAULT_PAGE_SIZE} by default."
        " With a cursor, it must be absent or the page size of the cursor.",
    },
    "cursor": {
        "in": "query",
        "schema": {"type": "string"},
        "description": "Opaque `next_cursor` or `previous_cursor` from a page of the same list.",
    },
    "If-None-Match": {
        "in": "header",
        "schema": {"type": "string"},
        "description": "ETags, or *. If the current ETag is one of them, a read is 304 and a change 412 (weakly).",
    },
    "If-Match": {
        "in": "header",
        "schema": {"type": "string"},
        "description": "ETags, or *. If the current ETag is none of them, the response is 412 (strong comparison).",
    },
    "Idempotency-Key": {
        "in": "header",
        "schema": {
            "type": "string",
            "pattern": rf"^(?:[!#-~][!-~]{{0,{limits.MAX_IDEMPOTENCY_KEY - 1}}}"
            rf'|"(?:[!#-\[\]-~]|\\["\\]){{1,{limits.MAX_IDEMPOTENCY_KEY}}}"{_KEY_PARAMETERS})$',
            "examples": [UUID],
        },
        "description": "Makes the request safe to retry: it takes effect once, and later requests with the same key and"
        f" content get the first response. It is kept for {HOURS} hours. Keys are scoped to the account (else to"
        " the source address), the method and the route. Either bare or quoted (as a structured field, whose"
        " parameters are ignored).",
    },
}


def rate_limit(*, required: bool) -> Json:
    """Return the headers of an answer to a request that was counted."""
    return {name: HEADERS[name] | {"required": required} for name in ("RateLimit-Policy", "RateLimit")}


def constant(value: str) -> Json:
    """Return a header that always has this value."""
    return {"required": True, "schema": {"type": "string", "const": value}}


# What a 415 says of what is taken: only of what was not (RFC 9110, 12.5.3).
_CODINGS = constant(ACCEPTED_CODINGS) | {"required": False, "description": "Present if the coding is not decoded."}
_TYPES = constant(", ".join(sorted(BODY_TYPES["PATCH"]))) | {
    "required": False,
    "description": "Present if the media type is not one of these.",
}
ACCEPTS: Json = {
    "POST": {"Accept-Encoding": _CODINGS},
    "PATCH": {"Accept-Encoding": _CODINGS, "Accept-Patch": _TYPES},
}
