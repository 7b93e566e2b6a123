"""Who may call. Each app names one of these functions as its access (RFC 6750 for the bearer token)."""

from typing import Annotated, cast

from neoforge import observability
from neoforge.accounts import access_item
from neoforge.accounts.tokens import Token
from neoforge.api.app import Access
from neoforge.api.declaration import FromRequest
from neoforge.api.request import Request
from neoforge.errors import Forbidden, InvalidToken, Unauthenticated, Unavailable
from neoforge.ratelimit import limiter
from neoforge.ratelimit.policy import policies
from neoforge.signing import pseudonym

# What a handler may take as a parameter.
Caller = Annotated[access_item.Caller, FromRequest(lambda request: request.caller)]
OptionalCaller = Annotated[access_item.Caller | None, FromRequest(lambda request: request.caller)]
Limiter = Annotated[limiter.Limiter, FromRequest(lambda request: limiter.Limiter(request.usages))]


def authenticated(request: Request) -> None:
    """Admit any account with a live session, counted against `read` or `write`.

    Raises Unauthenticated, with the same message for every reason, and QuotaExceeded. Reads are admitted without being
    counted while the database cannot be written.
    """
    scheme, _, credentials = request.headers.get("authorization", "").partition(" ")
    token = Token.verify("access", credentials.strip()) if scheme.lower() == "bearer" else None
    try:
        _authenticate(request, token)
    except Unauthenticated as error:
        _identify(request, token.user_id if token else None)
        if scheme.lower() != "bearer":
            raise
        raise InvalidToken from error


def _identify(request: Request, user_id: str | None = None) -> None:
    """Name the source and the account, if one is known, in every later line of the request's log."""
    observability.identify(source=pseudonym(request.source_ip))
    if user_id:
        observability.identify(account=pseudonym(user_id))


def _authenticate(request: Request, token: Token | None) -> None:
    if token is None:
        raise Unauthenticated
    usage = None
    try:
        roles, usage = access_item.authenticate(token, policies()["write" if request.writes else "read"])
    except Unavailable:
        if request.writes:
            raise
        observability.count("RateLimitUnavailable")
        roles = access_item.authenticate_without_counting(token)
    if request.writes or (usage and usage.exceeded):
        _identify(request, token.user_id)
    if usage:
        limiter.Limiter(request.usages).record(usage)
    request.caller = access_item.Caller(token.user_id, token.session_id, roles)


def requires_role(*allowed: str) -> Access:
    """Admit accounts with one of these roles, and admins. Raises Forbidden, and what `authenticated` raises."""

    def access(request: Request) -> None:
        authenticated(request)
        caller = cast("access_item.Caller", request.caller)
        if not caller.roles & {*allowed, "admin"}:
            _identify(request, caller.user_id)
            raise Forbidden

    return access


def optional_user(request: Request) -> None:
    """Admit accounts, and callers without one, counted by source against `anonymous`. Raises QuotaExceeded."""
    if "authorization" in request.headers:
        authenticated(request)
    else:
        _identify(request)
        limiter.Limiter(request.usages).hit("anonymous", f"source {request.source_ip}")


def by_source(request: Request) -> None:
    """Admit everyone, counted by source against `auth`. Raises QuotaExceeded, and Unavailable if it cannot be counted.

    The source is the address that API Gateway saw, never X-Forwarded-For.
    """
    _identify(request)
    limiter.Limiter(request.usages).hit("auth", f"source {request.source_ip}")


def newcomer(request: Request) -> None:
    """Admit everyone, counted by source against `register`. Raises QuotaExceeded and Unavailable."""
    _identify(request)
    limiter.Limiter(request.usages).hit("register", f"source {request.source_ip}")
