"""One user's whole journey over HTTP, each write sent twice with the same Idempotency-Key.

    python -m scripts.proof.smoke [--url https://…]

Without --url it starts a stack of its own and stops it. Prints a line for each step; ends with 1 at the first surprise.
"""

import argparse
import secrets
import sys
import time
from collections.abc import Callable
from typing import Any

import httpx

from scripts.client.api import Api, Response
from scripts.local.deploy import DeployError
from scripts.local.emulator import EmulatorError
from scripts.local.stack import local_stack
from scripts.ops.environment import enter
from scripts.ops.grant_role import grant

REPLAYED = ("ETag", "Location", "Content-Type")

type Tokens = dict[str, Any]


class SurpriseError(Exception):
    """The API did not do as its contract says."""


class Journey:
    """Steps of one caller."""

    def __init__(self, api: Api) -> None:
        self._api = api
        self.token: str | None = None

    def step(self, expected: int, method: str, path: str, body: Any = None, **headers: str) -> Response:
        """Send, print and check the status. headers: as keyword arguments, If_Match for If-Match."""
        names = {name.replace("_", "-"): value for name, value in headers.items()}
        started = time.monotonic()
        answer = self._api.request(method, path, token=self.token, body=body, headers=names)
        milliseconds = (time.monotonic() - started) * 1000
        replay = "  replayed" if "Idempotent-Replayed" in answer.headers else ""
        print(f"{milliseconds:7.0f} ms  {answer.status} {method} {path}{replay}", flush=True)
        if answer.status != expected:
            raise SurpriseError(f"{expected} expected, got {answer.status} {answer.body.decode(errors='replace')}")
        return answer

    def log_in(self, credentials: dict[str, str]) -> Tokens:
        """Go on as the account with these credentials, in a session of its own."""
        tokens: Tokens = self.step(200, "POST", "/v1/auth/login", credentials).json()
        self.token = tokens["access_token"]
        return tokens

    def write(self, expected: int, method: str, path: str, body: Any, **headers: str) -> Response:
        """Send a write and its duplicate, which must give the same answer."""
        key = secrets.token_hex(16)
        first = self.step(expected, method, path, body, Idempotency_Key=key, **headers)
        again = self.step(expected, method, path, body, Idempotency_Key=key, **headers)
        check(again.headers.get("Idempotent-Replayed") == "true", "the duplicate is marked as a replay")
        check(again.body == first.body, "the duplicate has the first answer's body")
        for name in REPLAYED:
            check(again.headers.get(name) == first.headers.get(name), f"the duplicate has the first answer's {name}")
        return first


def check(holds: bool, what: str) -> None:  # noqa: FBT001 - reads as an assertion
    if not holds:
        raise SurpriseError(f"expected that {what}")


def journey(api: Api, promote: Callable[[str], None] | None = None) -> None:
    """Make an account, use everything that it may, and log out. Raises SurpriseError.

    promote: makes the account with an e-mail an operator; without it nothing is recorded of services.
    """
    caller = Journey(api)
    email, password = f"smoke-{secrets.token_hex(8)}@example.com", secrets.token_urlsafe(24)
    account = {"email": email, "password": password, "display_name": "Smoke"}
    caller.write(201, "POST", "/v1/auth/register", account)
    credentials = {"email": email, "password": password}
    there = caller.log_in(credentials)
    here = caller.log_in(credentials)
    use_projects(caller)
    use_account(caller)
    use_support(caller)
    use_community(caller)
    if promote:
        promote(email)
        use_status(caller)
    else:
        caller.step(200, "GET", "/v1/status")
    use_sessions(caller, here, there)


def use_projects(caller: Journey) -> None:
    """Make, list, read, change and delete a project."""
    made = caller.write(201, "POST", "/v1/projects", {"name": "Smoke", "description": None}).json()
    page = caller.step(200, "GET", "/v1/projects")
    check([item["id"] for item in page.json()["items"]] == [made["id"]], "the list holds the one project")
    check(page.json()["total"] == 1, "total is 1")
    caller.step(304, "GET", "/v1/projects", If_None_Match=page.headers["ETag"])

    path = f"/v1/projects/{made['id']}"
    etag = caller.step(200, "GET", path).headers["ETag"]
    caller.step(304, "GET", path, If_None_Match=etag)
    changed = caller.write(200, "PATCH", path, {"name": "Smoke 2"}, If_Match=etag)
    check(changed.json()["name"] == "Smoke 2", "the name has changed")
    caller.step(412, "PATCH", path, {"name": "Smoke 3"}, If_Match=etag)
    caller.step(204, "DELETE", path, If_Match=changed.headers["ETag"])
    caller.step(404, "DELETE", path)
    check(caller.step(200, "GET", "/v1/projects").json()["total"] == 0, "total is 0 again")


