"""Who may call. Each app names one of these functions as its access (RFC 6750 for the bearer token)."""

from collections.abc import Callable
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
    _admit(request, _count_by_account)


def with_own_quota(request: Request) -> None:
    """Admit any account with a live session, counted by session against `write`.

    For what ends the other sessions of an account: whoever has one of them could use up the account's quota.
    """
    _admit(request, _count_by_session)


def _admit(request: Request, count: Callable[[Request, Token], frozenset[str]]) -> None:
    scheme, _, credentials = request.headers.get("authorization", "").partition(" ")
    token = Token.verify("access", credentials.strip()) if scheme.lower() == "bearer" else None
    try:
        if token is None:
            raise Unauthenticated  # noqa: TRY301 - answered like a token that is not live
        request.caller = access_item.Caller(token.user_id, token.session_id, count(request, token))
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


def _count_by_account(request: Request, token: Token) -> frozenset[str]:
    usage = None
    try:
        roles, usage = access_item.authenticate(token, policies()["write" if request.writes else "read"])
    except Unavailable:
        if request.writes:
            raise
        observability.count("RateLimitUnavailable")
        roles = access_item.authenticate_without_counting(token)
    if request.writes or roles > {"user"} or (usage and usage.exceeded):
        _identify(request, token.user_id)
    if usage:
        limiter.Limiter(request.usages).record(usage)
    return roles


def _count_by_session(request: Request, token: Token) -> frozenset[str]:
    roles = access_item.authenticate_without_counting(token)
    _identify(request, token.user_id)
    limiter.Limiter(request.usages).hit("write", f"session {token.session_id}")
    return roles


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
    """Admit everyone, counted by source against `auth`. Raises Unavailable if it cannot be counted.

    The source is the address that API Gateway saw, never X-Forwarded-For. Others may share it, so the handler enforces
    the quota on those who are known by nothing else.
    """
    _identify(request)
    limiter.Limiter(request.usages).count("auth", f"source {request.source_ip}")


def newcomer(request: Request) -> None:
    """Admit everyone, counted by source against `register`. Raises QuotaExceeded and Unavailable."""
    _identify(request)
    limiter.Limiter(request.usages).hit("register", f"source {request.source_ip}")
