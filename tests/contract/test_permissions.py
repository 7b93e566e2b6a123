"""The actions granted to a function are those that it uses: no more, and no fewer."""

from collections.abc import Callable
from typing import Any, NamedTuple

import pytest

from neoforge.accounts.model import LIVE_SESSIONS
from scripts.template import Json
from tests.functions.helpers import client_error, failing
from tests.support import PASSWORD, call, functions

KEY = {"Idempotency-Key": "k"}
ADA = {"email": "ada@example.com", "password": PASSWORD}
OTHER = "rainbow umbrella on the moon"
GRACE = {"email": "grace@example.com", "password": PASSWORD, "display_name": "Grace"}


def project(token: str) -> str:
    return f"/v1/projects/{call('POST', '/v1/projects', body={'name': 'A'}, token=token).json()['id']}"


def log_in(**changes: str) -> Any:
    return call("POST", "/v1/auth/login", body=ADA | changes).json()


def twice(method: str, path: str, **request: Any) -> None:
    """With a key and its replay, without one, and with a transaction that fails, so that the lock is given up."""
    for _ in range(2):
        assert call(method, path, headers=KEY, **request).status < 300
    call(method, path, **request)
    with failing(RuntimeError("bug"), operation="TransactWriteItems"):
        call(method, path, headers={"Idempotency-Key": "other"}, **request)


def read(path: str, token: str, **query: str) -> Any:
    """With and without its tag, and once while the request cannot be counted."""
    found = call("GET", path, query=query, token=token)
    call("GET", path, query=query, token=token, headers={"If-None-Match": found.headers["ETag"]})
    with failing(client_error("ThrottlingException"), operation="UpdateItem"):
        assert call("GET", path, query=query, token=token).status == 200
    return found.json()


def list_pages(path: str, token: str) -> None:
    second = read(path, token, cursor=read(path, token, page_size="1")["next_cursor"])
    read(path, token, cursor=second["previous_cursor"])
    read(path, token)


class Ada(NamedTuple):
    """What there is before a function is called: her token, the path of a project, and other sessions."""

    token: str
    path: str
    others: list[Json]


def guess() -> None:
    """A wrong password, then the right one; and one session more than there may be."""
    log_in(password="wrong")
    for _ in range(LIVE_SESSIONS):
        log_in()


def refresh(tokens: Json) -> None:
    """Once, once more, and then with the first token again: the session ends."""
    first = tokens["refresh_token"]
    second = call("POST", "/v1/auth/refresh", body={"refresh_token": first}).json()["refresh_token"]
    assert call("POST", "/v1/auth/refresh", body={"refresh_token": second}).status == 200
    assert call("POST", "/v1/auth/refresh", body={"refresh_token": first}).status == 401


def log_out(tokens: list[Json]) -> None:
    """With a key, without one, and with a transaction that fails."""
    first, second, third = (one["access_token"] for one in tokens)
    assert call("POST", "/v1/auth/logout", token=first, headers=KEY).status == 204
    assert call("POST", "/v1/auth/logout", token=second).status == 204
    with failing(RuntimeError("bug"), operation="TransactWriteItems"):
        call("POST", "/v1/auth/logout", token=third, headers={"Idempotency-Key": "other"})


def change_password(token: str) -> None:
    change = {"current_password": PASSWORD, "new_password": OTHER}
    wrong = change | {"current_password": "wrong"}
    assert call("POST", "/v1/account/password", body=wrong, token=token).status == 422
    twice("POST", "/v1/account/password", body=change, token=token)
    back = {"current_password": OTHER, "new_password": PASSWORD}
    with failing(RuntimeError("bug"), operation="TransactWriteItems"):
        call("POST", "/v1/account/password", body=back, token=token, headers={"Idempotency-Key": "back"})


# What shows everything that a function does with the table.
SCENARIOS: dict[str, Callable[[Ada], Any]] = {
    "ProjectsList": lambda ada: list_pages("/v1/projects", ada.token),
    "ProjectsCreate": lambda ada: twice("POST", "/v1/projects", body={"name": "A"}, token=ada.token),
    "ProjectsGet": lambda ada: read(ada.path, ada.token),
    "ProjectsUpdate": lambda ada: twice("PATCH", ada.path, body={"name": "B"}, token=ada.token),
    "ProjectsDelete": lambda ada: twice("DELETE", ada.path, token=ada.token),
    "AuthRegister": lambda ada: twice("POST", "/v1/auth/register", body=GRACE),
    "AuthLogin": lambda ada: guess(),
    "AuthRefresh": lambda ada: refresh(ada.others[0]),
    "AuthLogout": lambda ada: log_out(ada.others),
    "AuthListSessions": lambda ada: list_pages("/v1/auth/sessions", ada.token),
    "AuthRevokeSession": lambda ada: twice(
        "DELETE", f"/v1/auth/sessions/{ada.others[0]['session']['id']}", token=ada.token
    ),
    "AuthRevokeOtherSessions": lambda ada: twice("POST", "/v1/auth/sessions/revoke-others", token=ada.token),
    "AccountGet": lambda ada: read("/v1/account", ada.token),
    "AccountUpdate": lambda ada: twice("PATCH", "/v1/account", body={"display_name": "B"}, token=ada.token),
    "AccountPassword": lambda ada: change_password(ada.token),
    "CspReports": lambda ada: call("POST", "/v1/csp/reports", body=[]),
    "SystemHealth": lambda ada: call("GET", "/v1/health"),
    "SystemReady": lambda ada: call("GET", "/v1/ready"),
    "SystemConfig": lambda ada: call("GET", "/v1/config"),
}
PARTS = {"Put": "PutItem", "Update": "UpdateItem", "Delete": "DeleteItem", "ConditionCheck": "ConditionCheckItem"}


def used(sent: list[Json]) -> set[str]:
    """The actions that IAM asks for: a transaction is checked item by item."""
    actions = set()
    for one in sent:
        if one["operation"] == "TransactWriteItems":
            actions |= {PARTS[part] for item in one["TransactItems"] for part in item}
        else:
            actions.add(one["operation"])
    return {f"dynamodb:{action}" for action in actions}


def granted(name: str) -> set[str]:
    policies = functions()[name].get("Policies", [])
    return {action for policy in policies for statement in policy["Statement"] for action in statement["Action"]}


def test_every_function_has_its_scenario() -> None:
    assert SCENARIOS.keys() == functions().keys()


@pytest.mark.parametrize("name", functions())
def test_a_function_is_granted_what_it_uses(name: str, token: str) -> None:
    project(token)
    ada = Ada(token, project(token), [log_in() for _ in range(3)])
    with failing() as sent:
        SCENARIOS[name](ada)
    assert used(sent) == granted(name)


def test_recording_sees_the_parts_of_a_transaction(token: str) -> None:
    with failing() as sent:
        path = project(token)
        call("DELETE", path, token=token)
    assert used(sent) == {f"dynamodb:{name}" for name in ("PutItem", "UpdateItem", "DeleteItem")}
