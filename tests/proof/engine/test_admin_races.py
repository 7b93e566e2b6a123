"""Admins who suspend one another at once, each in a process of its own."""

import pytest

from neoforge.accounts import access_item
from neoforge.accounts.roles import grant
from tests.api import call
from tests.callers import sign_in
from tests.catalog.world import Session
from tests.proof.engine.workers import Fleet, Invocation, invocation

ROUNDS = 5


def new_admin(number: int) -> Session:
    admin = sign_in(f"admin-{number}@example.com")
    grant(admin.email, "admin")
    return admin


def suspension(by: Session, whom: Session) -> Invocation:
    return invocation("PATCH", f"/v1/admin/accounts/{whom.user_id}", body={"state": "suspended"}, token=by.token)


def states(admins: list[Session]) -> list[str]:
    found = [access_item.read(one.user_id) for one in admins]
    return [one.state for one in found if one]


@pytest.mark.parametrize("number", [2, 4])
def test_admins_who_suspend_one_another_at_once_leave_one_who_is_active(fleet: Fleet, number: int) -> None:
    for attempt in range(ROUNDS):
        admins = [new_admin(attempt * 10 + one) for one in range(number)]
        pairs = [(by, whom) for by in admins for whom in admins if by is not whom]
        answers = fleet.answers(*[suspension(by, whom) for by, whom in pairs])
        assert {answer.status for answer in answers} <= {200, 401, 403, 503}
        assert "active" in states(admins)
        for (_, whom), answer in zip(pairs, answers, strict=True):
            if answer.status == 200:
                assert call("GET", "/v1/account", token=whom.token).status == 401
