"""Sessions that begin, are listed and end; how they go on is in test_refresh."""

import pytest

from neoforge import clock
from neoforge.accounts import access_item, repository, session_list, sessions
from neoforge.accounts.model import (
    ACCESS_TOKEN_SECONDS,
    LIVE_SESSIONS,
    SESSION_IDLE_SECONDS,
    SESSION_SECONDS,
    RefreshRequest,
    Tokens,
)
from neoforge.accounts.tokens import digest
from neoforge.dynamodb import table
from neoforge.dynamodb.transaction import UnitOfWork
from neoforge.errors import NotFound, Unauthenticated, WriteConflict
from neoforge.ratelimit.limiter import Limiter
from tests.functions.helpers import client_error, failing
from tests.unit.conftest import Counted
from tests.unit.helpers import FixedClock, begin, disable, end, is_live, items, new_user, parsed

pytestmark = pytest.mark.usefixtures("dynamodb", "pauses")


@pytest.fixture
def user() -> str:
    return new_user()


def refresh(tokens: Tokens) -> Tokens:
    return sessions.refresh(
        RefreshRequest.model_validate({"refresh_token": tokens.refresh_token}), "192.0.2.1", Limiter([])
    )


def end_others(user: str, kept: Tokens) -> int:
    work = UnitOfWork()
    ended = sessions.end_others(work, user, kept.session.id)
    work.commit()
    return ended


def test_a_session_is_stored_with_the_hashes_of_its_tokens_only(user: str, at: FixedClock) -> None:
    tokens = begin(user)
    opens, refreshes = parsed(tokens.access_token), parsed(tokens.refresh_token)
    assert opens[:2] == refreshes[:2] == (user, tokens.session.id)
    found, stored = access_item.read(user), repository.session(user, tokens.session.id)
    assert found
    assert stored
    ends = at.seconds + SESSION_IDLE_SECONDS
    assert found.sessions == {opens.session_id: (digest(opens.secret), at.seconds + ACCESS_TOKEN_SECONDS, ends)}
    assert (stored[0].refresh_hash, stored[0].user_agent) == (digest(refreshes.secret), "agent")
    assert (stored[0].ip_address, stored[0].refreshed_from) == ("192.0.2.1", "")
    assert not any(secret in str(items()) for secret in (opens.secret, refreshes.secret))


def test_a_login_returns_when_its_token_and_its_session_expire(user: str, at: FixedClock) -> None:
    tokens = begin(user)
    assert (tokens.token_type, tokens.expires_in) == ("Bearer", 900)
    assert tokens.session.expires_at == clock.timestamp(at.seconds + SESSION_SECONDS)
    at.seconds += tokens.expires_in - 1
    assert is_live(tokens)
    at.seconds += 1
    assert not is_live(tokens)


def test_ttl_deletes_the_document_when_the_session_ends(user: str, at: FixedClock) -> None:
    item = table.get(f"USER#{user}", f"SESSION#{begin(user).session.id}")
    assert item
    assert item.expires_at == at.seconds + SESSION_IDLE_SECONDS


def test_an_unknown_or_disabled_account_begins_no_session(user: str) -> None:
    disable(user)
    before = items()
    for who in (user, clock.new_id("usr")):
        with pytest.raises(Unauthenticated):
            begin(who)
    assert items() == before


def test_a_login_that_conflicts_is_built_again(user: str) -> None:
    overtaken = client_error("TransactionCanceledException", "ConditionalCheckFailed", "None")
    with failing(overtaken, operation="TransactWriteItems") as sent:
        tokens = begin(user)
    assert [one["operation"] for one in sent] == ["GetItem", "TransactWriteItems"] * 2
    assert is_live(tokens)


def test_the_oldest_of_too_many_sessions_end_at_once(user: str) -> None:
    begun = [begin(user) for _ in range(LIVE_SESSIONS + 2)]
    assert [is_live(one) for one in begun] == [False] * 2 + [True] * LIVE_SESSIONS
    newest_first = [one.session.id for one in reversed(begun[2:])]
    assert [one.id for one in session_list.list_sessions(user, "")] == newest_first
    assert len([item for item in items() if item["sk"]["S"].startswith("SESSION#")]) == LIVE_SESSIONS


def test_expired_sessions_are_removed_before_live_ones(user: str, at: FixedClock) -> None:
    oldest, *_ = [begin(user) for _ in range(LIVE_SESSIONS)]
    at.seconds += SESSION_IDLE_SECONDS - 1
    oldest = refresh(oldest)
    at.seconds += 1
    newest = begin(user)
    assert (is_live(oldest), is_live(newest)) == (True, True)
    documents = [item for item in items() if item["sk"]["S"].startswith("SESSION#")]
    assert len(documents) == 2


def test_ending_a_session_invalidates_its_token_at_once_and_no_other(user: str, counted: Counted) -> None:
    gone, kept = begin(user), begin(user)
    end(user, gone.session.id)
    assert (is_live(gone), is_live(kept)) == (False, True)
    assert [one.id for one in session_list.list_sessions(user, "")] == [kept.session.id]
    assert counted() == {"SessionRevoked": 1}


def test_only_a_live_session_of_the_account_can_be_ended(user: str, at: FixedClock) -> None:
    twice, foreign = begin(user), begin(new_user("grace@example.com"))
    end(user, twice.session.id)
    for session_id in (twice.session.id, foreign.session.id, clock.new_id("ses")):
        with pytest.raises(NotFound):
            end(user, session_id)
    assert is_live(foreign)
    at.seconds += SESSION_IDLE_SECONDS
    with pytest.raises(NotFound):
        end(user, foreign.session.id)


def test_logging_out_of_a_session_that_has_ended_is_no_error(user: str) -> None:
    ended, kept = begin(user), begin(user)
    for _ in range(2):
        work = UnitOfWork()
        sessions.log_out(work, user, ended.session.id)
        work.commit()
    assert (is_live(ended), is_live(kept)) == (False, True)


def test_the_end_of_a_session_is_reported_only_after_the_commit(user: str, counted: Counted) -> None:
    tokens, work = begin(user), UnitOfWork()
    sessions.end(work, user, tokens.session.id)
    assert (counted(), is_live(tokens)) == ({}, True)
    with failing(client_error("TransactionCanceledException", "ConditionalCheckFailed")), pytest.raises(WriteConflict):
        work.commit()
    assert counted() == {}


def test_ending_all_other_sessions_keeps_the_current_one(user: str, counted: Counted) -> None:
    others, kept, foreign = [begin(user), begin(user)], begin(user), begin(new_user("grace@example.com"))
    assert end_others(user, kept) == 2
    assert [is_live(one) for one in (*others, kept, foreign)] == [False, False, True, True]
    assert [one.id for one in session_list.list_sessions(user, "")] == [kept.session.id]
    assert counted() == {"SessionRevoked": 1}


def test_ending_all_other_sessions_writes_nothing_if_there_are_none(user: str, counted: Counted) -> None:
    kept = begin(user)
    before = items()
    assert end_others(user, kept) == 0
    assert (items(), counted()) == (before, {})


def test_ending_all_other_sessions_removes_expired_ones_without_counting_them(user: str, at: FixedClock) -> None:
    kept, _ = begin(user), begin(user)
    at.seconds += SESSION_IDLE_SECONDS - 1
    kept = refresh(kept)
    begin(user)
    at.seconds += 1
    assert end_others(user, kept) == 1
    was = access_item.read(user)
    assert was
    assert was.sessions.keys() == {kept.session.id}
