from collections.abc import Callable
from typing import Any

import pytest

from neoforge import clock
from neoforge.accounts import access_item
from neoforge.accounts.model import LIVE_SESSIONS
from neoforge.accounts.tokens import Token
from neoforge.dynamodb.keys import primary_key
from neoforge.dynamodb.transaction import UnitOfWork
from neoforge.errors import Unauthenticated, Unavailable, WriteConflict
from neoforge.ratelimit.policy import Policy
from tests.functions.helpers import client_error, failing
from tests.unit.helpers import FixedClock, disable, items, let_in, new_user

pytestmark = pytest.mark.usefixtures("dynamodb", "pauses")
READ, WRITE = Policy("read", 3, 60), Policy("write", 3, 60)
CONFLICT = client_error("TransactionConflictException")
# Both let in the same callers; one counts, the other only reads.
BOTH: list[Callable[[Token], frozenset[str]]] = [
    lambda token: access_item.authenticate(token, READ)[0],
    access_item.authenticate_without_counting,
]
both = pytest.mark.parametrize("authenticate", BOTH, ids=["authenticate", "authenticate_without_counting"])


def new() -> Token:
    return Token(clock.new_id("usr"), clock.new_id("ses"), clock.new_secret())


@pytest.fixture
def user() -> str:
    return new_user()


@both
def test_a_live_session_gives_the_roles_of_its_account(
    authenticate: Callable[[Token], frozenset[str]], user: str
) -> None:
    tokens = [let_in(user) for _ in range(2)]
    assert [authenticate(token) for token in tokens] == [{"user"}] * 2


def test_authenticating_and_counting_is_one_update(user: str) -> None:
    token = let_in(user)
    with failing() as sent:
        access_item.authenticate(token, READ)
    assert [(one["operation"], one["Key"]) for one in sent] == [("UpdateItem", primary_key(f"USER#{user}", "ACCESS"))]


def test_authenticating_without_counting_is_one_consistent_read(user: str) -> None:
    token = let_in(user)
    with failing() as sent:
        access_item.authenticate_without_counting(token)
    assert [(one["operation"], one["ConsistentRead"]) for one in sent] == [("GetItem", True)]


@both
@pytest.mark.parametrize(
    "reason", ["no account", "no session", "another secret", "another user's", "expired", "just expired", "disabled"]
)
def test_every_invalid_token_is_refused_with_the_same_message_and_counts_nothing(
    reason: str, authenticate: Callable[[Token], frozenset[str]], user: str, at: FixedClock
) -> None:
    token = let_in(user)
    match reason:
        case "no account":
            token = new()
        case "no session":
            token = token._replace(session_id=clock.new_id("ses"))
        case "another secret":
            token = token._replace(secret=let_in(user).secret)
        case "another user's":
            token = token._replace(user_id=let_in(new_user("grace@example.com")).user_id)
        case "expired":
            at.seconds += 61
        case "just expired":
            at.seconds += 60
        case "disabled":
            disable(user)
    before = items()
    with pytest.raises(Unauthenticated) as raised:
        authenticate(token)
    assert str(raised.value) == Unauthenticated.message
    assert items() == before


@both
def test_the_token_of_a_removed_session_is_refused_at_once_and_no_other(
    authenticate: Callable[[Token], frozenset[str]], user: str
) -> None:
    gone, kept = let_in(user), let_in(user)
    was, work = access_item.read(user), UnitOfWork()
    assert was
    access_item.set_sessions(work, user, was, {kept.session_id: was.sessions[kept.session_id]})
    work.commit()
    with pytest.raises(Unauthenticated):
        authenticate(gone)
    assert authenticate(kept) == {"user"}


def test_an_account_exceeds_its_quota_with_the_first_request_over_it(user: str, at: FixedClock) -> None:
    tokens = [let_in(user), let_in(user)]  # of one account: they share it
    usages = []
    for number in range(4):
        roles, usage = access_item.authenticate(tokens[number % 2], READ)
        assert roles == {"user"}
        usages.append((usage.policy, usage.remaining, usage.exceeded))
        at.seconds += 1
    assert usages == [(READ, 2, False), (READ, 1, False), (READ, 0, False), (READ, 0, True)]
    _, other = access_item.authenticate(tokens[1], WRITE)
    assert (other.policy, other.remaining) == (WRITE, 2)
    at.seconds += usage.seconds
    assert not access_item.authenticate(let_in(user), READ)[1].exceeded


