"""CORS (https://fetch.spec.whatwg.org/#http-cors-protocol), for configured origins only and without credentials."""

from neoforge.api.request import Request
from neoforge.api.response import Response
from neoforge.settings import settings

EXPOSED = "ETag, Location, Link, RateLimit, RateLimit-Policy, Retry-After, Idempotent-Replayed, X-Request-Id"
PREFLIGHT = {
    "Access-Control-Allow-Methods": "GET, POST, PATCH, DELETE",
    "Access-Control-Allow-Headers": "Authorization, Content-Type, Idempotency-Key, If-Match, If-None-Match",
    "Access-Control-Max-Age": "7200",  # seconds; no browser caches it for longer
    "Cache-Control": "no-store",
}


def preflight() -> Response:
    """Return the response to OPTIONS. The headers below tell whether the origin is allowed; every response has them."""
    return Response(204, dict(PREFLIGHT))


def headers(request: Request) -> dict[str, str]:
    """Return the headers that allow a page of a configured origin to read the response."""
    origin = request.headers.get("origin")
    if origin not in settings.allowed_origins:
        return {}
    return {"Access-Control-Allow-Origin": origin, "Access-Control-Expose-Headers": EXPOSED}
