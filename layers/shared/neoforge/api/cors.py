"""CORS (https://fetch.spec.whatwg.org/#http-cors-protocol): configured origins only, and never with credentials."""

from neoforge.api.request import Request
from neoforge.api.response import Response
from neoforge.settings import settings

EXPOSED = "ETag, Location, Link, RateLimit, RateLimit-Policy, Retry-After, Idempotent-Replayed, X-Request-Id"
PREFLIGHT = {
    "Access-Control-Allow-Methods": "GET, POST, PATCH, DELETE",
    "Access-Control-Allow-Headers": "Authorization, Content-Type, Idempotency-Key, If-Match, If-None-Match",
    "Access-Control-Max-Age": "7200",  # seconds; no browser keeps it longer
    "Cache-Control": "no-store",
}


def preflight() -> Response:
    """Answer OPTIONS. Whether the origin may go on is told by the headers below, which every answer has."""
    return Response(204, dict(PREFLIGHT))


def headers(request: Request) -> dict[str, str]:
    """Give the headers by which a page of an allowed origin may read the answer."""
    origin = request.headers.get("origin")
    if origin not in settings.allowed_origins:
        return {}
    return {"Access-Control-Allow-Origin": origin, "Access-Control-Expose-Headers": EXPOSED}
