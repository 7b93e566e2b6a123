"""Every endpoint once over HTTP, with its example in tests/catalog; each write twice with the same Idempotency-Key.

    python -m scripts.proof.smoke [--url https://…]

Without --url it starts a stack of its own and stops it. With it, what needs a role is left out. Prints a line for each
request; ends with 1 at the first answer that is not as it should be.
"""

import argparse
import json
import sys
import time
from collections.abc import Callable
from http import HTTPStatus
from typing import cast

import httpx

from scripts import ROOT
from scripts.api import Api, Response
from scripts.build.template import functions
from scripts.local.deploy import DeployError
from scripts.local.emulator import EmulatorError
from scripts.local.stack import local_stack
from scripts.ops.environment import TEMPLATE, enter
from scripts.ops.grant_role import Role, grant
from tests.catalog import ENDPOINTS
from tests.catalog.remote import Remote
from tests.catalog.world import Event, Request

REPLAYED = ("ETag", "Location", "Content-Type")
OPERATIONS = json.loads((ROOT / "docs/openapi.json").read_text(encoding="utf-8"))["paths"]
ROUTES = {one["Handler"]: one["Description"].split() for one in functions(TEMPLATE).values()}

Grant = Callable[[str, str], None]


class SurpriseError(Exception):
    """The API did not do as its contract says."""


class NoRolesError(Exception):
    """Nobody can grant a role here."""


def check(holds: bool, what: str) -> None:  # noqa: FBT001 - reads as an assertion
    if not holds:
        raise SurpriseError(f"expected that {what}")


class Printing(Remote):
    """Prints each request and its answer."""

    def send(self, request: Request | Event) -> Response:
        started = time.monotonic()
        answer = super().send(request)
        milliseconds = (time.monotonic() - started) * 1000
        replay = "  replayed" if "Idempotent-Replayed" in answer.headers else ""
        print(f"{milliseconds:7.0f} ms  {answer.status} {request}{replay}", flush=True)
        return answer


def takes_key(handler: str) -> bool:
    """Return whether the document names an Idempotency-Key among an endpoint's parameters."""
    method, path = ROUTES[f"{handler}.handler"]
    return any(
        one.get("$ref", "").endswith("/Idempotency-Key") for one in OPERATIONS[path][method.lower()]["parameters"]
    )


def no_roles(email: str, role: str) -> None:
    raise NoRolesError(f"nobody can make {email} {role}")


def journey(api: Api, grant_role: Grant = no_roles) -> None:
    """Call every endpoint. Raises SurpriseError.

    grant_role: grants a role to the account with an e-mail; without it, what needs one is left out.
    """
    skipped, shared = [], Printing(api, grant_role)
    for handler in ENDPOINTS:
        ends_sessions = handler.startswith(("account.", "auth."))  # so it has callers of its own
        try:
            call(handler, Printing(api, grant_role) if ends_sessions else shared)
        except NoRolesError:
            skipped.append(handler)
        except AssertionError as error:  # of what the example needs
            raise SurpriseError(str(error)) from error
    if skipped:
        print(f"left out, for want of a role: {', '.join(skipped)}")


def call(handler: str, world: Remote) -> None:
    """Call an endpoint with its example; look at the answer, at that to its duplicate, and at what was created."""
    example = ENDPOINTS[handler].example
    request = example.prepare(world)
    if isinstance(request, Event):
        raise SurpriseError(f"{handler} is no endpoint")
    if takes_key(handler):
        request = request.keyed()
    answer = world.send(request)
    check(answer.status == example.status, f"{handler} answers {example.status}: {answer.text}")
    if takes_key(handler):
        again = world.send(request)
        if example.again is None:
            check_duplicate(answer, again)
        else:
            check(again.status == example.again, f"the duplicate of {handler} is answered {example.again}")
    if request.method == "GET" and "ETag" in answer.headers:
        unchanged = world.send(request.header("If-None-Match", answer.headers["ETag"]))
        moved = unchanged.status == HTTPStatus.OK and unchanged.body != answer.body  # as uptime does
        check(moved or unchanged.status == HTTPStatus.NOT_MODIFIED, f"{handler} is 304 if it has not changed")
    if request.token and (location := answer.headers.get("Location")):
        created = world.send(Request("GET", location[location.index("/v1/") :], token=request.token))
        check(created.text == answer.text, f"what {handler} has created is there")


def check_duplicate(first: Response, again: Response) -> None:
    check(again.headers.get("Idempotent-Replayed") == "true", "the duplicate is marked as a replay")
    check(again.body == first.body, "the duplicate has the first answer's body")
    for name in REPLAYED:
        check(again.headers.get(name) == first.headers.get(name), f"the duplicate has the first answer's {name}")


def grant_in_table(email: str, role: str) -> None:
    """Grant through the table that scripts.ops.environment.enter has named, as make role does."""
    check(grant(email, cast("Role", role), revoke=False) == 0, "the role can be granted")


def main() -> int:
    parser = argparse.ArgumentParser(description="Call every endpoint over HTTP.")
    parser.add_argument("--url", help="base URL of a running API, without /v1")
    url = parser.parse_args().url
    started = time.monotonic()
    try:
        if url:
            with Api(url) as api:
                journey(api)
        else:
            with local_stack(auth=True) as local:
                print(f"{(time.monotonic() - started) * 1000:7.0f} ms  the stack is deployed", flush=True)
                enter(local.stack.table_name, local.clients.endpoint)
                with Api(local.url) as api:
                    journey(api, grant_in_table)
    except (SurpriseError, EmulatorError, DeployError, httpx.HTTPError) as error:
        print(f"failed: {error}", file=sys.stderr)
        return 1
    print(f"passed in {time.monotonic() - started:.1f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main())
