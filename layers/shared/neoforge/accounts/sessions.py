"""Sessions: begin, refresh with rotation, end. Nothing here hashes passwords.

A refresh token can be used once (RFC 9700, 4.14.2). Its successors are derived from it with the signing key. So a lost
answer and concurrent refreshes get the same successor, though only hashes are stored (docs/adr/0008).
"""

import math
from collections.abc import Sequence
from collections.abc import Set as AbstractSet

from neoforge import clock, observability
from neoforge.accounts import access_item, model, repository
from neoforge.accounts.access_item import Access, SessionEntry
from neoforge.accounts.model import RefreshRequest, Session, Tokens
from neoforge.accounts.repository import StoredSession
from neoforge.accounts.tokens import Token, digest, is_hash_of
from neoforge.dynamodb.expressions import Update
from neoforge.dynamodb.transaction import UnitOfWork, transact
from neoforge.errors import NotFound, Unauthenticated
from neoforge.ratelimit.limiter import Limiter
from neoforge.signing import derive_secrets, pseudonym

WRONG = "The e-mail or the password is wrong."  # also if the account is disabled: do not confirm a right guess
REFUSED = "The credentials are not valid."
# In which the caller who has used a token gets the same successor again: more than the time-outs of common clients.
GRACE_SECONDS = 30

FoundSession = tuple[StoredSession, int]  # and its version


def begin(user_id: str, user_agent: str, source_ip: str, with_it: Sequence[Update] = ()) -> Tokens:
    """Begin a session, and make the updates `with_it`. If there are too many, the least recently used session ends.

    Raises Unauthenticated if the account is not active.
    """
    session_id, secret, refresh_secret = clock.new_id("ses"), clock.new_secret(), clock.new_secret()
    now = clock.now()
    stored = StoredSession(
        created_at=clock.time_of_id(session_id),
        expires_at=now + model.SESSION_SECONDS,
        last_seen_at=now,
        refresh_hash=digest(refresh_secret),
        user_agent=user_agent,
        ip_address=source_ip,
    )

    def build(work: UnitOfWork) -> None:
        access = _active(user_id, WRONG)
        live = {key: entry for key, entry in access.sessions.items() if entry.session_expires_at > now}
        by_use = sorted(live, key=lambda key: (live[key].access_expires_at, key))  # of the last refresh, or the login
        sessions = {key: live[key] for key in by_use[1 - model.LIVE_SESSIONS :]} | {session_id: _entry(secret, stored)}
        access_item.set_sessions(work, user_id, access, sessions)
        repository.create_session(work, user_id, session_id, stored)
        for ended in access.sessions.keys() - sessions.keys():
            repository.delete_session(work, user_id, ended)
        for update in with_it:
            work.update(update)

    transact(build)
    return _tokens(Token(user_id, session_id, secret), refresh_secret, stored, model.ACCESS_TOKEN_SECONDS)


def refresh(request: RefreshRequest, source_ip: str, limiter: Limiter) -> Tokens:
    """Exchange a refresh token for new tokens.

    Only tokens that are not of a live session count against the quota of the source, which others may share.
    A token that was used before ends its session, because someone else may have it; but for a while the caller who has
    just used it gets the same answer again. Raises Unauthenticated, with the same message for every reason, and
    QuotaExceeded.
    """
    token = Token.verify("refresh", request.refresh_token.get_secret_value())
    found = repository.session(token.user_id, token.session_id) if token else None
    if token is None or found is None:
        limiter.enforce()
        raise _refused()
    observability.identify(account=pseudonym(token.user_id))
    if _is_usable(token, found[0], source_ip):  # a used token is told from it whatever has been used up
        limiter.hit("auth", f"session {token.session_id}")
    read = iter([found])  # for the first try; after a conflict it is read again
    tokens = transact(lambda work: _rotate(work, token, next(read, None) or _session(token), source_ip))
    if tokens is None:
        observability.security_event("TokenReuse")
        raise _refused()
    return tokens


def end(work: UnitOfWork, user_id: str, session_id: str) -> None:
    """End a session immediately. Raises NotFound."""
    if repository.session(user_id, session_id) is None:
        raise NotFound
    log_out(work, user_id, session_id)


def log_out(work: UnitOfWork, user_id: str, session_id: str) -> None:
    """End the session of a request immediately. It is no error if it has ended meanwhile."""
    _end(work, user_id, _active(user_id), {session_id})


