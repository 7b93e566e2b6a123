"""Who may call: each route names one of these (RFC 6750 for the bearer token)."""

from typing import NamedTuple, cast

from neoforge import observability
from neoforge.accounts import access, counter
from neoforge.accounts.access import Token
from neoforge.api.request import Request
from neoforge.errors import Unauthenticated, Unavailable
from neoforge.settings import settings


class Caller(NamedTuple):
    """An authenticated account."""

    user_id: str
    session_id: str
    roles: frozenset[str]

    @classmethod
    def from_request(cls, request: Request) -> "Caller":
        """Give the caller whom `user` has let in."""
        return cast("Caller", request.caller)


def user(request: Request) -> None:
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
        roles = access.authenticate(token, settings.rate_limits["read" if reads else "write"])
    except Unavailable:
        if not reads:
            raise
        observability.count("RateLimitUnavailable")
        roles = access.check(token)
    request.caller = Caller(token.user_id, token.session_id, roles)


def credentials(request: Request) -> None:
    """Let in whoever brings credentials, counted by source. Raises QuotaExceeded, and Unavailable if not counted."""
    counter.count("auth", request.source_ip)
