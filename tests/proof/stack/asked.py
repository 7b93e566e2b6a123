"""How each route is asked so that it needs everything that its function was granted."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace

from scripts.client.api import Api, Response
from tests.api import PASSWORD, Account, new_account
from tests.proof.stack.callers import log_in


@dataclass(frozen=True)
class Caller:
    """Calls each route in the way that needs all of its permissions: with a key, and with a condition."""

    api: Api
    account: Account
    admin: Account

    def ask(self, method: str, path: str, body: object = None, **headers: str) -> Response:
        sent = {"Idempotency-Key": secrets.token_hex(16)} | {
            name.replace("_", "-"): value for name, value in headers.items()
        }
        return self.api.request(method, path, token=self.account.token, body=body, headers=sent)

    def somebody(self) -> "Caller":
        """A caller whom nobody else needs: what they lose, no other route misses."""
        return replace(self, account=new_account(self.api))

    def staff(self) -> "Caller":
        return replace(self, account=self.admin)

    def log_in(self, password: str = PASSWORD) -> Response:
        return self.ask("POST", "/v1/auth/login", {"email": self.account.email, "password": password})

    def project(self) -> str:
        return f"/v1/projects/{self.ask('POST', '/v1/projects', {'name': 'x'}).json()['id']}"

    def ticket(self) -> str:
        ticket = {"subject": "x", "message": "x"}
        return f"/v1/support/tickets/{self.ask('POST', '/v1/support/tickets', ticket).json()['id']}"

    def post(self) -> str:
        post = {"title": "x", "content": "x"}
        return f"/v1/community/posts/{self.ask('POST', '/v1/community/posts', post).json()['id']}"

    def event(self, **changes: str) -> Response:
        return self.staff().ask("POST", "/v1/status/events", {"service_id": "api", "status": "operational"} | changes)

    def register(self) -> Response:
        account = {"email": f"{secrets.token_hex(8)}@example.com", "password": PASSWORD, "display_name": "Ada"}
        return self.ask("POST", "/v1/auth/register", account)


# What makes ready for a request (while everything is granted) and gives the request.
Prepare = Callable[[Caller], Callable[[], Response]]


def named(method: str, make: Callable[[Caller], str], change: object = None, *, staff: bool = False) -> Prepare:
    """Ask for what the caller has made; as staff, perhaps."""

    def prepare(caller: Caller) -> Callable[[], Response]:
        path = make(caller)
        asker = caller.staff() if staff else caller
        condition = {} if method == "GET" else {"If_Match": '"v1"'}
        return lambda: asker.ask(method, path, change, **condition)

    return prepare


def listing(path: str, make: Callable[[Caller], object], *, staff: bool = False) -> Prepare:
    """Ask for a later page: it needs what the first one does not. AUTHOR is the caller's id."""

    def prepare(caller: Caller) -> Callable[[], Response]:
        for _ in range(2):
            make(caller)
        asker, query = caller.staff() if staff else caller, path.replace("AUTHOR", caller.account.id)
        joined = query + ("&" if "?" in query else "?")
        cursor = asker.ask("GET", f"{joined}page_size=1").json()["next_cursor"]
        return lambda: asker.ask("GET", f"{joined}cursor={cursor}")

    return prepare


def of_the_service(path: str) -> Prepare:
    """Ask for how a service is, which has events."""

    def prepare(caller: Caller) -> Callable[[], Response]:
        assert caller.event().status == 201
        return lambda: caller.ask("GET", path)

    return prepare


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
    "account.change_password.handler": changing_password,
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
    "community.create.handler": asking("POST", "/v1/community/posts", {"title": "x", "content": "x"}),
    "community.delete.handler": named("DELETE", Caller.post),
    "community.get.handler": named("GET", Caller.post),
    "community.list.handler": listing("/v1/community/posts", Caller.post),
    "community.update.handler": named("PATCH", Caller.post, {"title": "y"}),
    "csp.create_report.handler": asking("POST", "/v1/csp/reports", {}),
    "projects.create.handler": asking("POST", "/v1/projects", {"name": "x"}),
    "projects.delete.handler": named("DELETE", Caller.project),
    "projects.get.handler": named("GET", Caller.project),
    "projects.list.handler": listing("/v1/projects", Caller.project),
    "projects.update.handler": named("PATCH", Caller.project, {"name": "y"}),
    "status.create_event.handler": lambda caller: caller.event,
    "status.get.handler": asking("GET", "/v1/status"),
    "status.get_history.handler": of_the_service("/v1/status/services/api/history"),
    "status.get_service.handler": of_the_service("/v1/status/services/api"),
    "status.list_events.handler": listing("/v1/status/events", Caller.event),
    "support.create.handler": asking("POST", "/v1/support/tickets", {"subject": "x", "message": "x"}),
    "support.get.handler": named("GET", Caller.ticket),
    "support.list.handler": listing("/v1/support/tickets", Caller.ticket, staff=True),
    "support.update.handler": named("PATCH", Caller.ticket, {"status": "closed"}),
    "system.get_config.handler": asking("GET", "/v1/config"),
    "system.get_docs.handler": asking("GET", "/v1/docs"),
    "system.get_docs_asset.handler": asking("GET", "/v1/docs/docs.js"),
    "system.get_health.handler": asking("GET", "/v1/health"),
    "system.get_openapi.handler": asking("GET", "/v1/openapi.json"),
    "system.get_readiness.handler": asking("GET", "/v1/ready"),
}
# What only a request that is not like the route's others needs: lists with one owner, and a token that was used
# before, which ends its session.
SELDOM: dict[tuple[str, str], Prepare] = {
    ("auth.refresh.handler", "dynamodb:DeleteItem"): lambda caller: refreshing(caller, uses=2),
    ("community.list.handler", "dynamodb:GetItem"): listing("/v1/community/posts?author_id=AUTHOR", Caller.post),
    ("status.list_events.handler", "dynamodb:GetItem"): listing("/v1/status/events?service_id=api", Caller.event),
    ("support.list.handler", "dynamodb:GetItem"): listing("/v1/support/tickets?status=open", Caller.ticket),
}
REFUSED = {("auth.refresh.handler", "dynamodb:DeleteItem")}
# A list of sessions reads one item only while the request cannot be counted.
UNCOUNTED = {("auth.list_sessions.handler", "dynamodb:GetItem")}
# Each route, and those that staff and owners use in ways of their own.
WAYS: list[tuple[str, Prepare]] = [
    *ROUTES.items(),
    *((handler, prepare) for (handler, action), prepare in SELDOM.items() if (handler, action) not in REFUSED),
    ("support.get.handler", named("GET", Caller.ticket, staff=True)),
    ("support.update.handler", named("PATCH", Caller.ticket, {"subject": "y"})),
    ("support.update.handler", named("PATCH", Caller.ticket, {"status": "resolved"}, staff=True)),
    ("community.update.handler", named("PATCH", Caller.post, {"title": "y"}, staff=True)),
    ("community.delete.handler", named("DELETE", Caller.post, staff=True)),
]
