"""Who is calling: the bearer token (RFC 6750) against the caller's access item, in one consistent read."""

from typing import NamedTuple, cast

from neoforge import clock
from neoforge.accounts import repository
from neoforge.accounts.model import Role
from neoforge.accounts.tokens import Token, is_hash_of
from neoforge.api.request import Request
from neoforge.errors import Unauthenticated


class Caller(NamedTuple):
    """An authenticated account."""

    user_id: str
    session_id: str
    roles: tuple[Role, ...]

    @classmethod
    def from_request(cls, request: Request) -> "Caller":
        """Give the caller whom `user` has let in."""
        return cast("Caller", request.caller)


def user(request: Request) -> None:
    """Let in any account with a live session. Raises Unauthenticated, in the same words for every reason."""
    scheme, _, credentials = request.headers.get("authorization", "").partition(" ")
    token = Token.parse(credentials.strip()) if scheme.lower() == "bearer" else None
    found = repository.access(token.user_id) if token else None
    if token is None or found is None:
        raise Unauthenticated
    access, _ = found
    session = access.sessions.get(token.session_id)
    if (
        access.state != "active"
        or session is None
        or session.expires_at <= clock.now()
        or not is_hash_of(token.secret, session.token_hash)
    ):
        raise Unauthenticated
    request.caller = Caller(token.user_id, token.session_id, tuple(access.roles))
