"""Who may call: each route names one of these (RFC 6750 for the bearer token)."""

from typing import cast

from neoforge import observability
from neoforge.accounts import access_item
from neoforge.accounts.access_item import Token
from neoforge.api.app import Access
from neoforge.api.request import Request
from neoforge.errors import Forbidden, Unauthenticated, Unavailable
from neoforge.ratelimit import limiter
from neoforge.settings import settings


class Caller(access_item.Caller):
    """The account that calls."""

    __slots__ = ()

    @classmethod
    def from_request(cls, request: Request) -> "Caller":
        """Give the caller whom `authenticated` let in."""
        return cast("Caller", request.caller)


def authenticated(request: Request) -> None:
    """Let in any account with a live session and quota left, counted against `read` or `write`.

    Raises Unauthenticated, in the same words for every reason, and QuotaExceeded. While the count cannot be written,
    reads go on without it.
    """
    scheme, _, credentials = request.headers.get("authorization", "").partition(" ")
    token = Token.parse(credentials.strip()) if scheme.lower() == "bearer" else None
    if token is None:
        raise Unauthenticated
    reads = request.method == "GET"
    try:
        roles = access_item.authenticate(token, settings.rate_limits["read" if reads else "write"])
    except Unavailable:
        if not reads:
            raise
        observability.count("RateLimitUnavailable")
        roles = access_item.check(token)
    request.caller = Caller(token.user_id, token.session_id, roles)


def requires_role(*allowed: str) -> Access:
    """Let in the accounts that have one of these roles, and admins. Raises Forbidden and what `authenticated` raises."""

    def access(request: Request) -> None:
        authenticated(request)
        if not request.caller.roles & {*allowed, "admin"}:
            raise Forbidden

    return access


def optional_user(request: Request) -> None:
    """Admit accounts, and callers without one, counted by source against `anonymous`. Raises QuotaExceeded."""
    if "authorization" in request.headers:
        authenticated(request)
    else:
        limiter.count("anonymous", f"source {request.source_ip}")


def by_source(request: Request) -> None:
    """Admit everybody, counted by source against `auth`. Raises QuotaExceeded, and Unavailable if not counted.

    The source is the address that API Gateway saw, never X-Forwarded-For.
    """
    limiter.count("auth", f"source {request.source_ip}")
