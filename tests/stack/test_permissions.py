"""Least privilege, proven: each route works with what its function is granted, and with nothing less."""

import secrets
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from dataclasses import dataclass, replace

import pytest

from scripts.aws import Clients
from scripts.client import Api, Response
from scripts.template import Json
from tests.stack.callers import log_in
from tests.stack.conftest import StackUnderTest
from tests.stack.deployed import granted, without_action, without_count
from tests.stack.logs import counted
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

    def somebody(self) -> "Caller":
        """A caller whom nobody else needs: what they lose, no other route misses."""
        return Caller(self.api, new_account(self.api))

    def log_in(self, password: str = PASSWORD) -> Response:
        return self.ask("POST", "/v1/auth/login", {"email": self.account.email, "password": password})

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


def listing(caller: Caller) -> Callable[[], Response]:
    """A later page: it needs what the first one does not."""
    for _ in range(2):
        caller.project()
    cursor = caller.ask("GET", "/v1/projects?page_size=1").json()["next_cursor"]
    return lambda: caller.ask("GET", f"/v1/projects?cursor={cursor}")


def logging_in(caller: Caller) -> Callable[[], Response]:
    """After a failure, which is forgotten then."""
    one = caller.somebody()
    assert one.log_in("wrong").status == 401
    return one.log_in


def refreshing(caller: Caller, uses: int = 0) -> Callable[[], Response]:
    """With a token whose session was refreshed some times since."""
    first = latest = log_in(caller.api, caller.somebody().account.email)
    for _ in range(uses):
        latest = latest.refreshed()
    return first.refresh


def changing_password(caller: Caller) -> Callable[[], Response]:
    """After a failure, and with another session that ends."""
    one, change = caller.somebody(), {"current_password": PASSWORD, "new_password": "rainbow umbrella on the moon"}
    assert one.log_in().status == 200
    assert one.log_in("wrong").status == 401
    return lambda: one.ask("POST", "/v1/account/password", change)


def ending(method: str, path: str) -> Prepare:
    """End a session: the first or the second one of two."""

    def prepare(caller: Caller) -> Callable[[], Response]:
        one = caller.somebody()
        other = log_in(one.api, one.account.email)
        return lambda: one.ask(method, path.replace("OTHER", other.id))

    return prepare


def asking(method: str, path: str, body: object = None) -> Prepare:
    """Ask for what needs no preparation."""
    return lambda caller: lambda: caller.ask(method, path, body)


ROUTES: dict[str, Prepare] = {
    "account.get.handler": asking("GET", "/v1/account"),
    "account.password.handler": changing_password,
    "account.update.handler": lambda caller: (
        lambda: caller.ask("PATCH", "/v1/account", {"display_name": secrets.token_hex(8)})
    ),
    "auth.list_sessions.handler": asking("GET", "/v1/auth/sessions"),
    "auth.login.handler": logging_in,
    "auth.logout.handler": ending("POST", "/v1/auth/logout"),
    "auth.refresh.handler": refreshing,
    "auth.register.handler": lambda caller: caller.register,
    "auth.revoke_other_sessions.handler": ending("POST", "/v1/auth/sessions/revoke-others"),
    "auth.revoke_session.handler": ending("DELETE", "/v1/auth/sessions/OTHER"),
    "csp.reports.handler": asking("POST", "/v1/csp/reports", {}),
    "projects.create.handler": asking("POST", "/v1/projects", {"name": "x"}),
    "projects.delete.handler": deleting,
    "projects.get.handler": getting,
    "projects.list.handler": listing,
    "projects.update.handler": updating,
    "system.config.handler": asking("GET", "/v1/config"),
    "system.health.handler": asking("GET", "/v1/health"),
    "system.ready.handler": asking("GET", "/v1/ready"),
}
# What only a request that is not like the route's others needs. A token used before ends its session.
SELDOM: dict[tuple[str, str], Prepare] = {
    ("auth.refresh.handler", "dynamodb:DeleteItem"): lambda caller: refreshing(caller, uses=2),
}
# A list of sessions reads one item only while the request cannot be counted.
UNCOUNTED = {("auth.list_sessions.handler", "dynamodb:GetItem")}


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
    prepare = SELDOM.get((handler, action), ROUTES[handler])
    request = prepare(caller)
    with without_count(stack.clients, handler) if (handler, action) in UNCOUNTED else nullcontext():
        with without_action(stack.clients, handler, action):
            answer = request()
        assert answer.status in {500, 503}, answer.body
        assert action.encode() not in answer.body
        again = prepare(caller)()
    assert again.status < 300 or (handler, action) in SELDOM, again.body
    assert again.status < 500, again.body


def test_a_read_goes_on_while_its_count_cannot_be_written_and_a_write_does_not(
    caller: Caller, stack: StackUnderTest
) -> None:
    before = counted(stack, "RateLimitUnavailable")
    with without_count(stack.clients, "account.get.handler"):
        read = caller.ask("GET", "/v1/account")
        forged = Caller(caller.api, replace(caller.account, token=caller.account.token[:-8] + "x" * 8))
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
    assert {action for statement in statements for action in statement["Action"]} == actions(handler)
    assert {str(statement["Resource"]) for statement in statements} <= {arn}
    assert {statement["Effect"] for statement in statements} <= {"Allow"}


def test_every_function_of_the_template_is_looked_at() -> None:
    assert {function["Handler"] for function in functions().values()} == ROUTES.keys()
    assert "Policies" not in TEMPLATE["Globals"]["Function"]
