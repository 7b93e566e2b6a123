"""GET /v1/admin/accounts/{user_id}."""

import pytest

from tests.api import call
from tests.functions.helpers import assert_problem


def test_an_admin_sees_an_account_and_its_state(admin: str, token: str, path: str) -> None:
    answer = call("GET", path, token=admin)
    assert answer.status == 200
    assert answer.json() == call("GET", "/v1/account", token=token).json() | {"state": "active"}
    assert answer.headers["ETag"] == '"v1"'


def test_the_owner_is_not_told_of_a_state(token: str) -> None:
    assert "state" not in call("GET", "/v1/account", token=token).json()


@pytest.mark.parametrize("user_id", ["usr_01a20538-11bf-7304-bb36-19bcf1775ed8", "x", "usr_", "USR_x"])
def test_an_unknown_account_is_404(user_id: str, admin: str) -> None:
    assert_problem(call("GET", f"/v1/admin/accounts/{user_id}", token=admin), "not-found")


def test_nobody_else_may_look(token: str, staff: str, operator: str, path: str) -> None:
    for other in (token, staff, operator):
        assert_problem(call("GET", path, token=other), "forbidden")
    assert_problem(call("GET", path), "unauthorized")
