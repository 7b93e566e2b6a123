"""Sessions: begin, refresh with rotation, list, end. Nothing here hashes passwords.

A refresh token is good for one use (RFC 9700, 4.14.2). Its successors are derived from it with the signing key, so that
an answer that was lost, and callers that refresh at the same time, get the same successor, though only hashes are
stored; and so that a token from long ago is recognised as one that was used.
"""

import base64
import hmac
import math
from collections.abc import Set as AbstractSet

from neoforge import clock, observability
from neoforge.accounts import access_item, repository
from neoforge.accounts.access_item import Access, SessionEntry, Token, digest, is_hash_of
from neoforge.accounts.model import (
    ACCESS_TOKEN_SECONDS,
    LIVE_SESSIONS,
    SESSION_SECONDS,
    RefreshRequest,
    Session,
    Tokens,
)
from neoforge.accounts.repository import StoredSession
from neoforge.dynamodb.transaction import UnitOfWork, transact
from neoforge.errors import NotFound, Unauthenticated
from neoforge.ratelimit.limiter import count
from neoforge.ratelimit.window import pseudonym
from neoforge.settings import settings

WRONG = "The e-mail or the password is wrong."  # and of an account that is not active: a right guess is not told
REFUSED = "The credentials are not valid."
GRACE_SECONDS = 10  # in which the token before the current one is answered with its successor again
GENERATIONS = 5_000  # that a token is looked for in: at a refresh each 10 minutes, more than a session has


def begin(user_id: str, user_agent: str, source_ip: str) -> Tokens:
    """Begin a session; of too many, the oldest ends. Raises Unauthenticated if the account is not active."""
    session_id, secret, refresh_secret = clock.new_id("ses"), clock.new_secret(), clock.new_secret()
    now = clock.now()
    stored = StoredSession(
        created_at=clock.time_of_id(session_id),
        expires_at=now + SESSION_SECONDS,
        last_seen_at=now,
        refresh_hash=digest(refresh_secret),
        user_agent=user_agent,
        ip_address=source_ip,
    )

    def build(work: UnitOfWork) -> None:
        was = _active(user_id, WRONG)
        # Ids sort by age.
        kept = sorted(key for key, live in was.sessions.items() if live.ends > now)[1 - LIVE_SESSIONS :]
        sessions = {key: was.sessions[key] for key in kept} | {session_id: _live(secret, stored)}
        access_item.set_sessions(work, user_id, was, sessions)
        repository.create_session(work, user_id, session_id, stored)
        for ended in was.sessions.keys() - sessions.keys():
            repository.delete_session(work, user_id, ended)

    transact(build)
    return _tokens(Token(user_id, session_id, secret), refresh_secret, stored, ACCESS_TOKEN_SECONDS)


def refresh(request: RefreshRequest) -> Tokens:
    """Go on with a session: new tokens for a refresh token that was not used before.

    One that was used ends its session, as somebody else has it too; but for some seconds the last one gets the same
    answer again. Raises Unauthenticated, in the same words for every reason, and QuotaExceeded.
    """
    token = Token.parse(request.refresh_token.get_secret_value())
    found = repository.session(token.user_id, token.session_id) if token else None
    if token is None or found is None or _age(token.secret, found[0]) is None:
        raise _refused()
    count("auth", f"refresh {token.user_id}")  # only now: a stranger must not use up what the account has
    tokens = transact(lambda work: _refreshed(work, token))
    if tokens is None:
        observability.security("TokenReuse", account=pseudonym(token.user_id))
        raise _refused()
    return tokens


def end(work: UnitOfWork, user_id: str, session_id: str) -> None:
    """End a session at once. Raises NotFound."""
    if repository.session(user_id, session_id) is None:
        raise NotFound
    log_out(work, user_id, session_id)


def log_out(work: UnitOfWork, user_id: str, session_id: str) -> None:
    """End the session of a request at once, unless another request has done so meanwhile."""
    _end(work, user_id, _active(user_id), {session_id})


def end_others(work: UnitOfWork, user_id: str, kept: str) -> int:
    """End all sessions but one; tell how many."""
    was = _active(user_id)
    ended = was.sessions.keys() - {kept}
    _end(work, user_id, was, ended)
    now = clock.now()
    return sum(was.sessions[session_id].ends > now for session_id in ended)


def _refreshed(work: UnitOfWork, token: Token) -> Tokens | None:
    """Give the successor of a token; None if its session ends because the token was used before."""
    found, was, now = repository.session(*token[:2]), _active(token.user_id), clock.now()
    if found is None or token.session_id not in was.sessions:
        raise _refused()
    stored, version = found
    age = _age(token.secret, stored)
    if age == 0:
        refresh_hash = digest(_derived("refresh", token.secret))
        rotated = {"last_seen_at": now, "refresh_hash": refresh_hash, "generation": stored.generation + 1}
        stored = stored.model_copy(update=rotated)
        live = _live(_derived("access", token.secret), stored)
        access_item.set_sessions(work, token.user_id, was, {**was.sessions, token.session_id: live})
        repository.replace_session(work, token.user_id, token.session_id, stored, version)
    elif age != 1 or now > stored.last_seen_at + GRACE_SECONDS:
        _end(work, token.user_id, was, {token.session_id})
        return None
    seconds = int(_until(stored) - now)
    made = token._replace(secret=_derived("access", token.secret))
    return _tokens(made, _derived("refresh", token.secret), stored, seconds)


def _age(secret: str, stored: StoredSession) -> int | None:
    """Tell how many successors of a refresh token there have been; None if it is none of this session."""
    for age in range(min(stored.generation, GENERATIONS) + 1):
        if is_hash_of(secret, stored.refresh_hash):
            return age
        secret = _derived("refresh", secret)
    return None


def _derived(use: str, secret: str) -> str:
    """Derive a secret that only who has both the other one and the signing key can make."""
    mac = hmac.digest(settings.signing_key, f"{use}\n{secret}".encode(), "sha256")
    return base64.urlsafe_b64encode(mac).rstrip(b"=").decode()


def _active(user_id: str, words: str = REFUSED) -> Access:
    was = access_item.read(user_id)
    if was is None or was.state != "active":
        raise Unauthenticated(words)
    return was


def _end(work: UnitOfWork, user_id: str, was: Access, ended: AbstractSet[str]) -> None:
    if not ended:
        return
    kept = {key: live for key, live in was.sessions.items() if key not in ended}
    access_item.set_sessions(work, user_id, was, kept)
    for session_id in ended:
        repository.delete_session(work, user_id, session_id)
    work.after_commit(lambda: observability.security("SessionRevoked", account=pseudonym(user_id)))


def _live(secret: str, stored: StoredSession) -> SessionEntry:
    # Whole seconds: with 5 sessions and a full window of both policies the item still costs one write unit (1 KB).
    return SessionEntry(digest(secret), math.ceil(_until(stored)), math.ceil(stored.ends))


def _until(stored: StoredSession) -> float:
    """When the access token ends: never after its session."""
    return min(stored.last_seen_at + ACCESS_TOKEN_SECONDS, stored.ends)


def _refused() -> Unauthenticated:
    return Unauthenticated(REFUSED)


def _tokens(token: Token, refresh_secret: str, stored: StoredSession, seconds: int) -> Tokens:
    return Tokens(
        access_token=str(token),
        expires_in=seconds,
        refresh_token=str(token._replace(secret=refresh_secret)),
        session=Session(
            id=token.session_id, created_at=stored.created_at, expires_at=clock.timestamp(stored.expires_at)
        ),
    )