def use_account(caller: Journey) -> None:
    """Read and change the account, and see that each request counts."""
    first, second = caller.step(200, "GET", "/v1/account"), caller.step(200, "GET", "/v1/account")
    check(first.json()["roles"] == ["user"], "a new account has the role user alone")
    check(0 <= remaining(second) < remaining(first), "each request leaves less of the quota")
    changed = caller.write(200, "PATCH", "/v1/account", {"display_name": "Smoke 2"}, If_Match=first.headers["ETag"])
    check(changed.json()["display_name"] == "Smoke 2", "the display name has changed")


def use_support(caller: Journey) -> None:
    """Make a ticket and close it: it moves from one filtered list to the other."""
    path, ticket = "/v1/support/tickets", {"subject": "Smoke", "message": "It smokes."}
    made = caller.write(201, "POST", path, ticket)
    caller.write(200, "PATCH", f"{path}/{made.json()['id']}", {"status": "closed"}, If_Match=made.headers["ETag"])
    check(caller.step(200, "GET", f"{path}?status=open").json()["total"] == 0, "no ticket is open")
    check(caller.step(200, "GET", f"{path}?status=closed").json()["total"] == 1, "one ticket is closed")


def use_community(caller: Journey) -> None:
    """Make a post, find it in the feed, delete it."""
    path = "/v1/community/posts"
    made = caller.write(201, "POST", path, {"title": "Smoke", "content": "No fire."}).json()
    newest = caller.step(200, "GET", f"{path}?author_id={made['author']['id']}").json()["items"]
    check([post["id"] for post in newest] == [made["id"]], "the author has the one post")
    caller.step(200, "GET", f"{path}/{made['id']}")
    caller.write(204, "DELETE", f"{path}/{made['id']}", None)
    caller.step(404, "GET", f"{path}/{made['id']}")


def use_status(caller: Journey) -> None:
    """Record that a service works, and read how it is."""
    caller.write(201, "POST", "/v1/status/events", {"service_id": "smoke", "status": "operational"})
    detail = caller.step(200, "GET", "/v1/status/services/smoke").json()
    check(detail["status"] == "operational", "the service is operational")
    services = caller.step(200, "GET", "/v1/status").json()["services"]
    check("smoke" in [service["id"] for service in services], "the status page has the service")


def promote(email: str) -> None:
    """Grant through the table that scripts.ops.environment.enter has named, as make role does."""
    check(grant(email, "operator", revoke=False) == 0, "the role can be granted")


def use_sessions(caller: Journey, here: Tokens, there: Tokens) -> None:
    """List the sessions, end the other one, go on with this one, log out. Tokens of what has ended are refused."""
    listed = caller.step(200, "GET", "/v1/auth/sessions").json()["items"]
    check([one["id"] for one in listed] == [here["session"]["id"], there["session"]["id"]], "both sessions are listed")
    caller.step(204, "DELETE", f"/v1/auth/sessions/{there['session']['id']}")
    caller.token = there["access_token"]
    caller.step(401, "GET", "/v1/account")
    refresh = {"refresh_token": here["refresh_token"]}
    caller.token = caller.step(200, "POST", "/v1/auth/refresh", refresh).json()["access_token"]
    caller.step(204, "POST", "/v1/auth/logout")
    caller.step(401, "GET", "/v1/account")


def remaining(answer: Response) -> int:
    """Tell how many requests are left: 99 of `"read";r=99;t=60`."""
    return int(answer.headers["RateLimit"].partition(";r=")[2].partition(";")[0])


def main() -> int:
    parser = argparse.ArgumentParser(description="Make one user's whole journey over HTTP.")
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
                    journey(api, promote)
    except (SurpriseError, EmulatorError, DeployError, httpx.HTTPError) as error:
        print(f"failed: {error}", file=sys.stderr)
        return 1
    print(f"passed in {time.monotonic() - started:.1f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main())
