"""A front end on another origin: what its scripts can send and read, and what those of a foreign one cannot."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Error, Page

from scripts.api import Api
from scripts.local.stack import Local
from tests.api import Account, new_account

FETCH = """async ([url, method, headers, body]) => {
  const answer = await fetch(url, {method, headers, body: body && JSON.stringify(body)});
  return {status: answer.status, headers: Object.fromEntries(answer.headers), text: await answer.text()};
}"""
LIMITS = {"ratelimit", "ratelimit-policy"}


@dataclass(frozen=True)
class Script:
    """A script of a front end's page. What it is told of an answer is what CORS lets it read."""

    page: Page
    api: str
    account: Account

    def fetch(self, method: str, path: str, body: Any = None, **headers: str) -> dict[str, Any]:
        """Send as the account. Raises Error where the browser gives the script no answer."""
        content = {} if body is None else {"Content-Type": "application/json"}
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        authorization = {"Authorization": f"Bearer {self.account.token}"}
        arguments = [f"{self.api}{path}", method, authorization | content | sent, body]
        answer: dict[str, Any] = self.page.evaluate(FETCH, arguments)
        return answer


@pytest.fixture
def account(site: Local) -> Account:
    with Api(site.url) as api:
        return new_account(api)


@pytest.fixture
def script_of(context: BrowserContext, site: Local, account: Account) -> Callable[[str], Script]:
    def opened(origin: str) -> Script:
        page = context.new_page()
        page.goto(origin)
        return Script(page, site.url, account)

    return opened


@pytest.fixture
def script(script_of: Callable[[str], Script], allowed: str) -> Script:
    return script_of(allowed)


def total(site: Local, account: Account) -> int:
    """Count the account's projects, outside the browser."""
    with Api(site.url) as api:
        found: int = api.request("GET", "/v1/projects", token=account.token).json()["total"]
        return found


def test_a_write_with_a_preflight_tells_the_script_everything_that_it_needs(script: Script) -> None:
    made = script.fetch("POST", "/v1/projects", {"name": "A"}, Idempotency_Key=secrets.token_hex(16))
    assert made["status"] == 201, made
    assert made["headers"].keys() >= {"etag", "location", "x-request-id"} | LIMITS
    assert made["headers"]["location"].startswith(f"{script.api}/v1/projects/prj_")
    path = made["headers"]["location"].removeprefix(script.api)
    changed = script.fetch("PATCH", path, {"name": "B"}, If_Match=made["headers"]["etag"])
    assert (changed["status"], changed["headers"]["etag"]) == (200, '"v2"')
    assert script.fetch("DELETE", path, If_Match='"v1"')["status"] == 412
    assert script.fetch("DELETE", path, If_Match='"v2"')["status"] == 204


def test_what_has_not_changed_is_a_304_for_the_script(script: Script) -> None:
    script.fetch("POST", "/v1/projects", {"name": "A"})
    first = script.fetch("GET", "/v1/projects")
    again = script.fetch("GET", "/v1/projects", If_None_Match=first["headers"]["etag"])
    assert (first["status"], again["status"], again["text"]) == (200, 304, "")
    assert again["headers"]["etag"] == first["headers"]["etag"]
    assert script.fetch("GET", "/v1/projects", If_None_Match='"other"')["text"] == first["text"]


def test_what_is_left_is_counted_down_before_the_scripts_eyes(script: Script) -> None:
    left = []
    for _ in range(3):
        headers = script.fetch("GET", "/v1/account")["headers"]
        assert headers["ratelimit-policy"] == '"read";q=100;w=60'
        name, _, rest = headers["ratelimit"].partition(";r=")
        assert name == '"read"'
        left.append(int(rest.partition(";")[0]))
    assert left == [99, 98, 97]


def test_a_write_retried_after_the_network_was_gone_is_done_once(
    script: Script, context: BrowserContext, site: Local
) -> None:
    request: tuple[Any, ...] = ("POST", "/v1/projects", {"name": "A"})
    key = secrets.token_hex(16)
    first = script.fetch(*request, Idempotency_Key=key)
    assert "idempotent-replayed" not in first["headers"]
    context.set_offline(True)
    with pytest.raises(Error, match="Failed to fetch"):
        script.fetch(*request, Idempotency_Key=key)
    context.set_offline(False)
    again = script.fetch(*request, Idempotency_Key=key)
    assert again["headers"]["idempotent-replayed"] == "true"
    assert (again["status"], again["text"]) == (first["status"], first["text"])
    assert again["headers"]["location"] == first["headers"]["location"]
    assert total(site, script.account) == 1


def test_a_script_reads_problems_too(script: Script) -> None:
    refused = script.fetch("POST", "/v1/projects", {"name": ""})
    assert (refused["status"], refused["headers"]["content-type"]) == (422, "application/problem+json")
    unknown = script.page.evaluate(FETCH, [f"{script.api}/v1/nothing", "GET", {}, None])
    assert (unknown["status"], "x-request-id" in unknown["headers"]) == (404, True)


def test_a_foreign_origin_gets_nothing_and_changes_nothing(
    script_of: Callable[[str], Script], foreign: str, site: Local
) -> None:
    script = script_of(foreign)
    for method, path, body in (
        ("GET", "/v1/projects", None),
        ("POST", "/v1/projects", {"name": "A"}),
        ("GET", "/v1/account", None),
    ):
        with pytest.raises(Error, match="Failed to fetch"):
            script.fetch(method, path, body)
    with pytest.raises(Error, match="Failed to fetch"):  # needs no preflight, and is not given to the script
        script.page.evaluate(FETCH, [f"{script.api}/v1/config", "GET", {}, None])
    assert total(site, script.account) == 0
