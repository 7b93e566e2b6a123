"""Sessions over HTTP: what is revoked is refused from the next request on, and a refresh token is good for one use."""

import json
import threading
from collections import defaultdict
from collections.abc import Iterator

import pytest

from scripts.api import Api, Response
from tests.api import PASSWORD, Account, new_account
from tests.proof.stack.callers import Session, at_once, log_in
from tests.proof.stack.conftest import StackUnderTest
from tests.proof.stack.logs import counted, logged

MANY = 20
AFTERWARDS = 3  # requests of each caller once the session is revoked
OTHER = "rainbow umbrella on the moon"


@pytest.fixture(scope="module")
def api(stack: StackUnderTest) -> Iterator[Api]:
    """Start the processes by requests that are refused, so that those of the tests meet at the database."""
    with Api(stack.url) as api:
        at_once(lambda: api.request("GET", "/v1/account"), MANY)
        at_once(lambda: api.request("POST", "/v1/auth/refresh", body={"refresh_token": "none"}), MANY)
        yield api


@pytest.fixture
def account(api: Api) -> Account:
    return new_account(api)


@pytest.fixture
def here(api: Api, account: Account) -> Session:
    return log_in(api, account.email)


@pytest.fixture
def there(api: Api, account: Account) -> Session:
    return log_in(api, account.email)


def status(session: Session) -> int:
    return session.ask("GET", "/v1/account").status


def problem(answer: Response) -> tuple[int, str]:
    return answer.status, answer.json()["type"].rpartition("/")[2]


def ids(session: Session) -> list[str]:
    return [one["id"] for one in session.ask("GET", "/v1/auth/sessions").json()["items"]]


def version(stack: StackUnderTest, account: Account, session: Session) -> int:
    """The version of the session, which each refresh raises."""
    key = {"pk": {"S": f"USER#{account.id}"}, "sk": {"S": f"SESSION#{session.id}"}}
    item = stack.clients.dynamodb.get_item(TableName=stack.table_name, Key=key, ConsistentRead=True)["Item"]
    return int(item["version"]["N"])


def test_the_list_tells_the_devices_newest_first_and_no_secret(stack: StackUnderTest, account: Account) -> None:
    with Api(stack.url, source="127.0.0.8") as elsewhere:
        body, browser = {"email": account.email, "password": PASSWORD}, {"User-Agent": "a browser"}
        begun = elsewhere.request("POST", "/v1/auth/login", body=body, headers=browser).json()
        page = elsewhere.request("GET", "/v1/auth/sessions", token=account.token)
    first, second = page.json()["items"]
    assert (page.json()["total"], [first["current"], second["current"]]) == (2, [False, True])
    assert (first["id"], first["user_agent"], first["ip_address"]) == (begun["session"]["id"], "a browser", "127.0.0.8")
    assert (first["created_at"], first["expires_at"]) == (
        begun["session"]["created_at"],
        begun["session"]["expires_at"],
    )
    assert second["ip_address"] == "127.0.0.1"
    assert begun["refresh_token"].rpartition(".")[2] not in page.body.decode()
    assert "hash" not in page.body.decode()


def test_the_very_next_request_of_a_revoked_session_is_refused(here: Session, there: Session) -> None:
    assert status(there) == 200
    assert here.ask("DELETE", f"/v1/auth/sessions/{there.id}").status == 204
    assert problem(there.ask("GET", "/v1/account")) == (401, "unauthorized")
    assert problem(there.refresh()) == (401, "unauthorized")
    assert (status(here), there.id in ids(here)) == (200, False)
    assert problem(here.ask("DELETE", f"/v1/auth/sessions/{there.id}")) == (404, "not-found")


