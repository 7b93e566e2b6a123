"""The access item: what an account may do now. One write authenticates a request, checks that its session has not been
revoked, and counts it; admitting a caller takes no other call to the database.

USER#<user_id>    ACCESS    roles, state, rate limit buckets, and by session: hash of the access token, when it expires,
                            when the session does
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple, Self

from neoforge import clock
from neoforge.accounts.tokens import Token, digest, is_hash_of
from neoforge.dynamodb import expressions
from neoforge.dynamodb.expressions import Update, Value
from neoforge.dynamodb.keys import user_partition
from neoforge.dynamodb.transaction import UnitOfWork
from neoforge.errors import Forbidden, Unauthenticated
from neoforge.ratelimit import window
from neoforge.ratelimit.policy import Policy
from neoforge.ratelimit.window import Usage, WindowCounter
from neoforge.signing import pseudonym

if TYPE_CHECKING:  # who only authenticates needs no models of accounts
    from neoforge.accounts.model import State

SK = "ACCESS"
# The condition, on the item and its session, that admits a request.
_LIVE = "#state = :active AND #sessions.#session.#hash = :hash AND #sessions.#session.#until > :now"
_NAMES = {"#hash": "hash", "#sessions": "sessions", "#state": "state", "#until": "until"}  # reserved words


class Caller(NamedTuple):
    """The account that makes a request."""

    user_id: str
    session_id: str
    roles: frozenset[str]

    @property
    def pseudonym(self) -> str:
        """The account's pseudonym, for logs."""
        return pseudonym(self.user_id)


class SessionEntry(NamedTuple):
    """A session in the access item. Times are seconds since the epoch.

    Its stored names are short, so that an item with five sessions is written for one unit (1 KB).
    """

    hash: str  # of the access token's secret
    access_expires_at: float
    session_expires_at: float  # when it can no longer be refreshed

    @classmethod
    def of(cls, stored: Mapping[str, Any]) -> Self:
        return cls(stored["hash"], stored["until"], stored["ends"])

    def stored(self) -> dict[str, Value]:
        return {"hash": self.hash, "until": self.access_expires_at, "ends": self.session_expires_at}


class Access(NamedTuple):
    """An access item as it was read."""

    roles: frozenset[str]
    state: "State"
    version: int
    sessions: Mapping[str, SessionEntry]
    stale_buckets: list[str]


def authenticate(token: Token, policy: Policy) -> tuple[frozenset[str], Usage]:
    """Count a request. Return the account's roles and its usage of the policy (1 write unit up to 1 KB).

    Raises Unauthenticated, which counts nothing, and Unavailable.
    """
    now = clock.now()
    counter = WindowCounter(policy, now)
    names = counter.names | _NAMES | {"#session": token.session_id}
    values: dict[str, Value] = {":one": 1, ":active": "active", ":hash": digest(token.secret), ":now": now}
    try:
        image = expressions.update(Update(user_partition(token.user_id), SK, counter.expression, values, names, _LIVE))
    except expressions.ConditionFailed as error:
        raise Unauthenticated from error
    return frozenset(image["roles"]), counter.usage(image)


def authenticate_without_counting(token: Token) -> frozenset[str]:
    """Return the account's roles (1 read unit). Raises Unauthenticated and Unavailable."""
    access = read(token.user_id)
    entry = access.sessions.get(token.session_id) if access and access.state == "active" else None
    if access is None or entry is None or not is_hash_of(token.secret, entry.hash):
        raise Unauthenticated
    if entry.access_expires_at <= clock.now():
        raise Unauthenticated
    return access.roles


def read(user_id: str) -> Access | None:
    """Read an access item (1 read unit)."""
    image = expressions.get(user_partition(user_id), SK)
    if image is None:
        return None
    sessions = {session_id: SessionEntry.of(entry) for session_id, entry in image["sessions"].items()}
    stale = window.stale_buckets(image, clock.now())
    return Access(image["roles"], image["state"], int(image["version"]), sessions, stale)


def create(work: UnitOfWork, user_id: str, roles: frozenset[str]) -> None:
    """Create the access item of a new account."""
    expression = "SET #roles = :roles, #sessions = :none, #state = :active, version = :one"
    values: dict[str, Value] = {":roles": roles, ":active": "active", ":none": {}, ":one": 1}
    names = {"#roles": "roles", "#sessions": "sessions", "#state": "state"}
    work.update(Update(user_partition(user_id), SK, expression, values, names, "attribute_not_exists(pk)"))


def set_sessions(work: UnitOfWork, user_id: str, before: Access, sessions: Mapping[str, SessionEntry]) -> None:
    """Replace the sessions of an account that has the same state still, and remove stale buckets."""
    clearing, stale = window.removal(before.stale_buckets)
    expression = f"SET #sessions = :sessions, version = :next {clearing}"
    names = stale | {"#sessions": "sessions", "#state": "state"}
    values: dict[str, Value] = {
        ":sessions": {session_id: entry.stored() for session_id, entry in sessions.items()},
        ":version": before.version,
        ":next": before.version + 1,
        ":state": before.state,
    }
    condition = "version = :version AND #state = :state"
    work.update(Update(user_partition(user_id), SK, expression, values, names, condition))


def set_roles(work: UnitOfWork, user_id: str, before: Access, roles: frozenset[str]) -> None:
    """Replace the roles."""
    values: dict[str, Value] = {":roles": roles, ":version": before.version, ":next": before.version + 1}
    expression = "SET #roles = :roles, version = :next"
    work.update(Update(user_partition(user_id), SK, expression, values, {"#roles": "roles"}, "version = :version"))


def set_state(work: UnitOfWork, user_id: str, before: Access, state: "State") -> None:
    """Replace the state."""
    values: dict[str, Value] = {":state": state, ":version": before.version, ":next": before.version + 1}
    expression = "SET #state = :state, version = :next"
    work.update(Update(user_partition(user_id), SK, expression, values, {"#state": "state"}, "version = :version"))


def require_admin(work: UnitOfWork, user_id: str) -> None:
    """Require an active account with the role admin: else the commit raises Forbidden."""
    values: dict[str, Value] = {":active": "active", ":admin": "admin"}
    names, condition = {"#roles": "roles", "#state": "state"}, "#state = :active AND contains(#roles, :admin)"
    work.check(Update(user_partition(user_id), SK, "", values, names, condition), lambda _: Forbidden())
