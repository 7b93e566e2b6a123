"""Least privilege, proven: each route works with what its function is granted, and with nothing less."""

import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest

from scripts.aws import Clients
from scripts.client import Api, Response
from scripts.template import Json
from tests.stack.conftest import StackUnderTest
from tests.stack.deployed import granted, without_action
from tests.support import PASSWORD, TEMPLATE, Account, functions, new_account


@dataclass(frozen=True)
class Caller:
    """Calls each route in the way that needs all of its permissions: with a key, and with a condition."""

    api: Api
    account: Account

    def ask(self, method: str, path: str, body: object = None, **headers: str) -> Response:
        sent = {"Idempotency-Key": secrets.token_hex(16)} | {
            name.replace("_", "-"): value for name, value in headers.items()
        }
        return self.api.request(method, path, token=self.account.token, body=body, headers=sent)

    def project(self) -> str:
        return f"/v1/projects/{self.ask('POST', '/v1/projects', {'name': 'x'}).json()['id']}"

    def register(self) -> Response:
        account = {"email": f"{secrets.token_hex(8)}@example.com", "password": PASSWORD, "display_name": "Ada"}
        return self.ask("POST", "/v1/auth/register", account)


# Of each handler, what makes ready for its request (while everything is granted) and gives the request.
Prepare = Callable[[Caller], Callable[[], Response]]


def updating(caller: Caller) -> Callable[[], Response]:
    path = caller.project()
    return lambda: caller.ask("PATCH", path, {"name": secrets.token_hex(8)}, If_Match='"v1"')


def deleting(caller: Caller) -> Callable[[], Response]:
    path = caller.project()
    return lambda: caller.ask("DELETE", path, If_Match='"v1"')


def getting(caller: Caller) -> Callable[[], Response]:
    path = caller.project()
    return lambda: caller.ask("GET", path)


ROUTES: dict[str, Prepare] = {
    "auth.login.handler": lambda caller: (
        lambda: caller.ask("POST", "/v1/auth/login", {"email": caller.account.email, "password": PASSWORD})
    ),
    "auth.register.handler": lambda caller: caller.register,
    "projects.create.handler": lambda caller: lambda: caller.ask("POST", "/v1/projects", {"name": "x"}),
    "projects.delete.handler": deleting,
    "projects.get.handler": getting,
    "projects.list.handler": lambda caller: lambda: caller.ask("GET", "/v1/projects"),
    "projects.update.handler": updating,
    "system.config.handler": lambda caller: lambda: caller.ask("GET", "/v1/config"),
    "system.health.handler": lambda caller: lambda: caller.ask("GET", "/v1/health"),
    "system.ready.handler": lambda caller: lambda: caller.ask("GET", "/v1/ready"),
}


def actions(handler: str) -> set[str]:
    """What the template grants; the deployed roles are compared with it."""
    function = next(one for one in functions().values() if one["Handler"] == handler)
    statements = [statement for policy in function.get("Policies", []) for statement in policy["Statement"]]
    return {action for statement in statements for action in statement["Action"]}


CASES = [(handler, action) for handler in ROUTES for action in sorted(actions(handler))]


@pytest.fixture(scope="module")
def caller(stack: StackUnderTest) -> Iterator[Caller]:
    with Api(stack.url) as api:
        yield Caller(api, new_account(api))


def deployed_statements(clients: Clients, handler: str) -> list[Json]:
    _, policies = granted(clients, handler)
    return [statement for document in policies.values() for statement in document["Statement"]]


@pytest.mark.parametrize("handler", ROUTES)
def test_a_route_works_with_what_it_is_granted(handler: str, caller: Caller) -> None:
    answer = ROUTES[handler](caller)()
    assert answer.status < 300, answer.body


@pytest.mark.parametrize(("handler", "action"), CASES)
def test_a_route_fails_without_any_one_of_its_actions(
    handler: str, action: str, caller: Caller, stack: StackUnderTest
) -> None:
    request = ROUTES[handler](caller)
    with without_action(stack.clients, handler, action):
        answer = request()
    assert answer.status in {500, 503}, answer.body
    assert action.encode() not in answer.body
    again = ROUTES[handler](caller)()
    assert again.status < 300, again.body


@pytest.mark.parametrize("handler", ROUTES)
def test_a_role_is_granted_what_the_template_says_on_the_table_alone(handler: str, stack: StackUnderTest) -> None:
    statements = deployed_statements(stack.clients, handler)
    arn = stack.clients.dynamodb.describe_table(TableName=stack.table_name)["Table"]["TableArn"]
    assert {action for statement in statements for action in statement["Action"]} == actions(handler)
    assert {str(statement["Resource"]) for statement in statements} <= {arn}
    assert {statement["Effect"] for statement in statements} <= {"Allow"}


def test_every_function_of_the_template_is_looked_at() -> None:
    assert {function["Handler"] for function in functions().values()} == ROUTES.keys()
    assert "Policies" not in TEMPLATE["Globals"]["Function"]
