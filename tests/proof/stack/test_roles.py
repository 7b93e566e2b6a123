"""`make role` at a running stack: a role counts from the next request on, with no new login."""

from typing import Any

import pytest

from scripts.api import Api
from tests.api import Account, new_account
from tests.proof.stack.conftest import StackUnderTest
from tests.proof.stack.roles import grant


@pytest.fixture
def account(http: Api) -> Account:
    return new_account(http)


def seen(http: Api, account: Account) -> Any:
    return http.request("GET", "/v1/account", token=account.token).json()


def test_a_role_is_granted_once_and_seen_with_the_next_request(
    stack: StackUnderTest, http: Api, account: Account
) -> None:
    assert seen(http, account)["roles"] == ["user"]
    line = f"{account.email}: user, admin\n"
    assert grant(stack, account.email, "admin") == (0, line, "")
    granted = seen(http, account)
    assert (granted["roles"], granted["version"]) == (["user", "admin"], 2)
    assert grant(stack, account.email.upper(), "admin") == (0, line.replace(account.email, account.email.upper()), "")
    assert seen(http, account) == granted


def test_a_role_is_taken_away_and_the_others_stay(stack: StackUnderTest, http: Api, account: Account) -> None:
    for role in ("admin", "support"):
        assert grant(stack, account.email, role)[0] == 0
    assert seen(http, account)["roles"] == ["user", "support", "admin"]
    for _ in range(2):
        assert grant(stack, account.email, "admin", "--revoke") == (0, f"{account.email}: user, support\n", "")
        assert (seen(http, account)["roles"], seen(http, account)["version"]) == (["user", "support"], 4)


def test_what_the_access_item_says_is_what_the_account_says(stack: StackUnderTest, http: Api, account: Account) -> None:
    assert grant(stack, account.email, "operator")[0] == 0
    key = {"pk": {"S": f"USER#{account.id}"}, "sk": {"S": "ACCESS"}}
    item = stack.clients.dynamodb.get_item(TableName=stack.table_name, Key=key, ConsistentRead=True)["Item"]
    assert item["roles"]["SS"] == ["operator", "user"]


def test_an_unknown_address_is_one_clear_line(stack: StackUnderTest) -> None:
    line = "there is no account with the e-mail nobody@example.com\n"
    assert grant(stack, "nobody@example.com", "admin") == (1, "", line)
