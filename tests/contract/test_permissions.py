"""The actions granted to a function are those that it uses: no more, and no fewer."""

from collections.abc import Callable
from typing import Any

import pytest

from scripts.template import Json
from tests.functions.helpers import failing
from tests.support import PASSWORD, call, functions

KEY = {"Idempotency-Key": "k"}
ADA = {"email": "ada@example.com", "password": PASSWORD}
GRACE = {"email": "grace@example.com", "password": PASSWORD, "display_name": "Grace"}


def project(token: str) -> str:
    return f"/v1/projects/{call('POST', '/v1/projects', body={'name': 'A'}, token=token).json()['id']}"


def twice(method: str, path: str, **request: Any) -> None:
    """With a key and its replay, without one, and with a transaction that fails, so that the lock is given up."""
    for _ in range(2):
        assert call(method, path, headers=KEY, **request).status < 300
    call(method, path, **request)
    with failing(RuntimeError("bug"), operation="TransactWriteItems"):
        call(method, path, headers={"Idempotency-Key": "other"}, **request)


def list_pages(token: str, path: str) -> None:
    first = call("GET", "/v1/projects", query={"page_size": "1"}, token=token)
    for cursor in (first.json()["next_cursor"], None):
        query = {"cursor": cursor} if cursor else None
        found = call("GET", "/v1/projects", query=query, token=token)
        call("GET", "/v1/projects", query=query, token=token, headers={"If-None-Match": found.headers["ETag"]})
        if previous := found.json()["previous_cursor"]:
            call("GET", "/v1/projects", query={"cursor": previous}, token=token)


# What shows everything that a function does with the table: given a token and the path of a project.
SCENARIOS: dict[str, Callable[[str, str], Any]] = {
    "ProjectsList": list_pages,
    "ProjectsCreate": lambda token, path: twice("POST", "/v1/projects", body={"name": "A"}, token=token),
    "ProjectsGet": lambda token, path: call("GET", path, token=token),
    "ProjectsUpdate": lambda token, path: twice("PATCH", path, body={"name": "B"}, token=token),
    "ProjectsDelete": lambda token, path: twice("DELETE", path, token=token),
    "AuthRegister": lambda token, path: twice("POST", "/v1/auth/register", body=GRACE),
    "AuthLogin": lambda token, path: call(
        "POST", "/v1/auth/login", body={"email": "ada@example.com", "password": PASSWORD}
    ),
    "SystemHealth": lambda token, path: call("GET", "/v1/health"),
    "SystemReady": lambda token, path: call("GET", "/v1/ready"),
    "SystemConfig": lambda token, path: call("GET", "/v1/config"),
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
    for _ in range(2):
        path = project(token)
    with failing() as sent:
        SCENARIOS[name](token, path)
    assert used(sent) == granted(name)


def test_recording_sees_the_parts_of_a_transaction(token: str) -> None:
    with failing() as sent:
        path = project(token)
        call("DELETE", path, token=token)
    assert used(sent) == {f"dynamodb:{name}" for name in ("GetItem", "PutItem", "UpdateItem", "DeleteItem")}
