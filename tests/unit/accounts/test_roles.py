import pytest

from neoforge.accounts import access_item, repository, roles
from neoforge.accounts.model import Role
from neoforge.errors import NotFound
from neoforge.ratelimit.policy import Policy
from tests.functions.helpers import client_error, failing
from tests.unit.helpers import EMAIL, items, let_in, new_user

pytestmark = pytest.mark.usefixtures("dynamodb", "pauses")


def test_a_role_applies_from_the_next_request_on_until_it_is_revoked() -> None:
    token = let_in(new_user())
    policy = Policy("read", 100, 60)
    assert roles.grant(EMAIL, "admin") == ["user", "admin"]
    assert access_item.authenticate(token, policy)[0] == {"user", "admin"}
    assert roles.grant(EMAIL, "admin", revoke=True) == ["user"]
    assert access_item.authenticate(token, policy)[0] == {"user"}


def test_the_roles_of_an_account_are_sorted_by_privilege() -> None:
    user, order = new_user(), list[Role](["admin", "support", "operator"])
    for role in order:
        roles.grant(EMAIL.upper(), role)
    account = repository.get(user)
    assert account.roles == ["user", "support", "operator", "admin"]
    assert account.version == 4


def test_the_role_user_cannot_be_revoked() -> None:
    token = let_in(new_user())
    assert roles.grant(EMAIL, "user", revoke=True) == ["user"]
    assert access_item.authenticate_without_counting(token) == {"user"}


@pytest.mark.parametrize(("role", "revoke"), [("user", False), ("admin", True)])
def test_a_grant_that_changes_nothing_writes_nothing(role: Role, revoke: bool) -> None:
    new_user()
    before = items()
    assert roles.grant(EMAIL, role, revoke=revoke) == ["user"]
    assert items() == before


def test_a_grant_to_an_unknown_email_is_not_found() -> None:
    new_user("grace@example.com")
    before = items()
    with pytest.raises(NotFound):
        roles.grant(EMAIL, "admin")
    assert items() == before


def test_account_and_access_item_change_in_one_transaction_that_is_built_again_on_a_conflict() -> None:
    token = let_in(new_user())
    overtaken = client_error("TransactionCanceledException", "None", "ConditionalCheckFailed")
    with failing(overtaken, operation="TransactWriteItems") as sent:
        roles.grant(EMAIL, "support")
    writes = [one for one in sent if one["operation"] == "TransactWriteItems"]
    assert [len(one["TransactItems"]) for one in writes] == [2, 2]
    assert access_item.authenticate_without_counting(token) == {"user", "support"}
