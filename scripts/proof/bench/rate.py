"""Requests per second: the local stack over HTTP, and the same handlers called in a process of ours as the floor."""

import importlib
import json
import secrets
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from scripts.client.api import Api
from scripts.local.stack import local_stack
from scripts.proof.bench.events import changed, event
from scripts.proof.bench.measured import Context
from scripts.proof.bench.processes import UNLIMITED, inside, seconds

SECONDS = 3.0
CLIENTS = (1, 4)
DRAFT = {"name": "Website relaunch", "description": "New design, same content."}
ADA = {"email": "ada@example.com", "password": "correct horse battery staple"}


def measure() -> dict[str, Any]:
    """Measure both on one emulator, one after the other."""
    with local_stack(overrides={"RateLimits": UNLIMITED}) as local, Api(local.url) as api:
        api.request("POST", "/v1/auth/register", body=ADA | {"display_name": "Ada"})
        token = api.request("POST", "/v1/auth/login", body=ADA).json()["access_token"]
        made = api.request("POST", "/v1/projects", token=token, body=DRAFT).json()["id"]

        def post() -> int:
            key = {"Idempotency-Key": secrets.token_hex(8)}
            return api.request("POST", "/v1/projects", token=token, body=DRAFT, headers=key).status

        routes: dict[str, Callable[[], int]] = {
            "GET one": lambda: api.request("GET", f"/v1/projects/{made}", token=token).status,
            "POST with key": post,
        }
        stack = {name: _rates(call) for name, call in routes.items()}
        more = {"AWS_ENDPOINT_URL": local.clients.endpoint, "TABLE_NAME": local.stack.table_name}
        floor = inside("scripts.proof.bench.rate", token, made, **more)
    return {name: {"stack": stack[name], "in process": floor[name]} for name in routes}


def main() -> None:
    """Print a JSON line: the rates of the handlers in this process. The arguments: token and id of a project."""
    token, made = sys.argv[1:]
    bearer: dict[str, str | None] = {"Authorization": f"Bearer {token}"}
    get = changed(event("projects.get"), bearer, pathParameters={"project_id": made})
    create = event("projects.create")

    def call(name: str, given: Any) -> int:
        return int(importlib.import_module(name).handler(given, Context(seconds(name)))["statusCode"])

    routes: dict[str, Callable[[], int]] = {
        "GET one": lambda: call("projects.get", get),
        "POST with key": lambda: call(
            "projects.create", changed(create, bearer | {"Idempotency-Key": secrets.token_hex(8)})
        ),
    }
    print("\n" + json.dumps({name: _rates(route) for name, route in routes.items()}))


def _rates(call: Callable[[], int]) -> dict[str, float]:
    """Give requests per second by number of clients. Raises RuntimeError if one fails."""
    rates = {}
    for clients in CLIENTS:
        with ThreadPoolExecutor(clients) as pool:
            list(pool.map(lambda _: call(), range(2 * clients)))  # starts the workers
            until = time.monotonic() + SECONDS
            counts = list(pool.map(lambda _, end=until: _until(end, call), range(clients)))
        rates[str(clients)] = round(sum(counts) / SECONDS, 1)
    return rates


def _until(end: float, call: Callable[[], int]) -> int:
    count = 0
    while time.monotonic() < end:
        status = call()
        if status not in {200, 201}:
            raise RuntimeError(f"a request was answered with {status}")
        count += 1
    return count


if __name__ == "__main__":
    main()
