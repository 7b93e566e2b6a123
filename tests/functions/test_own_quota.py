"""What ends the other sessions of an account is counted by session: no other one can use up what it takes."""

import pytest

from neoforge.ratelimit.policy import Policy, policies
from tests.api import PASSWORD, call
from tests.functions.helpers import limits, log_in

ENDINGS = {
    "/v1/auth/sessions/revoke-others": None,
    "/v1/account/password": {"current_password": PASSWORD, "new_password": "rainbow umbrella on the moon"},
    "/v1/auth/logout": None,
}


@pytest.mark.parametrize("path", ENDINGS)
def test_no_session_uses_up_what_ends_it(path: str, token: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever has stolen one of the sessions writes as often as the account may."""
    stolen = log_in()["access_token"]
    monkeypatch.setitem(policies(), "write", Policy("write", 3, 60))
    assert [call("POST", "/v1/notes", body={}, token=stolen).status for _ in range(4)] == [422, 422, 422, 429]
    assert call("POST", "/v1/notes", body={}, token=token).status == 429
    answer = call("POST", path, body=ENDINGS[path], token=token)
    assert answer.status in {200, 204}
    assert limits(answer)["write"].remaining == 2


def test_a_stolen_session_is_revoked_by_another_whatever_it_has_used_up(
    token: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    stolen = log_in()
    monkeypatch.setitem(policies(), "write", Policy("write", 3, 60))
    for _ in range(6):
        call("POST", "/v1/auth/sessions/revoke-others", token="x")
        call("DELETE", "/v1/auth/sessions/ses_01a20538-11bf-7304-bb36-19bcf1775ed8", token=stolen["access_token"])
    assert call("DELETE", f"/v1/auth/sessions/{stolen['session']['id']}", token=token).status == 204
    assert call("GET", "/v1/account", token=stolen["access_token"]).status == 401
