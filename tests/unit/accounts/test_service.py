from collections.abc import Callable
from typing import Any
from unittest.mock import Mock

import pytest

from neoforge.accounts import passwords, repository, service, sessions
from neoforge.accounts.access_item import Caller
from neoforge.accounts.model import Account, Credentials, PasswordChange, Tokens
from neoforge.dynamodb.transaction import UnitOfWork
from neoforge.errors import InvalidField, NotFound, QuotaExceeded, Unauthenticated, WriteConflict
from neoforge.ratelimit.limiter import Limiter
from neoforge.ratelimit.policy import Policy, policies
from tests.api import PASSWORD
from tests.functions.helpers import client_error, failing
from tests.unit.conftest import Counted
from tests.unit.helpers import EMAIL, FixedClock, disable, draft, is_live, items, parsed

pytestmark = pytest.mark.usefixtures("dynamodb", "quick_passwords")
SOURCE, OTHER, NEW = "192.0.2.1", "192.0.2.2", "purple monkey dishwasher"


@pytest.fixture
def account() -> Account:
    work = UnitOfWork()
    made = service.register(work, draft(), SOURCE)
    work.commit()
    return made


def login(email: str = EMAIL, password: str = PASSWORD, source: str = SOURCE) -> str:
    """Log in, and return the id of the account."""
    credentials = Credentials.model_validate({"email": email, "password": password})
    return parsed(service.log_in(credentials, "agent", source, Limiter([])).access_token).user_id


def shut_out(email: str = EMAIL) -> None:
    """Guess from as many addresses as it takes until another one may not."""
    for number in range(3):
        with pytest.raises(Unauthenticated):
            login(email, "wrong", f"198.51.100.{number}")
    with pytest.raises(QuotaExceeded):
        login(email, source="198.51.100.9")


def change(account: Account, kept: Tokens, current: str = PASSWORD, new: str = NEW) -> UnitOfWork:
    work = UnitOfWork()
    body = PasswordChange.model_validate({"current_password": current, "new_password": new})
    caller = Caller(account.id, kept.session.id, frozenset({"user"}))
    service.change_password(work, caller, body)
    return work


def calls(use: Callable[[], Any]) -> list[str]:
    """Return the database calls of a use that is refused."""
    with failing() as sent, pytest.raises(Unauthenticated):
        use()
    return [one["operation"] for one in sent]


def test_a_common_password_is_refused_before_it_is_hashed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passwords, "hashed", lambda _: pytest.fail("hashed"))
    work = UnitOfWork()
    with pytest.raises(InvalidField) as raised:
        service.register(work, draft(password="Password1"), SOURCE)
    assert raised.value.member == "password"
    assert work.writes == []


def test_the_right_password_returns_the_user_id(account: Account) -> None:
    assert login() == login(EMAIL.upper()) == account.id


def test_a_wrong_password_and_an_unknown_email_get_the_same_message(account: Account) -> None:
    words = set()
    for wrong in ({"password": "wrong"}, {"email": "nobody@example.com"}, {"email": "", "password": ""}):
        with pytest.raises(Unauthenticated) as raised:
            login(**wrong)
        words.add(str(raised.value))
    assert words == {"The e-mail or the password is wrong."}


@pytest.mark.parametrize("before", [0, 1, 2])
def test_a_wrong_password_and_an_unknown_email_make_the_same_calls_and_hash_once(
    before: int, account: Account, monkeypatch: pytest.MonkeyPatch, counted: Counted
) -> None:
    verify = Mock(wraps=passwords.matches)
    monkeypatch.setattr(passwords, "matches", verify)
    for _ in range(before):
        calls(lambda: login(password="wrong"))
        calls(lambda: login("nobody@example.com"))
    known, unknown = calls(lambda: login(password="wrong")), calls(lambda: login("nobody@example.com"))
    assert known == unknown == ["UpdateItem"] * (3 if before else 2) + ["GetItem"]
    assert verify.call_count == 2 * (before + 1) == counted()["LoginFailed"]


def test_failed_logins_delay_their_source_but_not_the_owner(account: Account, at: FixedClock) -> None:
    for _ in range(3):
        with pytest.raises(Unauthenticated):
            login(password="wrong", source=OTHER)
    with pytest.raises(QuotaExceeded) as raised:
        login(source=OTHER)
    assert raised.value.seconds == 1
    assert login() == account.id
    at.seconds += 1
    assert login(source=OTHER) == account.id
    assert not any("failures" in item for item in items())