def end_others(work: UnitOfWork, user_id: str, kept: str) -> int:
    """End all sessions but one. Return how many."""
    return end_all(work, user_id, _active(user_id), kept)


def end_all(work: UnitOfWork, user_id: str, access: Access, kept: str = "") -> int:
    """End all sessions of an access item as it was read, or all but one. Return how many."""
    ended = access.sessions.keys() - {kept}
    _end(work, user_id, access, ended)
    now = clock.now()
    return sum(access.sessions[session_id].session_expires_at > now for session_id in ended)


def _session(token: Token) -> FoundSession:
    found = repository.session(token.user_id, token.session_id)
    if found is None:
        raise _refused()
    return found


def _rotate(work: UnitOfWork, token: Token, found: FoundSession, source_ip: str) -> Tokens | None:
    """Return the successors of a refresh token. Return None if the session ends because the token was used before."""
    (stored, version), access, now = found, _active(token.user_id), clock.now()
    if token.session_id not in access.sessions:
        raise _refused()
    if is_hash_of(token.secret, stored.refresh_hash):
        secret, refresh_secret = _successors(token)[0]
        changes = {"last_seen_at": now, "refreshed_from": source_ip, "refresh_hash": digest(refresh_secret)}
        stored = stored.model_copy(update=changes)
        sessions = {**access.sessions, token.session_id: _entry(secret, stored)}
        access_item.set_sessions(work, token.user_id, access, sessions)
        repository.replace_session(work, token.user_id, token.session_id, stored, version)
    elif successor := _current_successor(token, stored, source_ip):
        observability.count("RefreshRepeated")
        secret, refresh_secret = successor
    else:
        _end(work, token.user_id, access, {token.session_id})
        return None
    seconds = int(_access_expires_at(stored) - now)
    return _tokens(token._replace(secret=secret), refresh_secret, stored, seconds)


def _is_usable(token: Token, stored: StoredSession, source_ip: str) -> bool:
    return is_hash_of(token.secret, stored.refresh_hash) or _current_successor(token, stored, source_ip) is not None


def _successors(token: Token) -> list[tuple[str, str]]:
    """Return the secrets of the access and refresh tokens that follow a refresh token, by signing key."""
    derived = (derive_secrets(purpose, token.secret) for purpose in ("access", "refresh"))
    return list(zip(*derived, strict=True))


def _current_successor(token: Token, stored: StoredSession, source_ip: str) -> tuple[str, str] | None:
    """Return the successors of the previous token while its caller may not have them yet; None for anybody else."""
    if source_ip != stored.refreshed_from or clock.now() > stored.last_seen_at + GRACE_SECONDS:
        return None
    return next((one for one in _successors(token) if is_hash_of(one[1], stored.refresh_hash)), None)


def _active(user_id: str, message: str = REFUSED) -> Access:
    access = access_item.read(user_id)
    if access is None or access.state != "active":
        raise Unauthenticated(message)
    return access


def _end(work: UnitOfWork, user_id: str, access: Access, ended: AbstractSet[str]) -> None:
    if not ended:
        return
    kept = {session_id: entry for session_id, entry in access.sessions.items() if session_id not in ended}
    access_item.set_sessions(work, user_id, access, kept)
    for session_id in ended:
        repository.delete_session(work, user_id, session_id)
    work.after_commit(lambda: observability.security_event("SessionRevoked", target=pseudonym(user_id)))


def _entry(secret: str, stored: StoredSession) -> SessionEntry:
    # Whole seconds: with 5 sessions and full windows of both policies the item still costs one write unit (1 KB).
    return SessionEntry(digest(secret), math.ceil(_access_expires_at(stored)), math.ceil(stored.refreshable_until))


def _access_expires_at(stored: StoredSession) -> float:
    """Return when the access token expires: never after its session."""
    return min(stored.last_seen_at + model.ACCESS_TOKEN_SECONDS, stored.refreshable_until)


def _refused() -> Unauthenticated:
    return Unauthenticated(REFUSED)


def _tokens(token: Token, refresh_secret: str, stored: StoredSession, seconds: int) -> Tokens:
    return Tokens(
        access_token=token.issue("access"),
        expires_in=seconds,
        refresh_token=token._replace(secret=refresh_secret).issue("refresh"),
        session=Session(
            id=token.session_id, created_at=stored.created_at, expires_at=clock.timestamp(stored.expires_at)
        ),
    )
