"""How a function is described: who may call it, how it is called, and what a call costs and leaves.

Each domain has a module of rows here. Access, permissions, reads, budgets, faults, hostile bodies, the smoke test, the
benchmark and the tables of the documents read them, so a new endpoint is described once.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from tests.catalog.world import Event, Request, World

Prepare = Callable[[World], Request | Event]

# Who calls, in the access matrix: by role, or with no token, a revoked one, or an expired one.
CALLERS = ("anonymous", "owner", "other", "support", "operator", "admin", "revoked", "expired")
WITHOUT_SESSION = frozenset({"anonymous", "revoked", "expired"})


class Access(NamedTuple):
    """Who may call an endpoint; `refusal` is the problem of those who have a session and may not."""

    allowed: frozenset[str]
    refusal: str = "forbidden"

    def outcome(self, caller: str) -> str:
        """Return the type of the problem that a caller gets, or an empty string."""
        if caller in self.allowed:
            return ""
        return "unauthorized" if caller in WITHOUT_SESSION else self.refusal


EVERYBODY = Access(frozenset(CALLERS))
USERS = Access(frozenset(CALLERS) - WITHOUT_SESSION)
OPTIONAL_USER = Access(USERS.allowed | {"anonymous"})  # a token that is sent has to be a good one
OWNER = Access(frozenset({"owner"}), "not-found")
OWNER_AND_SUPPORT = Access(frozenset({"owner", "support", "admin"}), "not-found")
OWNER_AND_ADMINS = Access(frozenset({"owner", "admin"}))
OPERATORS = Access(frozenset({"operator", "admin"}))
ADMINS = Access(frozenset({"admin"}))


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One way to call a function.

    `calls` are the calls to the database in their order, `reads` and `writes` the capacity units that they consume; a
    case without them is not in the budgets. A case with `leaves` is in the fault matrix: the items that it leaves, by
    kind and counters (tests/proof/engine/dynamodb.py), those of the accounts only if it changes any.
    """

    prepare: Prepare
    status: int = 200
    calls: tuple[str, ...] | None = None
    reads: float = 0
    writes: float = 0
    leaves: tuple[str, ...] | None = None
    again: int | None = None  # status for a client that asks again after it was done, if that is no replay
    begins_session: bool = False  # so that a lost answer leaves a session that nobody knows


def case(prepare: Prepare, calls: str | None = None, **rest: Any) -> Case:
    """Create a case; `calls` as words."""
    words = None if calls is None else tuple(calls.split())
    return Case(prepare=prepare, calls=words, **rest)


class Log(NamedTuple):
    """What a successful request may write to stdout, where it is paid for by the byte."""

    cold_lines: int
    cold_bytes: int
    warm_lines: int
    warm_bytes: int


# Each line of a write has the pseudonyms of account and source, 90 bytes, and that of a login also that of the e-mail.
ONE_LINE = Log(2, 640, 1, 420)  # the request's line; and once the metric ColdStart
WITH_EVENT = Log(3, 1050, 3, 1000)  # and a security event with its metric


@dataclass(frozen=True, slots=True, kw_only=True)
class Function:
    """A function of the template: an endpoint, or a scheduled job, which has no `access`.

    The first case is the example that stands for the endpoint wherever one call is enough.
    """

    handler: str  # its module in functions/: projects.get
    access: Access | None
    cases: Mapping[str, Case]
    modules: int  # in sys.modules after the first request
    schedule: str | None = None  # the expression by which a job runs, in UTC
    clients: int = 1  # of botocore, all of them created before the first request
    needs: frozenset[str] = frozenset()  # modules that it loads though most functions must not
    never: frozenset[str] = frozenset()  # modules that it must not load, though others may
    log: Log = ONE_LINE
    instructions: float | None = None  # of a cold start, as a multiple of a bare botocore client's
    eventual: frozenset[str] = frozenset()  # what it may read eventually consistent: operation and partition

    @property
    def example(self) -> Case:
        return next(iter(self.cases.values()))

    def access_of(self, caller: str) -> str:
        """Return the type of the problem that a caller gets, or an empty string."""
        assert self.access, f"{self.handler} is no endpoint"
        return self.access.outcome(caller)


IDEMPOTENCY = frozenset({"boto3"})  # which Powertools' idempotency imports
PASSWORDS = frozenset({"argon2", "neoforge.accounts.passwords"})
ACCOUNTS = frozenset({"neoforge.accounts.model"})
NO_DATABASE = frozenset({"botocore.client", "botocore.session", "pynamodb"})


def collection_counts(kind: str, *, revision: int, total: int) -> str:
    """Return the line of an owner's collection in `leaves`."""
    return f"{kind} total={total} revision={revision}"


def feed_counts(kind: str, *, revision: int, total: int) -> str:
    """Return the line of a feed's counters in `leaves`, all shards together."""
    return f"FEED {kind} total={total} revision={revision}"


def in_feed(kind: str, version: int, total: int = 1) -> tuple[str, ...]:
    """Return the lines of one resource in a feed; with total 0 of what counted one that is gone."""
    return (*(f"FEED {kind} version={version}",) * total, feed_counts(kind, revision=version, total=total))


def in_feed_and_collection(kind: str, version: int, total: int = 1) -> tuple[str, ...]:
    """Return the lines of one resource in a feed and in its owner's collection."""
    own = (*(f"{kind} version={version}",) * total, collection_counts(kind, revision=version, total=total))
    return (*in_feed(kind, version, total), *own)
