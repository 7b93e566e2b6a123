"""A thief with both tokens of a session, who waits for the owner to refresh it and then asks from elsewhere."""

import threading

import pytest

from scripts.api import Api
from tests.api import new_account
from tests.proof.stack.callers import Session, log_in, session_of
from tests.proof.stack.conftest import StackUnderTest
from tests.proof.stack.logs import counted

OWNER, THIEF = "127.0.0.31", "127.0.0.32"
ROTATIONS = 4
SECONDS = 30.0  # within which a thief sees that the owner has refreshed


def steal(elsewhere: Api, tokens: Session, stolen: list[Session]) -> None:
    """Ask with the access token until it is no longer good; then use the refresh token."""
    while elsewhere.request("GET", "/v1/account", token=tokens.token).status == 200:
        pass
    answer = elsewhere.request("POST", "/v1/auth/refresh", body={"refresh_token": tokens.refresh_token})
    if answer.status == 200:
        stolen.append(session_of(elsewhere, answer))


def test_a_thief_who_waits_for_the_owner_to_refresh_gets_nothing_and_is_noticed(stack: StackUnderTest) -> None:
    reused = counted(stack, "TokenReuse")
    stolen: list[Session] = []
    with Api(stack.url, source=OWNER) as api, Api(stack.url, source=THIEF) as elsewhere:
        owned = known = log_in(api, new_account(api).email)
        for rotation in range(ROTATIONS):
            thief = threading.Thread(target=steal, args=(elsewhere, known, stolen))
            thief.start()
            refreshed = owned.refresh()
            thief.join(SECONDS)
            assert not thief.is_alive()
            if refreshed.status != 200 or len(stolen) == rotation:
                break
            owned, known = session_of(api, refreshed), stolen[-1]
        assert stolen == []
        assert owned.ask("GET", "/v1/account").status == 401
    assert counted(stack, "TokenReuse", reused) == reused + 1


@pytest.mark.parametrize("tabs", [2, 20])
def test_tabs_at_one_address_get_one_successor_and_a_lost_answer_is_given_again(
    tabs: int, stack: StackUnderTest
) -> None:
    with Api(stack.url, source=OWNER) as api:
        session, answers = log_in(api, new_account(api).email), list[Session]()
        threads = [threading.Thread(target=lambda: answers.append(session.refreshed())) for _ in range(tabs)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len({(one.token, one.refresh_token) for one in answers}) == 1
        assert session.refreshed().token == answers[0].token
