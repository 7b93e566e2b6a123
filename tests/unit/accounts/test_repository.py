from unittest.mock import Mock

import pytest

from neoforge.accounts import repository
from neoforge.accounts.model import SESSION_IDLE_SECONDS, Account, AccountChange
from neoforge.accounts.repository import Credential, StoredSession
from neoforge.dynamodb import migrations
from neoforge.dynamodb.transaction import UnitOfWork
from neoforge.errors import EmailTaken, NotFound, PreconditionFailed, WriteConflict
from neoforge.models import ANY, Precondition
from tests.unit.helpers import EMAIL, FixedClock, draft, items

pytestmark = pytest.mark.usefixtures("dynamodb")


def make(email: str = EMAIL) -> Account:
    account, work = Account.new(draft(email)), UnitOfWork()
    repository.create(work, account, "hash")
    work.commit()
    return account


def stored(at: FixedClock, seconds: float = 1e9) -> StoredSession:
    return StoredSession(
        created_at="",
        expires_at=at.seconds + seconds,
        last_seen_at=at.seconds,
        refresh_hash="0",
        user_agent="",
        ip_address="",
    )


@pytest.mark.parametrize("email", [EMAIL, EMAIL.title(), EMAIL.upper()])
def test_a_credential_is_found_by_its_email_in_any_case(email: str) -> None:
    account = make()
    assert repository.credential(email) == (Credential(user_id=account.id, password_hash="hash"), 1)


def test_a_credential_of_an_older_schema_is_read_through_its_migration(monkeypatch: pytest.MonkeyPatch) -> None:
    account = make()
    migration = Mock(side_effect=lambda document: document | {"password_hash": "migrated"})
    monkeypatch.setitem(migrations.MIGRATIONS, "CREDENTIAL", (migration,))
    assert repository.credential(EMAIL) == (Credential(user_id=account.id, password_hash="migrated"), 1)
    work = UnitOfWork()
    repository.replace_credential(work, EMAIL, Credential(user_id=account.id, password_hash="new"), 1)
    work.commit()
    assert repository.credential(EMAIL) == (Credential(user_id=account.id, password_hash="new"), 2)
    assert migration.call_count == 1


def test_an_unknown_user_has_no_credential_no_account_and_no_session() -> None:
    assert repository.credential("nobody@example.com") is None
    assert repository.session("usr_1", "ses_1") is None
    assert repository.sessions("usr_1") == {}
    with pytest.raises(NotFound):
        repository.get("usr_1")


@pytest.mark.parametrize("email", [EMAIL, EMAIL.upper()])
def test_a_second_account_with_an_email_is_refused_and_nothing_is_written(email: str) -> None:
    make()
    before = items()
    with pytest.raises(EmailTaken):
        make(email)
    assert items() == before


def test_no_key_contains_an_email() -> None:
    make()
    assert not any("@" in item["pk"]["S"] + item["sk"]["S"] for item in items())


def test_an_account_is_read_as_it_was_created() -> None:
    account = make()
    assert repository.get(account.id) == account


@pytest.mark.parametrize("precondition", [ANY, Precondition(frozenset({1})), Precondition(frozenset({1, 9}))])
def test_an_update_of_a_named_version_is_applied(precondition: Precondition) -> None:
    account, work = make(), UnitOfWork()
    after = repository.update(work, account.id, AccountChange(display_name="Grace"), precondition)
    work.commit()
    assert repository.get(account.id) == after
    assert (after.display_name, after.version, after.email) == ("Grace", 2, EMAIL)


@pytest.mark.parametrize("precondition", [Precondition(frozenset({2})), Precondition(frozenset())])
def test_an_update_of_another_version_fails_its_precondition(precondition: Precondition) -> None:
    account, work = make(), UnitOfWork()
    with pytest.raises(PreconditionFailed):
        repository.update(work, account.id, AccountChange(display_name="Grace"), precondition)
    assert work.writes == []


def test_an_update_that_changes_nothing_writes_nothing() -> None:
    account, work = make(), UnitOfWork()
    for change in (AccountChange(), AccountChange(display_name="Ada")):
        assert repository.update(work, account.id, change, ANY) == account
    assert work.writes == []


def test_an_account_is_replaced_only_in_the_version_that_was_read() -> None:
    account = make()
    works = [UnitOfWork(), UnitOfWork()]
    for work in works:
        repository.update(work, account.id, AccountChange(display_name="Grace"), ANY)
    works[0].commit()
    with pytest.raises(WriteConflict):
        works[1].commit()


def test_a_credential_is_replaced_only_in_the_version_that_was_read() -> None:
    account = make()
    after = Credential(user_id=account.id, password_hash="other")
    for version, error in ((1, None), (1, WriteConflict), (2, None)):
        work = UnitOfWork()
        repository.replace_credential(work, EMAIL.upper(), after, version)
        if error:
            with pytest.raises(error):
                work.commit()
        else:
            work.commit()
    assert repository.credential(EMAIL) == (after, 3)


def test_a_session_is_created_replaced_and_deleted(at: FixedClock) -> None:
    first = stored(at)
    second = first.model_copy(update={"generation": 1})
    for version, wanted in ((0, first), (1, second), (2, None)):
        work = UnitOfWork()
        if not version:
            repository.create_session(work, "usr_1", "ses_1", first)
        elif wanted:
            repository.replace_session(work, "usr_1", "ses_1", wanted, version)
        else:
            repository.delete_session(work, "usr_1", "ses_1")
        work.commit()
        assert repository.session("usr_1", "ses_1") == ((wanted, version + 1) if wanted else None)
        assert repository.sessions("usr_1") == ({"ses_1": wanted} if wanted else {})


def test_a_session_that_changed_since_it_was_read_is_not_replaced(at: FixedClock) -> None:
    work = UnitOfWork()
    repository.create_session(work, "usr_1", "ses_1", stored(at))
    work.commit()
    for version in (0, 2):
        work = UnitOfWork()
        repository.replace_session(work, "usr_1", "ses_1", stored(at), version)
        with pytest.raises(WriteConflict):
            work.commit()
    work = UnitOfWork()
    repository.create_session(work, "usr_1", "ses_1", stored(at))
    with pytest.raises(WriteConflict):
        work.commit()


@pytest.mark.parametrize(("expires_in", "lives"), [(1e9, SESSION_IDLE_SECONDS), (100.5, 100.5)])
def test_a_session_is_read_until_it_ends_which_is_when_ttl_deletes_it(
    expires_in: float, lives: float, at: FixedClock
) -> None:
    work, start = UnitOfWork(), at.seconds
    repository.create_session(work, "usr_1", "ses_1", stored(at, expires_in))
    work.commit()
    assert items()[0]["expires_at"] == {"N": str(int(start + lives))}
    for seconds, live in ((lives - 0.25, True), (lives, False)):
        at.seconds = start + seconds
        assert (repository.session("usr_1", "ses_1") is not None) == live
        assert bool(repository.sessions("usr_1")) == live


def test_sessions_are_only_the_users_own_newest_first(at: FixedClock) -> None:
    for user, number in (("usr_1", 1), ("usr_1", 3), ("usr_1", 2), ("usr_2", 4)):
        work = UnitOfWork()
        repository.create_session(work, user, f"ses_{number}", stored(at))
        work.commit()
    assert list(repository.sessions("usr_1")) == ["ses_3", "ses_2", "ses_1"]
