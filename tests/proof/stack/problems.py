"""What every problem document has in common, whoever sends it, and a caller who provokes them."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from neoforge.api.problems import ProblemType
from scripts.api import Api, Response
from tests.api import Account, new_account
from tests.proof.stack.conftest import StackUnderTest
from tests.proof.stack.deployed import default

ORIGIN = default("AllowedOrigins").partition(",")[0]
SECURITY = {
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "cross-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


def reporting(url: str) -> dict[str, str]:
    """Headers by which browsers report violations to a stack that is not production; functions send them."""
    reports = f"{url}/v1/csp/reports"
    return {
        "Content-Security-Policy": f"{SECURITY['Content-Security-Policy']}; report-uri {reports}; report-to csp",
        "Reporting-Endpoints": f'csp="{reports}"',
        "Report-To": f'{{"group":"csp","max_age":86400,"endpoints":[{{"url":"{reports}"}}]}}',
    }


EXPOSED = "ETag, Location, Link, RateLimit, RateLimit-Policy, Retry-After, Idempotent-Replayed, X-Request-Id"
RETRIED = {"request-in-progress", "quota-exceeded", "service-unavailable"}
# What a body must not tell: resources, code, and the words of the failures that the tests provoke.
INTERNAL = ("arn:", "traceback", ".py", "boto", "dynamodb", "accessdenied", "not authorized", "task timed out", "table")


@dataclass(frozen=True)
class Scene:
    """A caller with a project, in front of the stack."""

    stack: StackUnderTest
    api: Api
    account: Account
    project: str  # path of it

    def ask(self, method: str, path: str, body: Any = None, *, token: str | None = "", **headers: str) -> Response:
        """Send as a page of an allowed origin. token: the caller's if empty. headers: If_Match for If-Match."""
        sent = {"Origin": ORIGIN} | {name.replace("_", "-"): value for name, value in headers.items()}
        token = self.account.token if token == "" else token
        return self.api.request(method, path, token=token, body=body, headers=sent)


@contextmanager
def scene_of(stack: StackUnderTest) -> Iterator[Scene]:
    """Create an account and a project of it."""
    with Api(stack.url) as api:
        account = new_account(api)
        made = api.request("POST", "/v1/projects", token=account.token, body={"name": "theirs"})
        yield Scene(stack, api, account, f"/v1/projects/{made.json()['id']}")


def assert_problem(answer: Response, name: str, scene: Scene, *, origin: str) -> None:
    """Check all that the contract promises of an error answer. origin: who may read it; `*` if the gateway sent it."""
    status, title = ProblemType(name).status, ProblemType(name).title
    document = answer.json()
    assert (answer.status, answer.headers["Content-Type"]) == (status, "application/problem+json"), answer.body
    request_id = answer.headers["X-Request-Id"]
    assert document.pop("detail")
    invalid = document.pop("errors", [])
    assert document == {
        "type": f"{default('DocsBaseUrl')}/problems/{name}",
        "title": title,
        "status": status,
        "instance": f"urn:uuid:{request_id}",
        "request_id": request_id,
    }
    assert bool(invalid) == (name == "validation-failed")
    assert all(error["pointer"].startswith("#") and error["detail"] for error in invalid)
    expected = SECURITY | ({} if origin == "*" else reporting(scene.stack.url))
    expected |= {
        "Access-Control-Allow-Origin": origin,
        "Access-Control-Expose-Headers": EXPOSED,
        "Cache-Control": "no-store",
    }
    assert {header: answer.headers.get(header) for header in expected} == expected
    assert ("Retry-After" in answer.headers) == (name in RETRIED)
    assert int(answer.headers.get("Retry-After", "1")) >= 1
    assert_tells_nothing(answer, scene)


def assert_tells_nothing(answer: Response, scene: Scene) -> None:
    """Check that neither body nor headers name anything internal."""
    body = answer.body.decode().lower()
    assert [word for word in INTERNAL if word in body] == []
    everything = json.dumps(dict(answer.headers)).lower() + body
    names = ("arn:aws", scene.stack.table_name, scene.stack.clients.endpoint, scene.account.token)
    assert [name for name in names if name.lower() in everything] == []
