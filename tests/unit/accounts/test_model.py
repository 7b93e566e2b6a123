import time

import pytest
from pydantic import ValidationError

from neoforge.accounts.model import LIVE_SESSIONS, Access, Account, Credentials, LiveSession, NewAccount

DRAFT = NewAccount.model_validate({"email": "Ada@example.com", "password": "correct horse", "display_name": "Ada"})
SESSION = LiveSession(token_hash="0", expires_at=0)


def test_a_new_account_is_a_user_of_version_1() -> None:
    account = Account.new(DRAFT)
    assert (account.roles, account.version, account.display_name) == (["user"], 1, "Ada")
    assert account.created_at == account.updated_at
    assert account.id.startswith("usr_")


def test_a_password_is_never_shown() -> None:
    credentials = Credentials.model_validate({"email": "ada@example.com", "password": "correct horse"})
    for model in (DRAFT, credentials):
        for text in (repr(model), str(model), model.model_dump_json()):
            assert "correct" not in text


def test_the_error_of_a_password_does_not_quote_it() -> None:
    with pytest.raises(ValidationError) as raised:
        NewAccount.model_validate({"email": "a@b.co", "password": "p4ss", "display_name": "A"})
    assert "p4ss" not in str(raised.value.errors(include_url=False, include_input=False))


def test_a_session_more_leaves_the_others_and_what_it_was_added_to() -> None:
    before = Access(roles=["user"])
    after = before.with_session("ses_1", SESSION).with_session("ses_2", SESSION)
    assert set(after.sessions) == {"ses_1", "ses_2"}
    assert before.sessions == {}


def test_the_oldest_sessions_go_when_there_are_too_many() -> None:
    access = Access(roles=["user"])
    names = [f"ses_{number:03}" for number in range(LIVE_SESSIONS + 5)]
    for name in names:
        access = access.with_session(name, SESSION)
    assert list(access.sessions) == names[5:]


def test_an_access_item_stays_small() -> None:
    """It is read on each request: 4 KB are one read unit."""
    access = Access(roles=["user"])
    session = LiveSession(token_hash="0" * 64, expires_at=time.time())
    for number in range(LIVE_SESSIONS):
        access = access.with_session(f"ses_{number:036}", session)
    assert len(access.model_dump_json()) < 4096 - 200
