"""Refreshing sessions: rotation, grace period, reuse and limits. Races between processes are in tests/proof/engine."""

import pytest

from neoforge import clock
from neoforge.accounts import access_item, session_list, sessions
from neoforge.accounts.model import ACCESS_TOKEN_SECONDS, SESSION_IDLE_SECONDS, SESSION_SECONDS, RefreshRequest, Tokens
from neoforge.accounts.sessions import GRACE_SECONDS
from neoforge.dynamodb.transaction import UnitOfWork
from neoforge.errors import QuotaExceeded, Unauthenticated, WriteConflict
from neoforge.ratelimit.limiter import Limiter
from neoforge.ratelimit.policy import Policy, policies
from tests.functions.helpers import client_error, failing
from tests.unit.conftest import Counted
from tests.unit.helpers import FixedClock, disable, end, is_live, items, new_user, parsed

pytestmark = pytest.mark.usefixtures("dynamodb", "pauses")
DAY = 24 * 3600


@pytest.fixture
def user() -> str:
    return new_user()


@pytest.fixture
def tokens(user: str, at: FixedClock) -> Tokens:
    return sessions.begin(user, "agent", "192.0.2.1")


def refresh(refresh_token: str, source_ip: str = "192.0.2.1") -> Tokens:
    return sessions.refresh(RefreshRequest.model_validate({"refresh_token": refresh_token}), source_ip, Limiter([]))


def refused(refresh_token: str, source_ip: str = "192.0.2.1") -> str:
    """Fail to refresh. Return the message."""
    with pytest.raises(Unauthenticated) as raised:
        refresh(refresh_token, source_ip)
    return str(raised.value)


def is_over(tokens: Tokens) -> bool:
    """Return whether nothing of a session is left."""
    user_id, session_id, _ = parsed(tokens.access_token)
    was = access_item.read(user_id)
    assert was
    return session_id not in was.sessions and session_id not in str(items())


def rotate(tokens: Tokens, times: int, at: FixedClock) -> list[Tokens]:
    """Refresh repeatedly, each time after the grace period. Return the tokens, the first ones first."""
    issued = [tokens]
    for _ in range(times):
        at.seconds += GRACE_SECONDS + 1
        issued.append(refresh(issued[-1].refresh_token))
    return issued


def test_a_refresh_returns_new_tokens_of_the_session_and_invalidates_the_old_access_token(tokens: Tokens) -> None:
    after = refresh(tokens.refresh_token)
    assert after.session == tokens.session
    secrets = {parsed(text).secret for one in (tokens, after) for text in (one.access_token, one.refresh_token)}
    assert len(secrets) == 4
    assert (is_live(tokens), is_live(after)) == (False, True)
    assert not any(secret in str(items()) for secret in secrets)


def test_a_refresh_extends_the_access_and_updates_last_seen_at(tokens: Tokens, user: str, at: FixedClock) -> None:
    at.seconds += 800
    after = refresh(tokens.refresh_token)
    at.seconds += after.expires_in - 1
    assert (after.expires_in, is_live(after)) == (ACCESS_TOKEN_SECONDS, True)
    (listed,) = session_list.list_sessions(user, "")
    assert listed.last_seen_at == clock.timestamp(at.seconds - after.expires_in + 1)


def test_within_the_grace_period_the_previous_token_gets_the_same_answer_without_a_write(
    tokens: Tokens, at: FixedClock, counted: Counted
) -> None:
    first = refresh(tokens.refresh_token)
    at.seconds += GRACE_SECONDS
    before = [item for item in items() if not item["pk"]["S"].startswith("RATE#")]
    again = refresh(tokens.refresh_token)
    assert again == first.model_copy(update={"expires_in": first.expires_in - GRACE_SECONDS})
    assert [item for item in items() if not item["pk"]["S"].startswith("RATE#")] == before
    assert is_live(first)
    assert counted() == {"RefreshRepeated": 1}
    assert refresh(again.refresh_token) == refresh(first.refresh_token)


def test_after_the_grace_period_the_previous_token_ends_the_session_and_is_reported(
    tokens: Tokens, user: str, at: FixedClock, counted: Counted
) -> None:
    other = sessions.begin(user, "other", "192.0.2.2")
    after = refresh(tokens.refresh_token)
    at.seconds += GRACE_SECONDS + 0.001
    refused(tokens.refresh_token)
    assert counted() == {"TokenReuse": 1, "SessionRevoked": 1}
    assert (is_live(after), is_over(after), is_live(other)) == (False, True, True)
    refused(after.refresh_token)


@pytest.mark.parametrize("number", range(5))
def test_every_older_refresh_token_ends_the_session(
    number: int, tokens: Tokens, at: FixedClock, counted: Counted
) -> None:
    issued = rotate(tokens, 6, at)
    refused(issued[number].refresh_token)
    assert counted() == {"TokenReuse": 1, "SessionRevoked": 1}
    assert is_over(issued[-1])


def test_from_another_address_the_previous_token_ends_the_session_within_the_grace_period(
    tokens: Tokens, counted: Counted
) -> None:
    after = refresh(tokens.refresh_token)
    refused(tokens.refresh_token, "198.51.100.7")
    assert counted() == {"TokenReuse": 1, "SessionRevoked": 1}
    assert is_over(after)


