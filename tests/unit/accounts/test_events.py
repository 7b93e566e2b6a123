"""Security events: what is logged and counted of them never says who or from where, but by pseudonyms."""

import json

import pytest

from neoforge import clock
from neoforge.accounts import administration, service, sessions
from neoforge.accounts.access_item import Caller
from neoforge.accounts.administration import StateChange
from neoforge.accounts.model import Credentials, PasswordChange, RefreshRequest, Tokens
from neoforge.accounts.roles import grant
from neoforge.dynamodb.transaction import UnitOfWork
from neoforge.errors import InvalidField, QuotaExceeded, Unauthenticated
from neoforge.models import ANY
from neoforge.ratelimit.limiter import Limiter
from neoforge.ratelimit.policy import Policy, policies
from tests.api import PASSWORD
from tests.unit.conftest import Logs
from tests.unit.helpers import EMAIL, FixedClock, draft, new_user, parsed

SOURCE, AGENT, WRONG, NEW = "203.0.113.77", "secret-agent", "wrong guess", "purple monkey dishwasher"
EVENTS = {"LoginFailed", "QuotaExceeded", "TokenReuse", "SessionRevoked", "PasswordChanged", "AccountStateChanged"}


def login(password: str) -> Tokens:
    credentials = Credentials.model_validate({"email": EMAIL, "password": password})
    return service.log_in(credentials, AGENT, SOURCE, Limiter([]))


def journey(at: FixedClock) -> list[str]:
    """Cause every event. Return what no log may contain."""
    work = UnitOfWork()
    user_id = service.register(work, draft(), SOURCE).id
    work.commit()
    for error in (Unauthenticated, Unauthenticated, Unauthenticated, QuotaExceeded):
        with pytest.raises(error):
            login(WRONG)
    at.seconds += 60
    begun = [login(PASSWORD) for _ in range(2)]
    request = RefreshRequest.model_validate({"refresh_token": begun[0].refresh_token})
    begun.append(sessions.refresh(request, SOURCE, Limiter([])))
    at.seconds += 60
    with pytest.raises(Unauthenticated):
        sessions.refresh(request, SOURCE, Limiter([]))
    change, work = PasswordChange.model_validate({"current_password": PASSWORD, "new_password": NEW}), UnitOfWork()
    sessions.begin(user_id, AGENT, SOURCE)
    caller = Caller(user_id, begun[1].session.id, frozenset({"user"}))
    service.change_password(work, caller, change)
    work.commit()
    wrong = change.model_copy(update={"current_password": change.new_password.__class__(WRONG)})
    with pytest.raises(InvalidField):
        service.change_password(UnitOfWork(), caller, wrong)
    _administer(user_id)
    for _ in range(3):
        Limiter([]).hit("write", SOURCE)
    with pytest.raises(QuotaExceeded):
        Limiter([]).hit("write", SOURCE)
    tokens = [parsed(text) for one in begun for text in (one.access_token, one.refresh_token)]
    known = [EMAIL, SOURCE, AGENT, WRONG, NEW, PASSWORD, user_id]
    return known + [part for token in tokens for part in (token.session_id, token.secret)]


def _administer(user_id: str) -> None:
    """Suspend an account, and end its sessions."""
    admin = Caller(new_user("admin@example.com"), clock.new_id("ses"), frozenset({"user", "admin"}))
    grant("admin@example.com", "admin")
    work = UnitOfWork()
    administration.update(work, admin, user_id, StateChange(state="suspended"), ANY)
    work.commit()
    work = UnitOfWork()
    administration.revoke_sessions(work, admin, user_id)
    work.commit()


@pytest.mark.usefixtures("dynamodb", "quick_passwords")
def test_no_security_event_contains_an_email_an_address_or_a_token(
    logs: Logs, at: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(policies(), "write", Policy("write", 3, 60))
    forbidden = journey(at)
    text = logs()
    lines = [json.loads(line) for line in text.splitlines()]
    assert {
        line["event"] for line in lines if line["message" if "message" in line else "_aws"] == "Security event"
    } == EVENTS
    (metrics,) = [line for line in lines if "_aws" in line]
    assert metrics.keys() >= EVENTS
    for word in forbidden:
        assert word not in text, word
