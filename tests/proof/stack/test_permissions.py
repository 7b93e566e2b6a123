"""Least privilege, proven: each route and job works with what its function is granted, and with nothing less."""

from collections.abc import Callable, Iterator
from contextlib import nullcontext
from functools import partial
from typing import Any

import pytest

from scripts.api import Api
from scripts.build.template import Json
from scripts.local.aws import Clients
from tests.api import TEMPLATE, granted_actions, statements, takes_key
from tests.catalog import ENDPOINTS, JOBS
from tests.catalog.remote import Remote
from tests.catalog.world import Request
from tests.contract.database.recording import recordings
from tests.proof.stack import jobs
from tests.proof.stack.conftest import StackUnderTest, new_world
from tests.proof.stack.deployed import actions_of, granted, without_action, without_count
from tests.proof.stack.jobs import ROLL_UP, claims, run
from tests.proof.stack.logs import counted

OF_A_KEY = {"dynamodb:PutItem", "dynamodb:UpdateItem"}  # the lock, and its completion in the transaction
CASES = [(handler, action) for handler in ENDPOINTS for action in sorted(granted_actions(handler))]
CLAIM = ("schedules.roll_up_status", "dynamodb:DeleteItem")  # only a roll-up that failed deletes anything
JOB_CASES = [
    (handler, action) for handler in JOBS for action in sorted(granted_actions(handler)) if (handler, action) != CLAIM
]


@pytest.fixture(scope="module")
def shared(stack: StackUnderTest) -> Iterator[Remote]:
    """Callers whose accounts and sessions no case changes."""
    with Api(stack.url) as api:
        yield new_world(stack, api)


@pytest.fixture
def callers(stack: StackUnderTest, shared: Remote, http: Api, handler: str) -> Callable[[], Remote]:
    """Return the shared callers, or new ones each time for what changes accounts and sessions."""
    return lambda: new_world(stack, http) if handler.startswith(("auth.", "account.")) else shared


def prepared(handler: str, case: str, world: Remote) -> Request:
    """Return the request of a case, with a key wherever the endpoint takes one."""
    request = ENDPOINTS[handler].cases[case].prepare(world)
    assert isinstance(request, Request)
    return request.keyed() if takes_key(handler) and "Idempotency-Key" not in request.headers else request


def case_that_needs(handler: str, action: str) -> tuple[str, bool]:
    """Return a case in which an endpoint uses an action, and whether it does so only while it cannot be counted."""
    found = recordings(handler)
    keyed = OF_A_KEY if takes_key(handler) else set[str]()
    for one in found:
        if one.variant == "" and one.status != 304 and action in one.actions | keyed:
            return one.case, False
    for one in found:
        if one.variant == "uncounted" and action in one.actions:
            return one.case, True
    raise AssertionError(f"tests/catalog: {handler} has no case that uses {action}")


def deployed_statements(clients: Clients, handler: str) -> list[Json]:
    _, policies = granted(clients, f"{handler}.handler")
    return [statement for document in policies.values() for statement in document["Statement"]]


def partitions_by_action(granted: list[Json]) -> dict[str, Any]:
    """Return the condition on partitions by action, each of which is in one statement."""
    return {action: one.get("Condition") for one in granted for action in actions_of(one)}


@pytest.mark.parametrize(
    ("handler", "case"), [(handler, case) for handler, function in ENDPOINTS.items() for case in function.cases]
)
def test_a_case_is_answered_as_the_catalogue_says(handler: str, case: str, callers: Callable[[], Remote]) -> None:
    caller = callers()
    answer = caller.send(prepared(handler, case, caller))
    assert answer.status == ENDPOINTS[handler].cases[case].status, f"{handler} {case}: {answer.text}"


