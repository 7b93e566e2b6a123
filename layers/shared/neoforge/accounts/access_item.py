"""The access item: what an account may do now. One write authenticates a request, checks that its session was not
revoked, and counts it; nothing else is asked of the database to let a caller in.

USER#<user_id>    ACCESS    roles, state, the quota's buckets, and by session: hash of the access token, its end, the
                            session's end

Tokens are opaque references of the form <user id>.<session id>.<secret>. Only a hash of the secret is stored.
"""

import hashlib
import hmac
import re
from collections.abc import Mapping
from typing import NamedTuple

from neoforge import clock, observability
from neoforge.dynamodb import expressions
from neoforge.dynamodb.expressions import Update, Value
from neoforge.dynamodb.transaction import UnitOfWork
from neoforge.errors import QuotaExceeded, Unauthenticated
from neoforge.ratelimit import window
from neoforge.ratelimit.window import WindowCounter
from neoforge.settings import Policy

SK = "ACCESS"
_FORM = re.compile(r"(usr_[0-9a-f-]{36})\.(ses_[0-9a-f-]{36})\.([\w-]{43})", re.ASCII)
# Of the item and its session: what lets a request in.
_LIVE = "#state = :active AND #sessions.#session.#hash = :hash AND #sessions.#session.#until > :now"
# DynamoDB reserves most of these words.
_NAMES = {"#hash": "hash", "#sessions": "sessions", "#state": "state", "#until": "until"}


class Token(NamedTuple):
    """A token, taken apart."""

    user_id: str
    session_id: str
    secret: str

    @classmethod
    def parse(cls, text: str) -> "Token | None":
        """Take a token apart; None if it is none of ours."""
        match = _FORM.fullmatch(text)
        return cls(*match.groups()) if match else None

    def __str__(self) -> str:
        return ".".join(self)


def digest(secret: str) -> str:
    """Hash a token's secret. It has 256 random bits, so one round of SHA-256 is enough."""
    return hashlib.sha256(secret.encode()).hexdigest()


def is_hash_of(secret: str, secret_hash: str) -> bool:
    """Compare in a time that does not depend on where they differ."""
    return hmac.compare_digest(digest(secret), secret_hash)


class Caller(NamedTuple):
    """An authenticated account."""

    user_id: str
    session_id: str
    roles: frozenset[str]


class SessionEntry(NamedTuple):
    """A session of the access item. `until` its access token ends, `ends` when it can be refreshed no more; seconds."""

    hash: str
    until: float
    ends: float


class Access(NamedTuple):
    """An access item as it was read."""

    roles: frozenset[str]
    state: str
    version: int
    sessions: Mapping[str, SessionEntry]
    stale: list[str]  # buckets of the quota that count no more


def partition(user_id: str) -> str:
    """The partition of everything that is a user's own."""
    return f"USER#{user_id}"


def authenticate(token: Token, policy: Policy) -> frozenset[str]:
    """Give the roles of a live session's account and count the request (1 write unit up to 1 KB).

    Raises Unauthenticated, which counts nothing, QuotaExceeded, and Unavailable.
    """
    now = clock.now()
    count = WindowCounter(policy, now)
    names = count.names | _NAMES | {"#session": token.session_id}
    values: dict[str, Value] = {":one": 1, ":active": "active", ":hash": digest(token.secret), ":now": now}
    try:
        image = expressions.update(Update(partition(token.user_id), SK, count.expression, values, names, _LIVE))
    except expressions.ConditionFailed as error:
        raise Unauthenticated from error
    if (left := count.quota(image)).exceeded:
        observability.security("QuotaExceeded", policy=policy.name, subject=window.pseudonym(token.user_id))
        raise QuotaExceeded(left.seconds)
    return frozenset(image["roles"])


def check(token: Token) -> frozenset[str]:
    """Give the roles of a live session's account without counting. Raises Unauthenticated."""
    access = read(token.user_id)
    live = access.sessions.get(token.session_id) if access and access.state == "active" else None
    if access is None or live is None or live.until <= clock.now() or not is_hash_of(token.secret, live.hash):
        raise Unauthenticated
    return access.roles


def read(user_id: str) -> Access | None:
    """Read what an account may do (1 read unit)."""
    image = expressions.get(partition(user_id), SK)
    if image is None:
        return None
    sessions = {key: SessionEntry(**live) for key, live in image["sessions"].items()}
    return Access(image["roles"], image["state"], int(image["version"]), sessions, window.stale(image, clock.now()))


def create(work: UnitOfWork, user_id: str, roles: frozenset[str]) -> None:
    """Make the access item of a new account."""
    expression = "SET #roles = :roles, #sessions = :none, #state = :active, version = :one"
    values: dict[str, Value] = {":roles": roles, ":active": "active", ":none": {}, ":one": 1}
    names = {"#roles": "roles", "#sessions": "sessions", "#state": "state"}
    work.update(Update(partition(user_id), SK, expression, values, names, "attribute_not_exists(pk)"))


def set_sessions(work: UnitOfWork, user_id: str, was: Access, sessions: Mapping[str, SessionEntry]) -> None:
    """Replace the sessions of the item that was read, and clear the buckets that count no more."""
    clearing, stale = window.removal(was.stale)
    expression = f"SET #sessions = :sessions, version = :next {clearing}"
    names = stale | {"#sessions": "sessions", "#state": "state"}
    values: dict[str, Value] = {
        ":sessions": {key: live._asdict() for key, live in sessions.items()},
        ":version": was.version,
        ":next": was.version + 1,
        ":active": "active",
    }
    condition = "version = :version AND #state = :active"
    work.update(Update(partition(user_id), SK, expression, values, names, condition))


def set_roles(work: UnitOfWork, user_id: str, was: Access, roles: frozenset[str]) -> None:
    """Replace the roles of the item that was read."""
    values: dict[str, Value] = {":roles": roles, ":version": was.version, ":next": was.version + 1}
    expression = "SET #roles = :roles, version = :next"
    work.update(Update(partition(user_id), SK, expression, values, {"#roles": "roles"}, "version = :version"))