@pytest.mark.parametrize("conflicts", [1, 2])
def test_an_update_that_meets_a_transaction_is_retried(conflicts: int, user: str, pauses: list[int]) -> None:
    token = let_in(user)
    with failing(*[CONFLICT] * conflicts, operation="UpdateItem"):
        roles, usage = access_item.authenticate(token, READ)
    assert pauses == list(range(conflicts))
    assert roles == {"user"}
    assert usage.remaining == 2


@pytest.mark.parametrize(
    "errors", [[CONFLICT] * 3, [client_error("ThrottlingException")], [client_error("500", status=500)]], ids=repr
)
def test_a_request_that_cannot_be_counted_is_unavailable(errors: list[Exception], user: str) -> None:
    token = let_in(user)
    with failing(*errors, operation="UpdateItem"), pytest.raises(Unavailable):
        access_item.authenticate(token, READ)


def test_counting_does_not_change_the_version_of_the_item(user: str) -> None:
    token = let_in(user)
    was, work = access_item.read(user), UnitOfWork()
    assert was
    access_item.authenticate(token, READ)
    access_item.set_sessions(work, user, was, {})
    work.commit()
    after = access_item.read(user)
    assert after
    assert (after.sessions, after.version) == ({}, was.version + 1)


Set = Callable[[UnitOfWork, str, access_item.Access, Any], None]


@pytest.mark.parametrize(
    ("change", "value"), [(access_item.set_sessions, {}), (access_item.set_roles, frozenset({"admin"}))]
)
def test_sessions_and_roles_of_an_item_that_has_changed_are_not_replaced(change: Set, value: Any, user: str) -> None:
    was = access_item.read(user)
    assert was
    let_in(user)
    before, work = items(), UnitOfWork()
    change(work, user, was, value)
    with pytest.raises(WriteConflict):
        work.commit()
    assert items() == before


def test_an_item_is_created_once_and_a_disabled_account_gets_no_sessions(user: str) -> None:
    was = access_item.read(user)
    assert was
    disable(user)
    for number in range(2):
        work = UnitOfWork()
        if number:
            access_item.create(work, user, frozenset({"admin"}))
        else:
            access_item.set_sessions(work, user, was, {})
        with pytest.raises(WriteConflict):
            work.commit()
    assert access_item.read(clock.new_id("usr")) is None


def test_roles_apply_from_the_next_request_on(user: str) -> None:
    token, was, work = let_in(user), access_item.read(user), UnitOfWork()
    assert was
    access_item.set_roles(work, user, was, frozenset({"user", "admin"}))
    work.commit()
    assert [authenticate(token) for authenticate in BOTH] == [{"user", "admin"}] * 2


def size(sessions: int, at: FixedClock) -> int:
    """Fill an access item, and tell its size in bytes, as DynamoDB counts it."""
    user = new_user()
    token = [let_in(user, 1000) for _ in range(sessions)][-1]
    for _ in range(15):  # a request of each policy in every bucket
        at.seconds += 10.123456
        for policy in (READ, WRITE):
            access_item.authenticate(token, policy._replace(quota=100))
    (item,) = [one for one in items() if one["sk"]["S"] == "ACCESS"]
    return sum(len(name) + measured(value) for name, value in item.items())


def measured(attribute: dict[str, Any]) -> int:
    """https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html"""
    ((kind, value),) = attribute.items()
    match kind:
        case "N":
            return len(value.strip("-0.")) // 2 + 2
        case "M":
            return 3 + sum(len(name) + measured(member) + 1 for name, member in value.items())
        case "SS":
            return sum(map(len, value))
    return len(value)


@pytest.mark.parametrize(("sessions", "limit"), [(1, 1024), (3, 1024), (LIVE_SESSIONS, 4096)])
def test_the_item_stays_small(sessions: int, limit: int, at: FixedClock) -> None:
    """Each request writes it, a write unit for 1 KB; to read 4 KB is one read unit."""
    at.seconds += 0.123456
    assert limit / 4 < size(sessions, at) <= limit
