from collections.abc import Callable
from unittest.mock import patch

import pytest
from hypothesis import given
from hypothesis import strategies as st

from neoforge import clock
from neoforge.accounts import session_list
from neoforge.accounts.model import SESSION_IDLE_SECONDS, ListedSession
from neoforge.accounts.session_list import SessionPages
from neoforge.dynamodb.resource_store import CollectionStats, Slice
from tests.unit.helpers import FixedClock, begin, end, new_user

pytestmark = pytest.mark.usefixtures("dynamodb", "pauses")


@pytest.fixture
def user() -> str:
    return new_user()


def ids(window: Slice) -> list[str]:
    return [ListedSession.model_validate_json(document).id for document in window.documents]


def listed(number: int) -> ListedSession:
    return ListedSession(
        id=f"ses_00000000-0000-7000-8000-{number:012}",
        created_at=clock.timestamp(0),
        expires_at=clock.timestamp(1),
        last_seen_at=clock.timestamp(0),
        user_agent="",
        ip_address="192.0.2.1",
        current=False,
    )


def test_the_list_shows_each_session_and_marks_the_current_one(user: str, at: FixedClock) -> None:
    first, second = begin(user, "old"), begin(user, "new")
    newest, oldest = session_list.list_sessions(user, first.session.id)
    assert (newest.id, newest.user_agent, newest.current) == (second.session.id, "new", False)
    assert (oldest.id, oldest.user_agent, oldest.current) == (first.session.id, "old", True)
    assert oldest.ip_address == "192.0.2.1"
    assert oldest.last_seen_at == clock.timestamp(at.seconds)
    assert (oldest.created_at, oldest.expires_at) == (first.session.created_at, first.session.expires_at)


def test_the_list_omits_sessions_that_have_ended_but_are_still_stored(user: str, at: FixedClock) -> None:
    begin(user)
    at.seconds += SESSION_IDLE_SECONDS
    kept = begin(new_user("grace@example.com"))
    assert session_list.list_sessions(user, kept.session.id) == []


def test_pages_lead_forwards_and_backwards(user: str) -> None:
    all_ids = [begin(user).session.id for _ in range(5)][::-1]
    listing = SessionPages(user, all_ids[0])
    first = listing.first_page(2)
    assert (ids(first), first.previous_position, first.next_position) == (all_ids[:2], None, all_ids[1])
    second = listing.next_page(all_ids[1], 2, first.stats)
    assert (ids(second), second.previous_position, second.next_position) == (all_ids[2:4], all_ids[2], all_ids[3])
    last = listing.next_page(all_ids[3], 2, first.stats)
    assert (ids(last), last.previous_position, last.next_position) == (all_ids[4:], all_ids[4], None)
    assert listing.previous_page(all_ids[4], 2, first.stats) == second
    assert listing.previous_page(all_ids[2], 2, first.stats) == first
    assert listing.previous_page(all_ids[1], 2, first.stats)._replace(next_position=None) == listing.first_page(
        1
    )._replace(next_position=None)
    assert ids(listing.first_page(9)) == all_ids
    assert first.stats.total == 5


def test_a_page_continues_after_a_session_that_has_ended_meanwhile(user: str) -> None:
    all_ids = [begin(user).session.id for _ in range(4)][::-1]
    end(user, all_ids[1])
    listing = SessionPages(user, "")
    assert ids(listing.next_page(all_ids[1], 2, CollectionStats())) == all_ids[2:]
    assert ids(listing.previous_page(all_ids[1], 2, CollectionStats())) == all_ids[:1]


@given(st.integers(1, 5), st.integers(1, 3), st.data())
def test_every_page_leads_to_all_live_sessions_whatever_has_ended_meanwhile(
    count: int, size: int, data: st.DataObject
) -> None:
    live = {one.id: one for one in map(listed, range(count))}

    def read(step: Callable[[SessionPages], Slice]) -> Slice:
        with patch.object(session_list, "list_sessions", lambda *_: [live[one] for one in sorted(live, reverse=True)]):
            return step(SessionPages("usr_1", ""))

    def after(page: Slice) -> Slice | None:
        position = page.next_position
        return read(lambda pages: pages.next_page(position, size, None)) if position else None

    def before(page: Slice) -> Slice | None:
        position = page.previous_position
        return read(lambda pages: pages.previous_page(position, size, None)) if position else None

    page = read(lambda pages: pages.first_page(size))
    for ended in data.draw(st.lists(st.sets(st.sampled_from(sorted(live))), max_size=4)):
        page = data.draw(st.sampled_from([after, before]))(page) or page
        for one in ended & live.keys():
            del live[one]
    follow = data.draw(st.sampled_from([after, before]))
    page = follow(page) or page
    while earlier := before(page):
        page = earlier
    seen = ids(page)
    while later := after(page):
        page = later
        seen += ids(page)
    assert set(seen) >= live.keys()


def test_the_revision_changes_with_everything_that_the_list_shows(user: str, at: FixedClock) -> None:
    first = begin(user)

    def state(current: str = "") -> CollectionStats:
        return SessionPages(user, current).stats()

    states = [state(), state(first.session.id)]
    second = begin(user)
    states.append(state())
    end(user, second.session.id)
    assert state() == states[0]  # it shows the same again
    at.seconds += SESSION_IDLE_SECONDS
    states.append(state())
    assert len({one.revision for one in states}) == len(states)
    assert [one.total for one in states] == [1, 1, 2, 0]


def test_the_lists_of_two_users_have_different_scopes(user: str) -> None:
    assert SessionPages(user, "").scope != SessionPages("usr_2", "").scope