def test_of_twenty_parallel_callers_those_of_the_revoked_session_are_refused_at_once(
    here: Session, there: Session
) -> None:
    going, revoked, failures = threading.Barrier(MANY + 1), threading.Event(), list[BaseException]()
    answers: dict[tuple[str, bool], list[int]] = defaultdict(list)  # by session, and whether sent after the revocation

    def go_on(session: Session) -> None:
        try:
            answers[session.id, False].append(status(session))
            going.wait()
            left = AFTERWARDS
            while left:
                after = revoked.is_set()
                answers[session.id, after].append(status(session))
                left -= after
        except BaseException as error:
            failures.append(error)
            going.abort()
            raise

    threads = [threading.Thread(target=go_on, args=(session,)) for session in (here, there) * (MANY // 2)]
    for thread in threads:
        thread.start()
    going.wait()
    ended = here.ask("DELETE", f"/v1/auth/sessions/{there.id}").status
    revoked.set()
    for thread in threads:
        thread.join()
    assert (ended, failures) == (204, [])
    assert answers[there.id, True] == [401] * (AFTERWARDS * MANY // 2)
    assert set(answers[there.id, False]) <= {200, 401}
    assert answers[here.id, True] == [200] * (AFTERWARDS * MANY // 2)
    assert set(answers[here.id, False]) == {200}


def test_a_session_of_somebody_else_cannot_be_revoked(api: Api, here: Session) -> None:
    stranger = log_in(api, new_account(api).email)
    assert problem(stranger.ask("DELETE", f"/v1/auth/sessions/{here.id}")) == (404, "not-found")
    assert status(here) == 200


def test_all_others_are_revoked_and_this_one_goes_on(account: Account, here: Session, there: Session) -> None:
    answer = here.ask("POST", "/v1/auth/sessions/revoke-others")
    assert (answer.status, answer.json()) == (200, {"revoked": 2})
    assert (status(there), problem(there.refresh())) == (401, (401, "unauthorized"))
    assert ids(here) == [here.id]
    assert here.ask("POST", "/v1/auth/sessions/revoke-others").json() == {"revoked": 0}
    assert status(here.refreshed()) == 200


def test_a_logout_ends_this_session_alone(here: Session, there: Session) -> None:
    assert here.ask("POST", "/v1/auth/logout").status == 204
    assert (status(here), problem(here.refresh())) == (401, (401, "unauthorized"))
    assert problem(here.ask("POST", "/v1/auth/logout")) == (401, "unauthorized")
    assert (status(there), here.id in ids(there)) == (200, False)


def test_a_refresh_replaces_both_tokens_of_the_same_session(here: Session) -> None:
    answer = here.refresh()
    assert (answer.headers["Cache-Control"], answer.json()["expires_in"]) == ("no-store", 900)
    after = here.refreshed()  # the answer again, as if it had been lost
    assert (after.id, after.token, after.refresh_token) == (
        here.id,
        answer.json()["access_token"],
        answer.json()["refresh_token"],
    )
    assert len({here.token, here.refresh_token, after.token, after.refresh_token}) == 4
    assert (status(here), status(after), ids(after).count(here.id)) == (401, 200, 1)


def test_twenty_racing_refreshes_get_one_successor_and_leave_one_family(
    account: Account, here: Session, stack: StackUnderTest
) -> None:
    answers = at_once(here.refresh, MANY)
    assert [answer.status for answer in answers] == [200] * MANY
    assert len({(answer.json()["access_token"], answer.json()["refresh_token"]) for answer in answers}) == 1
    after = here.refreshed()
    assert after.token == answers[0].json()["access_token"]
    assert (status(here), status(after)) == (401, 200)
    assert ids(after).count(here.id) == 1
    assert version(stack, account, here) == 2
    assert status(after.refreshed()) == 200
    assert version(stack, account, here) == 3


def test_a_stolen_and_already_used_refresh_token_ends_its_session_and_is_counted(
    here: Session, there: Session, stack: StackUnderTest
) -> None:
    newest = here.refreshed().refreshed()  # two rotations: no grace covers the first token any more
    before = counted(stack, "TokenReuse")
    assert status(newest) == 200
    stolen = here.refresh()
    assert problem(stolen) == (401, "unauthorized")
    assert (status(newest), problem(newest.refresh())) == (401, (401, "unauthorized"))
    assert (status(there), here.id in ids(there)) == (200, False)
    assert counted(stack, "TokenReuse", before) == before + 1
    records = logged(stack, stolen.headers["X-Request-Id"])
    assert [record["level"] for record in records if record.get("event") == "TokenReuse"] == ["WARNING"]
    told = json.dumps(records)
    assert [part for part in here.refresh_token.split(".") if part in told] == []


def test_a_refused_token_of_nobody_ends_and_counts_nothing(here: Session, stack: StackUnderTest) -> None:
    user, session, secret = here.refresh_token.split(".")
    forged = Session(here.api, here.id, here.token, f"{user}.{session}.{secret[::-1]}")
    refused = forged.refresh()
    assert problem(refused) == (401, "unauthorized")
    assert (status(here), status(here.refreshed())) == (200, 200)
    assert not [one for one in logged(stack, refused.headers["X-Request-Id"]) if one.get("event") == "TokenReuse"]


def test_a_new_password_ends_the_other_sessions(api: Api, account: Account, here: Session, there: Session) -> None:
    change = {"current_password": PASSWORD, "new_password": OTHER}
    assert problem(here.ask("POST", "/v1/account/password", change | {"current_password": OTHER}))[0] == 422
    assert status(there) == 200
    assert here.ask("POST", "/v1/account/password", change).status == 204
    assert (status(there), problem(there.refresh())) == (401, (401, "unauthorized"))
    assert ids(here) == [here.id]
    old = api.request("POST", "/v1/auth/login", body={"email": account.email, "password": PASSWORD})
    assert problem(old) == (401, "unauthorized")
    assert status(log_in(api, account.email, OTHER)) == 200
