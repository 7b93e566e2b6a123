"""Access of accounts; tokens and counting are tested in tests/unit/accounts."""

import pytest

from neoforge import clock
from neoforge.accounts import access_item
from neoforge.accounts.access_item import Caller
from neoforge.accounts.tokens import Token
from neoforge.api.auth import authenticated, requires_role
from neoforge.api.request import Request
from neoforge.dynamodb.transaction import UnitOfWork
from neoforge.errors import Forbidden, QuotaExceeded, Unauthenticated, Unavailable
from neoforge.ratelimit.policy import Policy, policies
from tests.functions.helpers import client_error, failing
from tests.unit.conftest import Counted
from tests.unit.helpers import commit, items, let_in, new_user, request

pytestmark = pytest.mark.usefixtures("dynamodb", "pauses")
AWAY = client_error("ThrottlingException")


@pytest.fixture
def token() -> Token:
    return let_in(new_user())


def give_roles(user_id: str, roles: set[str]) -> None:
    was, work = access_item.read(user_id), UnitOfWork()
    assert was
    access_item.set_roles(work, user_id, was, frozenset(roles))
    commit(work)


def admit(authorization: str, method: str = "GET") -> Request:
    made = request(method, headers={"Authorization": authorization})
    authenticated(made)
    return made


def caller(authorization: str, method: str = "GET") -> Caller | None:
    return admit(authorization, method).caller


@pytest.mark.parametrize("scheme", ["Bearer {}", "bearer {}", "BEARER  {}"])
def test_the_token_of_a_live_session_admits_its_account(scheme: str, token: Token) -> None:
    assert caller(scheme.format(token.issue("access"))) == Caller(token.user_id, token.session_id, frozenset({"user"}))


@pytest.mark.parametrize(("method", "policy"), [("GET", "read"), ("POST", "write")])
def test_admitting_and_counting_a_request_is_one_update(method: str, policy: str, token: Token) -> None:
    with failing() as sent:
        made = admit(f"Bearer {token.issue('access')}", method)
    assert [one["operation"] for one in sent] == ["UpdateItem"]
    assert [usage.policy for usage in made.usages] == [policies()[policy]]


@pytest.mark.parametrize("form", ["", "Bearer", "Bearer ", "Bearer x", "Basic {}", "{}", "Token {}", "Bearer {}x"])
def test_a_malformed_token_is_refused_without_a_database_call(form: str, token: Token) -> None:
    with failing() as sent, pytest.raises(Unauthenticated) as raised:
        caller(form.format(token.issue("access")))
    assert sent == []
    assert str(raised.value) == Unauthenticated.message


def test_a_request_without_a_token_is_refused() -> None:
    made = request()
    with pytest.raises(Unauthenticated):
        authenticated(made)
    assert made.caller is None


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_wrong_token_is_refused_with_the_same_message_and_counts_nothing(method: str, token: Token) -> None:
    before = items()
    with pytest.raises(Unauthenticated) as raised:
        caller(f"Bearer {token._replace(secret=clock.new_secret()).issue('access')}", method)
    assert str(raised.value) == Unauthenticated.message
    assert items() == before


def test_while_requests_cannot_be_counted_reads_are_admitted_and_reported(token: Token, counted: Counted) -> None:
    with failing(AWAY, operation="UpdateItem") as sent:
        made = admit(f"Bearer {token.issue('access')}")
    assert made.caller == Caller(token.user_id, token.session_id, frozenset({"user"}))
    assert [one["operation"] for one in sent] == ["UpdateItem", "GetItem"]
    assert (made.usages, counted()) == ([], {"RateLimitUnavailable": 1})


def test_while_requests_cannot_be_counted_a_read_with_a_wrong_token_is_refused(token: Token) -> None:
    with failing(AWAY, operation="UpdateItem"), pytest.raises(Unauthenticated):
        caller(f"Bearer {token._replace(secret=clock.new_secret()).issue('access')}")


def test_while_requests_cannot_be_counted_a_write_is_unavailable(token: Token) -> None:
    with failing(AWAY, operation="UpdateItem") as sent, pytest.raises(Unavailable):
        caller(f"Bearer {token.issue('access')}", "POST")
    assert len(sent) == 1


def test_reads_and_writes_have_a_quota_each(token: Token, monkeypatch: pytest.MonkeyPatch, counted: Counted) -> None:
    for name in ("read", "write"):
        monkeypatch.setitem(policies(), name, Policy(name, 2, 60))
    for method in ("GET", "POST", "GET", "POST"):
        caller(f"Bearer {token.issue('access')}", method)
    for method in ("GET", "POST"):
        made = request(method, headers={"Authorization": f"Bearer {token.issue('access')}"})
        with pytest.raises(QuotaExceeded):
            authenticated(made)
        assert (made.caller, [usage.remaining for usage in made.usages]) == (None, [0])
    assert counted() == {"QuotaExceeded": 2}


@pytest.mark.parametrize(
    ("roles", "allowed"),
    [
        (set(), False),
        ({"support"}, False),
        ({"operator"}, True),
        ({"support", "operator"}, True),
        ({"admin"}, True),
    ],
)
def test_a_required_role_admits_accounts_that_have_it_and_admins(roles: set[str], allowed: bool, token: Token) -> None:
    give_roles(token.user_id, {"user", *roles})
    made = request("POST", headers={"Authorization": f"Bearer {token.issue('access')}"})
    if allowed:
        requires_role("operator")(made)
        assert made.caller
        assert made.caller.roles == {"user", *roles}
    else:
        with pytest.raises(Forbidden):
            requires_role("operator")(made)


def test_one_of_several_required_roles_is_enough(token: Token) -> None:
    give_roles(token.user_id, {"user", "support"})
    requires_role("operator", "support")(request(headers={"Authorization": f"Bearer {token.issue('access')}"}))


def test_a_request_without_a_token_is_unauthenticated_and_not_forbidden() -> None:
    with pytest.raises(Unauthenticated):
        requires_role("operator")(request())


def test_a_forbidden_request_counts_against_the_quota(token: Token) -> None:
    made = request("POST", headers={"Authorization": f"Bearer {token.issue('access')}"})
    with pytest.raises(Forbidden):
        requires_role("operator")(made)
    assert [usage.policy.name for usage in made.usages] == ["write"]
