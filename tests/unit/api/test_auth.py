"""Who is let in; what a token is made of is in tests/unit/accounts, what it opens over HTTP in tests/functions."""

import pytest

from neoforge import clock, table
from neoforge.accounts import repository
from neoforge.accounts.model import Access, LiveSession
from neoforge.accounts.tokens import Token, digest
from neoforge.api.auth import Caller, user
from neoforge.errors import Unauthenticated
from neoforge.table import Item
from neoforge.work import UnitOfWork
from tests.functions.helpers import failing
from tests.unit.helpers import request

pytestmark = pytest.mark.usefixtures("dynamodb")


def live(expires_in: float = 60, state: str = "active") -> Token:
    """Store a session, and give its token."""
    token = Token(clock.new_id("usr"), clock.new_id("ses"), clock.new_secret())
    session = LiveSession(token_hash=digest(token.secret), expires_at=clock.now() + expires_in)
    access = Access.model_validate(
        {"roles": ["user", "support"], "state": state, "sessions": {token.session_id: session}}
    )
    Item(f"USER#{token.user_id}", "ACCESS", version=1, document=access.model_dump_json()).save()
    return token


def caller(authorization: str) -> Caller:
    made = request(headers={"Authorization": authorization})
    user(made)
    return Caller.from_request(made)


@pytest.mark.parametrize("scheme", ["Bearer {}", "bearer {}", "BEARER  {}"])
def test_a_live_session_is_its_account(scheme: str) -> None:
    token = live()
    found = caller(scheme.format(token))
    assert found == Caller(token.user_id, token.session_id, ("user", "support"))


def test_it_takes_one_read() -> None:
    token = live()
    with failing() as sent:
        caller(f"Bearer {token}")
    assert [(one["operation"], one["ConsistentRead"]) for one in sent] == [("GetItem", True)]


@pytest.mark.parametrize("seconds", [0, -1, -1e9])
def test_a_session_that_has_expired_is_not_used_though_it_is_still_stored(seconds: float) -> None:
    with pytest.raises(Unauthenticated):
        caller(f"Bearer {live(seconds)}")


def test_a_disabled_account_is_not_let_in() -> None:
    with pytest.raises(Unauthenticated):
        caller(f"Bearer {live(state='disabled')}")


def test_every_reason_has_the_same_words() -> None:
    token = live()
    tries = ["", "Bearer", f"Basic {token}", "Bearer x", f"Bearer {live(-1)}", f"Bearer {live(state='disabled')}"]
    tries += [
        f"Bearer {token._replace(**change)}"
        for change in (
            {"user_id": clock.new_id("usr")},
            {"session_id": clock.new_id("ses")},
            {"secret": clock.new_secret()},
        )
    ]
    words = set()
    for one in tries:
        with pytest.raises(Unauthenticated) as raised:
            caller(one)
        words.add(str(raised.value))
    assert len(words) == 1


def test_a_session_taken_from_the_access_item_is_dead_at_once() -> None:
    token = live()
    found = repository.access(token.user_id)
    assert found is not None
    work = UnitOfWork()
    repository.replace_access(work, token.user_id, Access(roles=["user"]), found[1])
    work.commit()
    with pytest.raises(Unauthenticated):
        caller(f"Bearer {token}")
    assert table.get(f"USER#{token.user_id}", "ACCESS") is not None
