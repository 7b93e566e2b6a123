import pytest

from neoforge.accounts import access_item, repository, roles
from neoforge.accounts.model import Role
from neoforge.errors import NotFound
from neoforge.ratelimit.policy import Policy
from tests.functions.helpers import client_error, failing
from tests.unit.helpers import EMAIL, items, let_in, new_user

pytestmark = pytest.mark.usefixtures("dynamodb", "pauses")


def test_a_role_counts_from_the_next_request_on_until_it_is_taken_away() -> None:
    token = let_in(new_user())
    policy = Policy("read", 100, 60)
    assert roles.grant(EMAIL, "admin") == ["user", "admin"]
    assert access_item.authenticate(token, policy)[0] == {"user", "admin"}
    assert roles.grant(EMAIL, "admin", revoke=True) == ["user"]
    assert access_item.authenticate(token, policy)[0] == {"user"}


def test_the_account_shows_its_roles_from_the_least_to_the_greatest() -> None:
    user, order = new_user(), list[Role](["admin", "support", "operator"])
    for role in order:
        roles.grant(EMAIL.upper(), role)
    account = repository.get(user)
    assert account.roles == ["user", "support", "operator", "admin"]
    assert account.version == 4


def test_nobody_loses_the_role_of_a_user() -> None:
    token = let_in(new_user())
    assert roles.grant(EMAIL, "user", revoke=True) == ["user"]
    assert access_item.authenticate_without_counting(token) == {"user"}


@pytest.mark.parametrize(("role", "revoke"), [("user", False), ("admin", True)])
def test_what_is_so_already_writes_nothing(role: Role, revoke: bool) -> None:
    new_user()
    before = items()
    assert roles.grant(EMAIL, role, revoke=revoke) == ["user"]
    assert items() == before


def test_nobody_gets_no_role() -> None:
    new_user("grace@example.com")
    before = items()
    with pytest.raises(NotFound):
        roles.grant(EMAIL, "admin")
    assert items() == before


def test_account_and_access_change_in_one_transaction_that_is_built_again_when_overtaken() -> None:
    token = let_in(new_user())
    overtaken = client_error("TransactionCanceledException", "None", "ConditionalCheckFailed")
    with failing(overtaken, operation="TransactWriteItems") as sent:
        roles.grant(EMAIL, "support")
    writes = [one for one in sent if one["operation"] == "TransactWriteItems"]
    assert [len(one["TransactItems"]) for one in writes] == [2, 2]
    assert access_item.authenticate_without_counting(token) == {"user", "support"}