def test_failed_logins_of_an_unknown_email_delay_their_source_too(at: FixedClock) -> None:
    for _ in range(3):
        with pytest.raises(Unauthenticated):
            login("nobody@example.com")
    with pytest.raises(QuotaExceeded):
        login("nobody@example.com")


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of failed logins of an account, three are allowed in a minute."""
    monkeypatch.setitem(policies(), "auth", Policy("auth", 3, 60))


@pytest.mark.usefixtures("few")
def test_only_failed_logins_count_for_an_account(account: Account) -> None:
    for number in range(9):
        assert login(source=f"192.0.2.{100 + number}") == account.id
    shut_out()


@pytest.mark.usefixtures("few")
@pytest.mark.parametrize("before", ["registered", "logged in"])
def test_an_address_from_which_the_account_was_used_is_not_shut_out(before: str, account: Account) -> None:
    source = SOURCE if before == "registered" else OTHER
    if before == "logged in":
        login(source=source)
    shut_out()
    assert login(source=source) == account.id
    for _ in range(3):
        with pytest.raises(Unauthenticated):
            login(password="wrong", source=source)


@pytest.mark.usefixtures("few")
def test_an_account_that_nobody_has_is_shut_out_alike(account: Account) -> None:
    shut_out("nobody@example.com")


@pytest.mark.usefixtures("few")
def test_whoever_is_logged_in_can_change_the_password_though_strangers_guess(account: Account) -> None:
    kept = sessions.begin(account.id, "", "203.0.113.1")
    shut_out()
    change(account, kept).commit()
    assert login(password=NEW) == account.id


def test_a_right_password_of_a_disabled_account_counts_as_a_failure(account: Account) -> None:
    disable(account.id)
    for _ in range(3):
        with pytest.raises(Unauthenticated):
            login()
    with pytest.raises(QuotaExceeded):
        login()


def test_a_new_password_replaces_the_old_one_and_ends_all_other_sessions(account: Account, counted: Counted) -> None:
    kept, other = (sessions.begin(account.id, "", SOURCE) for _ in range(2))
    work = change(account, kept)
    assert counted() == {}
    work.commit()
    assert (is_live(kept), is_live(other)) == (True, False)
    assert counted() == {"SessionRevoked": 1, "PasswordChanged": 1}
    assert login(password=NEW) == account.id
    with pytest.raises(Unauthenticated):
        login()


def test_a_password_change_that_conflicts_reports_nothing(account: Account, counted: Counted) -> None:
    kept = sessions.begin(account.id, "", SOURCE)
    works = [change(account, kept), change(account, kept, new="another good password")]
    works[0].commit()
    told = counted()
    with pytest.raises(WriteConflict):
        works[1].commit()
    assert counted() == told == {"PasswordChanged": 1}
    assert login(password=NEW) == account.id


def test_a_wrong_current_password_changes_nothing_and_counts_as_a_failed_login(
    account: Account, counted: Counted
) -> None:
    kept = sessions.begin(account.id, "", SOURCE)
    for _ in range(3):
        with pytest.raises(InvalidField) as raised:
            change(account, kept, current="wrong")
        assert raised.value.member == "current_password"
    with pytest.raises(QuotaExceeded):
        change(account, kept)
    assert counted() == {"LoginFailed": 3, "QuotaExceeded": 1}
    assert login() == account.id
    change(account, sessions.begin(account.id, "", SOURCE)).commit()


def test_a_password_change_that_is_built_again_and_again_counts_no_guess(account: Account) -> None:
    kept = sessions.begin(account.id, "", SOURCE)
    for _ in range(9):
        change(account, kept)


def test_a_common_new_password_is_refused_naming_the_member(account: Account) -> None:
    with pytest.raises(InvalidField) as raised:
        change(account, sessions.begin(account.id, "", SOURCE), new="Password1")
    assert raised.value.member == "new_password"


def test_a_password_change_without_a_credential_is_not_found(account: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = sessions.begin(account.id, "", SOURCE)
    monkeypatch.setattr(repository, "credential", lambda _: None)
    with pytest.raises(NotFound):
        change(account, kept)


@pytest.mark.parametrize("error", [client_error("AccessDeniedException")], ids=repr)
def test_a_login_that_cannot_be_counted_is_not_checked(error: Exception, account: Account, counted: Counted) -> None:
    with failing(error, operation="UpdateItem") as sent, pytest.raises(type(error)):
        login()
    assert [one["operation"] for one in sent] == ["UpdateItem"]
    assert counted() == {}
