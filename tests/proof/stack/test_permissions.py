"""Least privilege, proven: each route and job works with what its function is granted, and with nothing less."""

from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import replace

import pytest

from scripts.build.template import Json
from scripts.client.api import Api
from scripts.local.aws import Clients
from tests.api import TEMPLATE, functions, new_account
from tests.proof.stack.asked import REFUSED, ROUTES, SELDOM, UNCOUNTED, WAYS, Caller, Prepare
from tests.proof.stack.callers import with_role
from tests.proof.stack.conftest import StackUnderTest
from tests.proof.stack.deployed import actions_of, granted, without_action, without_count
from tests.proof.stack.jobs import JOBS, ROLL_UP, claims, run
from tests.proof.stack.logs import counted


def actions(handler: str) -> set[str]:
    """What the template grants; the deployed roles are compared with it."""
    function = next(one for one in functions().values() if one["Handler"] == handler)
    statements = [statement for policy in function.get("Policies", []) for statement in policy["Statement"]]
    return {action for statement in statements for action in statement["Action"]}


CASES = [(handler, action) for handler in ROUTES for action in sorted(actions(handler))]
CLAIM = (ROLL_UP, "dynamodb:DeleteItem")  # only a roll-up that failed deletes anything: its claim of the day
JOB_CASES = [(handler, action) for handler in JOBS for action in sorted(actions(handler)) if (handler, action) != CLAIM]


@pytest.fixture(scope="module")
def caller(stack: StackUnderTest) -> Iterator[Caller]:
    with Api(stack.url) as api:
        yield Caller(api, new_account(api), with_role(stack, api, "admin"))


def deployed_statements(clients: Clients, handler: str) -> list[Json]:
    _, policies = granted(clients, handler)
    return [statement for document in policies.values() for statement in document["Statement"]]


@pytest.mark.parametrize(("handler", "prepare"), WAYS)
def test_a_route_works_with_what_it_is_granted(handler: str, prepare: Prepare, caller: Caller) -> None:
    answer = prepare(caller)()
    assert answer.status < 300, f"{handler}: {answer.body!r}"


@pytest.mark.parametrize(("handler", "action"), CASES)
def test_a_route_fails_without_any_one_of_its_actions(
    handler: str, action: str, caller: Caller, stack: StackUnderTest
) -> None:
    prepare = SELDOM.get((handler, action), ROUTES[handler])
    request = prepare(caller)
    with without_count(stack.clients, handler) if (handler, action) in UNCOUNTED else nullcontext():
        with without_action(stack.clients, handler, action):
            answer = request()
        assert answer.status in {500, 503}, answer.body
        assert action.encode() not in answer.body
        again = prepare(caller)()
    assert again.status < 300 or (handler, action) in REFUSED, again.body
    assert again.status < 500, again.body


def test_a_read_goes_on_while_its_count_cannot_be_written_and_a_write_does_not(
    caller: Caller, stack: StackUnderTest
) -> None:
    before = counted(stack, "RateLimitUnavailable")
    with without_count(stack.clients, "account.get.handler"):
        read = caller.ask("GET", "/v1/account")
        forged = replace(caller, account=replace(caller.account, token=caller.account.token[:-8] + "x" * 8))
        refused = forged.ask("GET", "/v1/account")
    assert (read.status, read.json()["email"]) == (200, caller.account.email)
    assert ("RateLimit" in read.headers, refused.status) == (False, 401)
    counted(stack, "RateLimitUnavailable", before)
    with without_count(stack.clients, "account.update.handler"):
        assert caller.ask("PATCH", "/v1/account", {"display_name": "lost"}).status == 503
    with without_count(stack.clients, "auth.login.handler"):
        assert caller.log_in().status == 503


@pytest.mark.parametrize("handler", ROUTES)
def test_a_role_is_granted_what_the_template_says_on_the_table_alone(handler: str, stack: StackUnderTest) -> None:
    statements = deployed_statements(stack.clients, handler)
    arn = stack.clients.dynamodb.describe_table(TableName=stack.table_name)["Table"]["TableArn"]
    assert {action for statement in statements for action in actions_of(statement)} == actions(handler)
    assert {str(statement["Resource"]) for statement in statements} <= {arn}
    assert {statement["Effect"] for statement in statements} <= {"Allow"}


@pytest.mark.parametrize(("handler", "action"), JOB_CASES)
def test_a_job_fails_without_any_one_of_its_actions(
    handler: str, action: str, caller: Caller, stack: StackUnderTest
) -> None:
    JOBS[handler](stack, caller)
    with without_action(stack.clients, handler, action):
        assert run(stack, handler)[0]
    JOBS[handler](stack, caller)
    failed, answer = run(stack, handler)
    assert not failed, answer
    assert answer["done"] >= 1


def test_a_roll_up_that_failed_may_run_again_as_it_deletes_its_claim(caller: Caller, stack: StackUnderTest) -> None:
    with without_action(stack.clients, ROLL_UP, "dynamodb:Query"):
        JOBS[ROLL_UP](stack, caller)
        assert run(stack, ROLL_UP)[0]
        assert claims(stack) == []
        with without_action(stack.clients, *CLAIM):
            assert run(stack, ROLL_UP)[0]
            assert len(claims(stack)) == 1
    JOBS[ROLL_UP](stack, caller)
    assert not run(stack, ROLL_UP)[0]


@pytest.mark.parametrize("handler", JOBS)
def test_a_job_may_send_to_the_queue_beside_what_the_template_says_on_the_table(
    handler: str, stack: StackUnderTest
) -> None:
    statements = deployed_statements(stack.clients, handler)
    table = stack.clients.dynamodb.describe_table(TableName=stack.table_name)["Table"]["TableArn"]
    granted_on = {(action, str(one["Resource"])) for one in statements for action in actions_of(one)}
    others = granted_on - {(action, table) for action in actions(handler)}
    assert {(action, arn.split(":")[2]) for action, arn in others} == {("sqs:SendMessage", "sqs")}
    assert len(granted_on) == len(actions(handler)) + 1


def test_every_function_of_the_template_is_looked_at() -> None:
    assert {function["Handler"] for function in functions().values()} == ROUTES.keys() | set(JOBS)
    assert "Policies" not in TEMPLATE["Globals"]["Function"]
