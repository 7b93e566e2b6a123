"""Requests with a key, and what each is to leave in the table, whatever goes wrong on the way."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from neoforge.projects import repository as projects
from neoforge.projects.model import NewProject
from neoforge.work import UnitOfWork
from tests.engine.fleet import Death
from tests.engine.harness import EMAIL, PERSON, sign_in
from tests.support import PASSWORD, Response

NEXT = "a much better horse battery"  # a password


@dataclass(frozen=True, slots=True)
class Scenario:
    """A request with a key, and what it is to leave in the table."""

    prepare: Callable[[], dict[str, Any]]  # gives the request, as tests.support.call takes it
    calls: int  # to the database: the last one commits
    status: int
    left: list[str]
    lock: int = 2  # which call locks the key: before it the caller is counted, after it there are reads and counts


def _keyed(method: str, path: str, body: Any = None, token: str | None = None) -> dict[str, Any]:
    return {"method": method, "path": path, "body": body, "token": token, "headers": {"Idempotency-Key": "k"}}


def _person(method: str, path: str, body: Any = None) -> dict[str, Any]:
    person = sign_in()
    work = UnitOfWork()
    if "{}" in path:
        path = path.format(projects.create(work, person.user_id, NewProject(name="Old")).id)
        work.commit()
    return _keyed(method, path, body, person.token)


def _with_others(method: str, path: str, body: Any = None) -> dict[str, Any]:
    """Let there be two more sessions; {} in the path is the newer one."""
    person = sign_in()
    person.again()
    return _keyed(method, path.format(person.again().session_id), body, person.token)


def _nobody() -> dict[str, Any]:
    body = {"email": EMAIL, "password": PASSWORD, "display_name": "Ada"}
    return _keyed("POST", "/v1/auth/register", body)


DONE = "IDEMPOTENCY status=COMPLETED"
ALONE = [
    "ACCESS version=5",
    "ACCOUNT version=1",
    "SESSION version=1",
    DONE,
]  # of three sessions
SCENARIOS = {
    "create": Scenario(
        lambda: _person("POST", "/v1/projects", {"name": "New"}),
        calls=3,
        status=201,
        left=[*PERSON, "PROJECT version=1", "PROJECTS total=1 revision=1", DONE],
    ),
    "patch": Scenario(
        lambda: _person("PATCH", "/v1/projects/{}", {"name": "New"}),
        calls=4,
        status=200,
        left=[*PERSON, "PROJECT version=2", "PROJECTS total=1 revision=2", DONE],
    ),
    "delete": Scenario(
        lambda: _person("DELETE", "/v1/projects/{}"),
        calls=3,
        status=204,
        left=[*PERSON, "PROJECTS total=0 revision=2", DONE],
    ),
    "register": Scenario(
        _nobody,
        calls=4,
        status=201,
        left=["ACCESS version=1", "ACCOUNT version=1", "CREDENTIAL version=1", DONE],
    ),
    "account": Scenario(
        lambda: _person("PATCH", "/v1/account", {"display_name": "Countess"}),
        calls=4,
        status=200,
        left=["ACCESS version=2", "ACCOUNT version=2", "CREDENTIAL version=1", "SESSION version=1", DONE],
    ),
    "revoke": Scenario(
        lambda: _with_others("DELETE", "/v1/auth/sessions/{}"),
        calls=5,
        status=204,
        left=[*ALONE, "CREDENTIAL version=1", "SESSION version=1"],
    ),
    "revoke others": Scenario(
        lambda: _with_others("POST", "/v1/auth/sessions/revoke-others"),
        calls=4,
        status=200,
        left=[*ALONE, "CREDENTIAL version=1"],
    ),
    "password": Scenario(
        lambda: _with_others("POST", "/v1/account/password", {"current_password": PASSWORD, "new_password": NEXT}),
        calls=8,
        status=204,
        left=[*ALONE, "CREDENTIAL version=2"],
    ),
}
MOMENTS = [
    pytest.param(scenario, Death(number, moment), id=f"{name}-{moment}-{number}")
    for name, scenario in SCENARIOS.items()
    for number in range(1, scenario.calls + 1)
    for moment in ("before", "after")
]


def same(response: Response) -> tuple[Any, ...]:
    """What must be equal in each answer to one key: all but its own id, the mark of a replay and the quotas."""
    own = {"X-Request-Id", "Idempotent-Replayed", "RateLimit", "RateLimit-Policy"}
    return response.status, response.text, {name: v for name, v in response.headers.items() if name not in own}