@pytest.mark.parametrize(("handler", "action"), CASES)
def test_an_endpoint_fails_without_any_one_of_its_actions(
    handler: str, action: str, callers: Callable[[], Remote], stack: StackUnderTest
) -> None:
    case, uncounted = case_that_needs(handler, action)
    caller, name = callers(), f"{handler}.handler"
    request = prepared(handler, case, caller)
    with without_count(stack.clients, name) if uncounted else nullcontext():
        with without_action(stack.clients, name, action):
            answer = caller.send(request)
        assert answer.status in {500, 503}, answer.text
        assert action not in answer.text
        caller = callers()
        again = caller.send(prepared(handler, case, caller))
    assert again.status == ENDPOINTS[handler].cases[case].status, again.text


def test_a_read_goes_on_while_its_count_cannot_be_written_and_a_write_does_not(
    world: Remote, stack: StackUnderTest
) -> None:
    before, account = counted(stack, "RateLimitUnavailable"), world.owner.get("/v1/account")
    with without_count(stack.clients, "account.get.handler"):
        read = world.send(account)
        refused = world.send(account.by((account.token or "")[:-8] + "x" * 8))
    assert (read.status, read.json()["email"]) == (200, world.owner.email)
    assert ("RateLimit" in read.headers, refused.status) == (False, 401)
    counted(stack, "RateLimitUnavailable", before)
    with without_count(stack.clients, "account.update.handler"):
        assert world.send(world.owner.patch("/v1/account", {"display_name": "lost"})).status == 503
    with without_count(stack.clients, "auth.login.handler"):
        assert world.send(world.nobody.post("/v1/auth/login", world.owner.credentials)).status == 503


@pytest.mark.parametrize("handler", ENDPOINTS)
def test_a_role_is_granted_what_the_template_says_on_the_table_alone(handler: str, stack: StackUnderTest) -> None:
    deployed = deployed_statements(stack.clients, handler)
    arn = stack.clients.dynamodb.describe_table(TableName=stack.table_name)["Table"]["TableArn"]
    assert partitions_by_action(deployed) == partitions_by_action(statements(handler))
    assert {str(statement["Resource"]) for statement in deployed} <= {arn}
    assert {statement["Effect"] for statement in deployed} <= {"Allow"}


@pytest.mark.parametrize(("handler", "action"), JOB_CASES)
def test_a_job_fails_without_any_one_of_its_actions(
    handler: str, action: str, shared: Remote, stack: StackUnderTest
) -> None:
    name = f"{handler}.handler"
    give_work = partial(jobs.JOBS[name], stack, shared)
    give_work()
    with without_action(stack.clients, name, action):
        assert run(stack, name)[0]
    give_work()
    failed, answer = run(stack, name)
    assert not failed, answer
    assert answer["done"] >= 1


def test_a_roll_up_that_failed_may_run_again_as_it_deletes_its_claim(shared: Remote, stack: StackUnderTest) -> None:
    give_work = partial(jobs.JOBS[ROLL_UP], stack, shared)
    with without_action(stack.clients, ROLL_UP, "dynamodb:Query"):
        give_work()
        assert run(stack, ROLL_UP)[0]
        assert claims(stack) == []
        with without_action(stack.clients, ROLL_UP, CLAIM[1]):
            assert run(stack, ROLL_UP)[0]
            assert len(claims(stack)) == 1
    give_work()
    assert not run(stack, ROLL_UP)[0]


@pytest.mark.parametrize("handler", JOBS)
def test_a_job_may_send_to_the_queue_and_what_the_template_says_on_the_table(
    handler: str, stack: StackUnderTest
) -> None:
    deployed = deployed_statements(stack.clients, handler)
    table = stack.clients.dynamodb.describe_table(TableName=stack.table_name)["Table"]["TableArn"]
    granted_on = {(action, str(one["Resource"])) for one in deployed for action in actions_of(one)}
    others = granted_on - {(action, table) for action in granted_actions(handler)}
    assert {(action, arn.split(":")[2]) for action, arn in others} == {("sqs:SendMessage", "sqs")}
    assert len(granted_on) == len(granted_actions(handler)) + 1


def test_no_function_is_granted_more_by_the_globals() -> None:
    assert "Policies" not in TEMPLATE["Globals"]["Function"]
