"""Round trips and capacity units of each operation, as MiniStack counts them (by AWS's published rules)."""

import importlib
import json
import sys
from pathlib import Path
from typing import Any

from neoforge import table
from neoforge.settings import settings
from scripts.bench.counting import counted, create_table
from scripts.bench.events import changed, event
from scripts.bench.measured import Context

NO_KEY = {"Idempotency-Key": None, "If-Match": None}


def call(module: str, given: Any) -> Any:
    """Answer an event; the result of the proxy integration."""
    return importlib.import_module(module).handler(given, Context())


def main() -> None:
    """Print a JSON line: calls, units and status by operation. The argument is a file with the items to begin with."""
    create_table()
    for item in json.loads(Path(sys.argv[1]).read_text()).values():
        table.client().put_item(TableName=settings.table_name, Item=item)
    found = {}
    for name, module, given in _operations():
        with counted() as cost:
            status = call(module, given)["statusCode"]
        found[name] = {"calls": cost.operations, "read_units": cost.reads, "write_units": cost.writes, "status": status}
    print("\n" + json.dumps(found))


def _operations() -> list[tuple[str, str, Any]]:
    get, listed, create = event("projects.get"), event("projects.list"), event("projects.create")
    update = changed(event("projects.update"), {"If-Match": None})
    call("projects.create", changed(create, NO_KEY))  # so that there is a second page
    second = json.loads(call("projects.list", _page(listed, page_size="1"))["body"])["next_cursor"]
    other = changed(update, {"Idempotency-Key": "other"}, body='{"name":"Other"}')
    return [
        ("GET one", "projects.get", get),
        ("GET one, 304", "projects.get", changed(get, {"If-None-Match": '"v1"'})),
        ("GET list, first page", "projects.list", listed),
        ("GET list, later page", "projects.list", _page(listed, cursor=second)),
        ("POST", "projects.create", changed(create, NO_KEY)),
        ("POST with key", "projects.create", create),
        ("POST with key, replay", "projects.create", create),
        ("PATCH", "projects.update", changed(update, NO_KEY)),
        ("PATCH with key", "projects.update", other),
        ("DELETE with key", "projects.delete", changed(event("projects.delete"), {"If-Match": None})),
        ("register", "auth.register", changed(event("auth.register"), {}, body=_newcomer())),
        ("login", "auth.login", changed(event("auth.login"), {}, body=_newcomer(login=True))),
        ("health", "system.health", event("system.health")),
        ("ready", "system.ready", event("system.ready")),
        ("config", "system.config", event("system.config")),
    ]


def _page(listed: Any, **query: str) -> Any:
    multiple = {name: [value] for name, value in query.items()}
    return changed(listed, {}, queryStringParameters=query, multiValueQueryStringParameters=multiple)


def _newcomer(*, login: bool = False) -> str:
    body = json.loads(event("auth.register")["body"]) | {"email": "newcomer@example.com"}
    return json.dumps({name: value for name, value in body.items() if not (login and name == "display_name")})


if __name__ == "__main__":
    main()
