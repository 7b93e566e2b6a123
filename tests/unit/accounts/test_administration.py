"""What admins do with accounts. Over HTTP: tests/functions/admin; at the same moment: tests/proof/engine."""

import pytest

from neoforge.accounts import access_item, administration, sessions
from neoforge.accounts.access_item import Caller
from neoforge.accounts.administration import StateChange
from neoforge.accounts.roles import grant
from neoforge.accounts.tokens import Token
from neoforge.dynamodb.transaction import UnitOfWork
from neoforge.errors import Forbidden, NotFound, WriteConflict
from neoforge.models import ANY
from tests.unit.helpers import begin, commit, disable, is_live, items, new_user

pytestmark = pytest.mark.usefixtures("dynamodb", "pauses")
SUSPEND = StateChange(state="suspended")


@pytest.fixture
def user() -> str:
    return new_user()


def new_admin(email: str = "admin@example.com") -> Caller:
    user_id = new_user(email)
    grant(email, "admin")
    return Caller(user_id, "", frozenset({"user", "admin"}))


def state(user_id: str) -> str:
    found = access_item.read(user_id)
    assert found
    return found.state


def suspended(caller: Caller, user_id: str) -> UnitOfWork:
    work = UnitOfWork()
    administration.update(work, caller, user_id, SUSPEND, ANY)
    return work


def test_account_state_and_the_callers_role_are_one_transaction(user: str) -> None:
    work = suspended(new_admin(), user)
    assert [write.operation for write in work.writes] == ["Put", "Update", "ConditionCheck"]
    assert administration.get(user).state == "active"
    commit(work)
    assert (administration.get(user).state, administration.get(user).version) == ("suspended", 2)


def test_of_two_admins_who_suspend_one_another_the_second_is_refused() -> None:
    one, other = new_admin(), new_admin("other@example.com")
    works = [suspended(one, other.user_id), suspended(other, one.user_id)]
    commit(works[0])
    with pytest.raises((Forbidden, WriteConflict)):
        commit(works[1])
    with pytest.raises(Forbidden):
        commit(suspended(other, one.user_id))
    assert (state(one.user_id), state(other.user_id)) == ("active", "suspended")


def test_an_admin_who_has_lost_the_role_meanwhile_changes_nothing(user: str) -> None:
    admin = new_admin()
    work = suspended(admin, user)
    grant("admin@example.com", "admin", revoke=True)
    before = items()
    with pytest.raises(Forbidden):
        commit(work)
    assert items() == before


def test_a_session_that_begins_at_the_same_moment_is_no_way_around(user: str) -> None:
    admin, tokens = new_admin(), begin(user)
    work = suspended(admin, user)
    begin(user)
    with pytest.raises(WriteConflict):
        commit(work)  # and the request is executed again
    commit(suspended(admin, user))
    assert not is_live(tokens)


def test_a_refresh_that_was_read_before_the_suspension_is_not_committed(user: str) -> None:
    token = Token.verify("refresh", begin(user).refresh_token)
    assert token
    work = UnitOfWork()
    sessions._rotate(work, token, sessions._session(token), "192.0.2.1")
    commit(suspended(new_admin(), user))
    with pytest.raises(WriteConflict):
        commit(work)


def test_sessions_of_an_account_in_any_state_are_ended(user: str) -> None:
    begin(user), begin(user)
    disable(user)
    work = UnitOfWork()
    assert administration.revoke_sessions(work, new_admin(), user) == 2
    commit(work)
    assert "SESSION#" not in str(items())


def test_who_is_no_admin_any_more_ends_no_sessions(user: str) -> None:
    begin(user)
    admin, work = new_admin(), UnitOfWork()
    administration.revoke_sessions(work, admin, user)
    grant("admin@example.com", "admin", revoke=True)
    with pytest.raises(Forbidden):
        commit(work)
    assert "SESSION#" in str(items())


def test_an_account_that_does_not_exist_is_not_found() -> None:
    admin, work = new_admin(), UnitOfWork()
    for call in (
        lambda: administration.get("usr_0"),
        lambda: administration.update(work, admin, "usr_0", SUSPEND, ANY),
        lambda: administration.revoke_sessions(work, admin, "usr_0"),
    ):
        with pytest.raises(NotFound):
            call()
    assert work.writes == []