def test_a_token_before_the_previous_one_has_no_grace_period(tokens: Tokens, counted: Counted) -> None:
    last = refresh(refresh(tokens.refresh_token).refresh_token)  # within the same second
    refused(tokens.refresh_token)
    assert counted()["TokenReuse"] == 1
    assert is_over(last)


def test_forged_secrets_do_not_end_a_session(tokens: Tokens, user: str, at: FixedClock, counted: Counted) -> None:
    last = rotate(tokens, 3, at)[-1]
    token, other = parsed(last.refresh_token), sessions.begin(user, "other", "192.0.2.2")
    before = items()
    for secret in (clock.new_secret(), parsed(last.access_token).secret, parsed(other.refresh_token).secret):
        refused(".".join(token._replace(secret=secret)) + last.refresh_token[-12:])
    assert (items(), counted()) == (before, {})
    assert is_live(refresh(last.refresh_token))


def test_every_invalid_refresh_token_is_refused_with_the_same_message(
    tokens: Tokens, user: str, at: FixedClock
) -> None:
    token, last = parsed(tokens.refresh_token), rotate(tokens, 2, at)[-1]
    words = {refused(text) for text in ("", "x", tokens.access_token, last.access_token, "é" * 256)}
    words |= {
        refused(".".join(token._replace(**change)) + tokens.refresh_token[-12:])
        for change in (
            {"user_id": clock.new_id("usr")},
            {"user_id": new_user("grace@example.com")},
            {"session_id": clock.new_id("ses")},
            {"secret": clock.new_secret()},
            {},  # used before
        )
    }
    words.add(refused(last.refresh_token))  # its session has ended
    assert words == {"The credentials are not valid."}


def test_a_session_that_was_ended_cannot_be_refreshed(tokens: Tokens, user: str) -> None:
    work = UnitOfWork()
    sessions.end(work, user, tokens.session.id)
    work.commit()
    before = items()
    refused(tokens.refresh_token)
    assert items() == before


def test_a_session_of_a_disabled_account_cannot_be_refreshed(tokens: Tokens, user: str) -> None:
    disable(user)
    refused(tokens.refresh_token)


def test_a_session_ends_when_it_is_not_refreshed_for_7_days(tokens: Tokens, at: FixedClock) -> None:
    assert SESSION_IDLE_SECONDS == 7 * DAY
    for _ in range(2):
        at.seconds += 7 * DAY - 1
        tokens = refresh(tokens.refresh_token)
    at.seconds += 7 * DAY
    refused(tokens.refresh_token)


def test_a_session_ends_after_30_days_however_often_it_is_refreshed(tokens: Tokens, at: FixedClock) -> None:
    assert SESSION_SECONDS == 30 * DAY
    end = at.seconds + 30 * DAY
    for _ in range(5):
        at.seconds += 6 * DAY - 2
        tokens = refresh(tokens.refresh_token)
    assert tokens.session.expires_at == clock.timestamp(end)
    assert (tokens.expires_in, is_live(tokens)) == (10, True)
    at.seconds = end
    assert not is_live(tokens)
    refused(tokens.refresh_token)


def test_concurrent_refreshes_get_the_same_successor_and_one_of_them_writes(tokens: Tokens) -> None:
    token, works = parsed(tokens.refresh_token), [UnitOfWork(), UnitOfWork()]
    one, other = [sessions._rotate(work, token, sessions._session(token), "192.0.2.1") for work in works]
    works[0].commit()
    with pytest.raises(WriteConflict):
        works[1].commit()
    assert one == other == refresh(tokens.refresh_token)


def test_a_refresh_that_conflicts_is_built_again(tokens: Tokens) -> None:
    overtaken = client_error("TransactionCanceledException", "ConditionalCheckFailed", "None")
    with failing(overtaken, operation="TransactWriteItems") as sent:
        after = refresh(tokens.refresh_token)
    assert [one["operation"] for one in sent].count("TransactWriteItems") == 2
    assert is_live(after)


def test_refreshes_count_against_the_account_but_forged_tokens_do_not(
    tokens: Tokens, at: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(policies(), "auth", Policy("auth", 3, 60))
    forged = tokens.refresh_token[:-1] + ("A" if tokens.refresh_token[-1] != "A" else "B")
    for _ in range(5):
        refused(forged)
    last = rotate(tokens, 3, at)[-1]
    with pytest.raises(QuotaExceeded) as raised:
        refresh(last.refresh_token)
    at.seconds += raised.value.seconds
    assert is_live(refresh(last.refresh_token))


def test_a_token_of_an_ended_session_does_not_use_up_the_quota_of_its_account(
    tokens: Tokens, user: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(policies(), "auth", Policy("auth", 3, 60))
    end(user, tokens.session.id)
    for _ in range(5):
        refused(tokens.refresh_token)
    assert is_live(refresh(sessions.begin(user, "other", "192.0.2.1").refresh_token))


def test_what_was_read_before_the_count_is_read_again_after_a_conflict(tokens: Tokens) -> None:
    """Another request has refreshed the session between the read and the write."""
    overtaken = client_error("TransactionCanceledException", "ConditionalCheckFailed", "None")
    with failing(overtaken, operation="TransactWriteItems") as sent:
        refresh(tokens.refresh_token)
    reads = [one["Key"]["sk"]["S"].partition("#")[0] for one in sent if one["operation"] == "GetItem"]
    assert reads == ["SESSION", "ACCESS", "SESSION", "ACCESS"]
