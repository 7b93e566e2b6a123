"""Requests per second: the local stack over HTTP, and as the floor the same handlers in a process of ours."""

import importlib
import json
import secrets
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from scripts.api import Api
from scripts.local.stack import local_stack
from scripts.proof.bench.events import body_of, changed, event
from scripts.proof.bench.measured import Context
from scripts.proof.bench.processes import UNLIMITED, run_module, seconds
from scripts.proof.bench.subject import subject

SECONDS = 3.0
CLIENTS = (1, 4)
ADA = {"email": "ada@example.com", "password": "correct horse battery staple"}


def measure() -> dict[str, Any]:
    """Measure both on the same emulator, one after the other."""
    with local_stack(overrides={"RateLimits": UNLIMITED}) as local, Api(local.url) as api:
        api.request("POST", "/v1/auth/register", body=ADA | {"display_name": "Ada"})
        token = api.request("POST", "/v1/auth/login", body=ADA).json()["access_token"]
        path, draft = event(subject().create)["path"], body_of(subject().create)
        created = api.request("POST", path, token=token, body=draft).json()["id"]

        def post() -> int:
            key = {"Idempotency-Key": secrets.token_hex(8)}
            return api.request("POST", path, token=token, body=draft, headers=key).status

        routes: dict[str, Callable[[], int]] = {
            "GET one": lambda: api.request("GET", f"{path}/{created}", token=token).status,
            "POST with key": post,
        }
        stack = {name: _rates(call) for name, call in routes.items()}
        more = {"AWS_ENDPOINT_URL": local.clients.endpoint, "TABLE_NAME": local.stack.table_name}
        floor = run_module("scripts.proof.bench.rate", token, created, **more)
    return {name: {"stack": stack[name], "in process": floor[name]} for name in routes}


def main() -> None:
    """Print a JSON line: the rates of the handlers in this process. Arguments: a token and the id of a resource."""
    token, created = sys.argv[1:]
    _, _, get, create, _ = subject()
    bearer: dict[str, str | None] = {"Authorization": f"Bearer {token}"}
    (parameter,) = event(get)["pathParameters"]
    read = changed(event(get), bearer, pathParameters={parameter: created})

    def call(name: str, given: Any) -> int:
        return int(importlib.import_module(name).handler(given, Context(seconds(name)))["statusCode"])

    routes: dict[str, Callable[[], int]] = {
        "GET one": lambda: call(get, read),
        "POST with key": lambda: call(
            create, changed(event(create), bearer | {"Idempotency-Key": secrets.token_hex(8)})
        ),
    }
    print("\n" + json.dumps({name: _rates(route) for name, route in routes.items()}))


def _rates(call: Callable[[], int]) -> dict[str, float]:
    """Return requests per second by number of clients. Raises RuntimeError if a request fails."""
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
