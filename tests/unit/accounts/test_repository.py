import pytest

from neoforge import table
from neoforge.accounts import repository
from neoforge.accounts.model import Access, Account, NewAccount
from neoforge.accounts.repository import StoredSession
from neoforge.errors import EmailTaken, Outdated
from neoforge.work import UnitOfWork

pytestmark = pytest.mark.usefixtures("dynamodb")
EMAIL = "Ada@example.com"
SESSION = StoredSession(created_at="", expires_at=1e9, refresh_hash="0", user_agent="", ip_address="")


def commit(work: UnitOfWork) -> None:
    work.commit()


def make(email: str = EMAIL) -> Account:
    account = Account.new(NewAccount.model_validate({"email": email, "password": "correct horse", "display_name": "A"}))
    work = UnitOfWork()
    repository.create(work, account, "hash")
    commit(work)
    return account


@pytest.mark.parametrize("email", [EMAIL, EMAIL.lower(), EMAIL.upper()])
def test_a_credential_is_found_by_its_email_in_any_case(email: str) -> None:
    account = make()
    found = repository.credential(email)
    assert found is not None
    assert (found.user_id, found.password_hash) == (account.id, "hash")


def test_nobody_has_no_credential_and_no_access() -> None:
    assert repository.credential("nobody@example.com") is None
    assert repository.access("usr_1") is None


@pytest.mark.parametrize("email", [EMAIL, EMAIL.upper()])
def test_an_email_is_taken_once_and_nothing_else_is_written(email: str) -> None:
    make()
    before = table.client().scan(TableName=table.Item.Meta.table_name)["Count"]
    with pytest.raises(EmailTaken):
        make(email)
    assert table.client().scan(TableName=table.Item.Meta.table_name)["Count"] == before


def test_no_key_holds_an_email() -> None:
    make()
    items = table.client().scan(TableName=table.Item.Meta.table_name)["Items"]
    assert not any("@" in item["pk"]["S"] + item["sk"]["S"] for item in items)


def test_access_is_replaced_in_the_version_that_was_read() -> None:
    account = make()
    for version, error in ((1, None), (1, Outdated), (2, None)):
        work = UnitOfWork()
        repository.replace_access(work, account.id, Access(roles=["user", "admin"]), version)
        if error:
            with pytest.raises(error):
                commit(work)
        else:
            commit(work)
    assert repository.access(account.id) == (Access(roles=["user", "admin"]), 3)


def test_a_session_is_forgotten_by_ttl() -> None:
    work = UnitOfWork()
    repository.create_session(work, "usr_1", "ses_1", SESSION, 1795339800.9)
    commit(work)
    item = table.get("USER#usr_1", "SESSION#ses_1")
    assert item is not None
    assert item.expires_at == 1795339800
