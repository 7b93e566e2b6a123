import pytest

from neoforge import clock, table
from neoforge.accounts import passwords, repository, service
from neoforge.accounts.model import SESSION_IDLE_SECONDS, Account, Credentials, NewAccount
from neoforge.accounts.tokens import Token, digest
from neoforge.errors import CommonPassword, Unauthenticated
from neoforge.work import UnitOfWork
from tests.functions.helpers import client_error, failing

pytestmark = pytest.mark.usefixtures("dynamodb")
EMAIL, PASSWORD = "ada@example.com", "correct horse battery staple"


def draft(password: str = PASSWORD) -> NewAccount:
    return NewAccount.model_validate({"email": EMAIL, "password": password, "display_name": "Ada"})


def credentials(email: str = EMAIL, password: str = PASSWORD) -> Credentials:
    return Credentials.model_validate({"email": email, "password": password})


@pytest.fixture
def account() -> Account:
    work = UnitOfWork()
    made = service.register(work, draft())
    work.commit()
    return made


def test_a_common_password_is_refused_before_it_is_hashed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passwords, "hashed", lambda _: pytest.fail("hashed"))
    work = UnitOfWork()
    with pytest.raises(CommonPassword):
        service.register(work, draft("Password1"))
    assert work.writes == []


def test_the_right_password_tells_whose_it_is(account: Account) -> None:
    assert service.authenticate(credentials()) == account.id


def test_wrong_ones_and_unknown_addresses_get_the_same_words(account: Account) -> None:
    words = set()
    for wrong in (credentials(password="wrong"), credentials(email="nobody@example.com"), credentials("", "")):
        with pytest.raises(Unauthenticated) as raised:
            service.authenticate(wrong)
        words.add(str(raised.value))
    assert words == {"The e-mail or the password is wrong."}


def test_a_session_is_stored_by_the_hashes_of_its_tokens(account: Account) -> None:
    tokens = service.begin_session(account.id, "agent", "192.0.2.1")
    access, refresh = (Token.parse(text) for text in (tokens.access_token, tokens.refresh_token))
    assert access is not None
    assert refresh is not None
    assert access[:2] == refresh[:2] == (account.id, tokens.session.id)
    found, item = repository.access(account.id), table.get(f"USER#{account.id}", f"SESSION#{tokens.session.id}")
    assert found is not None
    assert item is not None
    assert found[0].sessions[access.session_id].token_hash == digest(access.secret)
    stored = repository.StoredSession.model_validate_json(item.document or "")
    assert (stored.refresh_hash, stored.user_agent, stored.ip_address) == (digest(refresh.secret), "agent", "192.0.2.1")
    assert abs(int(item.expires_at or 0) - clock.now() - SESSION_IDLE_SECONDS) < 5


def test_a_login_that_another_one_got_in_the_way_of_is_done_again(account: Account) -> None:
    overtaken = client_error("TransactionCanceledException", "ConditionalCheckFailed", "None")
    with failing(overtaken, operation="TransactWriteItems") as sent:
        service.begin_session(account.id, "", "")
    assert [one["operation"] for one in sent] == ["GetItem", "TransactWriteItems"] * 2


def test_nobody_begins_no_session() -> None:
    with pytest.raises(Unauthenticated):
        service.begin_session("usr_1", "", "")
