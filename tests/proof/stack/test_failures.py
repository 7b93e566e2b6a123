"""What callers see while the cloud is broken: a problem that tells nothing of the failure, and nothing afterwards."""

import secrets
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any

import pytest

from scripts.api import Response
from tests.proof.stack.conftest import StackUnderTest
from tests.proof.stack.deployed import denied, throttled, without_action, without_database
from tests.proof.stack.problems import ORIGIN, Scene, assert_problem, scene_of


@dataclass(frozen=True)
class Failure:
    """A failure, and the request that meets it. origin: `*` if API Gateway answers."""

    what: str
    problem: str
    during: Callable[[StackUnderTest], AbstractContextManager[None]]
    method: str
    path: str
    body: Any = None
    origin: str = ORIGIN

    def ask(self, scene: Scene, key: str) -> Response:
        return scene.ask(self.method, self.path.replace("PROJECT", scene.project), self.body, Idempotency_Key=key)


FAILURES = [
    Failure(
        "everything is throttled",
        "quota-exceeded",
        lambda stack: throttled(stack.clients, stack.outputs["ApiId"]),
        "GET",
        "/v1/health",
        origin="*",
    ),
    Failure(
        "a resource policy turns everybody away",
        "forbidden",
        lambda stack: denied(stack.clients, stack.outputs["ApiId"]),
        "GET",
        "/v1/health",
        origin="*",
    ),
    Failure(
        "a permission to read lacks",
        "internal-error",
        lambda stack: without_action(stack.clients, "projects.list.handler", "dynamodb:Query"),
        "GET",
        "/v1/projects",
    ),
    Failure(
        "a permission to write lacks",
        "internal-error",
        lambda stack: without_action(stack.clients, "projects.delete.handler", "dynamodb:DeleteItem"),
        "DELETE",
        "PROJECT",
    ),
    Failure(
        "the database refuses connections",
        "service-unavailable",
        lambda stack: without_database(stack.clients, "system.get_readiness.handler"),
        "GET",
        "/v1/ready",
    ),
    Failure(
        "the database refuses connections of a write",
        "service-unavailable",
        lambda stack: without_database(stack.clients, "projects.create.handler"),
        "POST",
        "/v1/projects",
        {"name": "x"},
    ),
    Failure(
        "the function takes too long",
        "gateway-timeout",
        lambda stack: without_database(stack.clients, "projects.create.handler", silent=True, seconds=2),
        "POST",
        "/v1/projects",
        {"name": "x"},
        origin="*",
    ),
]


@pytest.fixture(scope="module")
def scene(stack: StackUnderTest) -> Iterator[Scene]:
    with scene_of(stack) as scene:
        yield scene


@pytest.mark.parametrize("failure", [pytest.param(failure, id=failure.what) for failure in FAILURES])
def test_a_failure_is_a_problem_without_details_and_a_retry_with_its_key_succeeds(
    failure: Failure, scene: Scene
) -> None:
    key = secrets.token_hex(16)
    with failure.during(scene.stack):
        answer = failure.ask(scene, key)
    assert_problem(answer, failure.problem, scene, origin=failure.origin)
    retried = failure.ask(scene, key)
    assert retried.status in {200, 201, 204}, retried.body
    assert "Idempotent-Replayed" not in retried.headers
