"""Round trips and capacity units of each operation, as MiniStack counts them (by AWS's published rules)."""

import importlib
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from neoforge.dynamodb.client import get_client
from neoforge.settings import settings
from scripts.proof.bench.counting import counted, create_table
from scripts.proof.bench.events import changed, event
from scripts.proof.bench.measured import Context
from scripts.proof.bench.processes import seconds
from scripts.proof.bench.subject import handlers, other_change, subject

NO_KEY: dict[str, str | None] = {"Idempotency-Key": None, "If-Match": None}


def call(module: str, given: Any) -> Any:
    """Return the answer to an event, as the proxy integration gets it."""
    return importlib.import_module(module).handler(given, Context(seconds(module)))


def main() -> None:
    """Print a JSON line: calls, units and status by operation. The argument is a file with the items to start with."""
    create_table()
    for item in json.loads(Path(sys.argv[1]).read_text()).values():
        get_client().put_item(TableName=settings.table_name, Item=item)
    found = {}
    for name, module, given in _operations():
        with counted() as cost:
            status = call(module, given)["statusCode"]
        found[name] = {"calls": cost.operations, "read_units": cost.reads, "write_units": cost.writes, "status": status}
    print("\n" + json.dumps(found))


def _operations() -> Iterator[tuple[str, str, Any]]:
    """Yield what is measured, each when those before it are done."""
    yield from _of_subject()
    yield "register", "auth.register", changed(event("auth.register"), {}, body=_newcomer())
    yield "login", "auth.login", _login()
    yield from _sessions()
    yield "health", "system.get_health", event("system.get_health")
    yield "ready", "system.get_readiness", event("system.get_readiness")
    yield "config", "system.get_config", event("system.get_config")
    yield "CSP report", "csp.create_report", event("csp.create_report")


def _of_subject() -> Iterator[tuple[str, str, Any]]:
    """Yield the operations of the subject, on a resource that its own handler creates, with all items of it."""
    _, list_, get, create, update = subject()
    listed, new = event(list_), event(create)
    created, _ = (json.loads(call(create, changed(new, NO_KEY))["body"]) for _ in range(2))  # so there is a second page
    second = json.loads(call(list_, _page(listed, page_size="1"))["body"])["next_cursor"]

    def of_created(module: str, headers: dict[str, str | None], **members: Any) -> Any:
        (parameter,) = event(module)["pathParameters"]
        return changed(event(module), headers, pathParameters={parameter: created["id"]}, **members)

    yield "GET one", get, of_created(get, {})
    yield "GET one, 304", get, of_created(get, {"If-None-Match": '"v1"'})
    yield "GET list, first page", list_, listed
    yield "GET list, later page", list_, _page(listed, cursor=second)
    yield "POST", create, changed(new, NO_KEY)
    yield "POST with key", create, new
    yield "POST with key, replay", create, new
    yield "PATCH", update, of_created(update, NO_KEY)
    yield (
        "PATCH with key",
        update,
        of_created(update, {"Idempotency-Key": "other", "If-Match": None}, body=other_change()),
    )
    if (delete := f"{subject().name}.delete") in handlers():
        yield "DELETE with key", delete, of_created(delete, {"If-Match": None})


def _sessions() -> Iterator[tuple[str, str, Any]]:
    """Yield what the newcomer does with its account and its sessions."""
    mine, other = (json.loads(call("auth.login", _login())["body"]) for _ in range(2))
    bearer = NO_KEY | {"Authorization": f"Bearer {mine['access_token']}"}

    def asked(module: str, **members: Any) -> tuple[str, Any]:
        return module, changed(event(module), bearer, **members)

    yield "GET account", *asked("account.get")
    yield "PATCH account", *asked("account.update")
    yield "list sessions", *asked("auth.list_sessions")
    path = {"session_id": other["session"]["id"]}
    yield "revoke session", *asked("auth.revoke_session", pathParameters=path)
    yield "revoke others", *asked("auth.revoke_other_sessions")
    yield "change password", *asked("account.change_password")
    body = json.dumps({"refresh_token": mine["refresh_token"]})
    yield "refresh", "auth.refresh", changed(event("auth.refresh"), {}, body=body)
    yield "refresh, again in grace", "auth.refresh", changed(event("auth.refresh"), {}, body=body)
    refreshed = json.loads(call("auth.refresh", changed(event("auth.refresh"), {}, body=body))["body"])
    bearer["Authorization"] = f"Bearer {refreshed['access_token']}"
    yield "logout", *asked("auth.logout")


def _login() -> Any:
    return changed(event("auth.login"), {}, body=_newcomer(login=True))


def _page(listed: Any, **query: str) -> Any:
    multiple = {name: [value] for name, value in query.items()}
    return changed(listed, {}, queryStringParameters=query, multiValueQueryStringParameters=multiple)


def _newcomer(*, login: bool = False) -> str:
    body = json.loads(event("auth.register")["body"]) | {"email": "newcomer@example.com"}
    return json.dumps({name: value for name, value in body.items() if not (login and name == "display_name")})


if __name__ == "__main__":
    main()
