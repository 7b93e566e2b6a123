"""GET /v1/docs in a real browser: it loads, logs in, and tries the API."""

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from scripts import ROOT
from scripts.local.dev import DEMO
from scripts.local.stack import Local

SCREENSHOTS = ROOT / "build/screenshots"
# Reports of the browser on what the page's Content-Security-Policy has refused.
WATCH = """
window.violations = [];
document.addEventListener("securitypolicyviolation", (event) =>
  window.violations.push(`${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}:${event.lineNumber}`));
"""


class Opened:
    """The page, and what went wrong in it."""

    def __init__(self, context: BrowserContext, url: str) -> None:
        self.page: Page = context.new_page()
        self.wrong: list[str] = []
        self.page.add_init_script(WATCH)
        self.page.on("console", lambda message: self._note(message.type in {"error", "warning"}, message.text))
        self.page.on("pageerror", lambda error: self._note(True, str(error)))
        self.page.on("requestfailed", lambda request: self._note(True, request.url))
        self.page.goto(f"{url}/v1/docs")
        expect(self.page.get_by_role("heading", name="NeoForge Serverless")).to_be_visible()

    def _note(self, counts: bool, text: str) -> None:
        if counts:
            self.wrong.append(text)

    def faults(self) -> list[Any]:
        return [*self.wrong, *self.page.evaluate("window.violations")]

    def picture(self, name: str) -> Path:
        SCREENSHOTS.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=SCREENSHOTS / f"{name}.png")
        return SCREENSHOTS / f"{name}.png"

    def log_in(self, password: str = DEMO["password"]) -> None:
        form = self.page.get_by_role("form", name="Log in")
        form.get_by_label("E-mail").fill(DEMO["email"])
        form.get_by_label("Password").fill(password)
        form.get_by_role("button", name="Log in").click()

    def execute(self, operation: str) -> Any:
        """Try an operation as it is offered; the part of the page that is about it."""
        block = self.page.locator(f"#operations-{operation}")
        block.locator(".opblock-summary-control").click()
        block.get_by_role("button", name="Try it out").click()
        block.get_by_role("button", name="Execute", exact=True).click()
        return block.locator(".live-responses-table")


@pytest.fixture
def docs(context: BrowserContext, site: Local) -> Opened:
    return Opened(context, site.url)


def test_the_page_loads_without_a_fault_and_shows_every_operation(docs: Opened) -> None:
    expect(docs.page.locator(".opblock")).to_have_count(docs.page.evaluate(COUNT))
    docs.picture("docs")
    assert docs.faults() == []


COUNT = """async () => {
  const document = await (await fetch("openapi.json")).json();
  return Object.values(document.paths).map((path) => Object.keys(path).length).reduce((a, b) => a + b);
}"""


def test_the_demo_account_logs_in_and_executes_a_request(docs: Opened, site: Local) -> None:
    docs.log_in()
    expect(docs.page.get_by_role("status")).to_have_text(f"Logged in as {DEMO['email']} for 15 minutes")
    answer = docs.execute("account-get_account")
    expect(answer.locator("tbody td.response-col_status").first).to_contain_text("200")
    expect(answer).to_contain_text(DEMO["email"])
    expect(answer).to_contain_text("ratelimit")
    expect(docs.page.locator("#operations-account-get_account .request-url")).to_contain_text(f"{site.url}/v1/account")
    answer.scroll_into_view_if_needed()
    docs.picture("docs-executed")
    assert docs.faults() == []


def test_below_a_stage_the_page_tries_the_api_that_is_there(context: BrowserContext, site: Local) -> None:
    """Past the front door, where the paths of the API begin with others, as they do on AWS."""
    docs = Opened(context, site.stack.invoke_url)
    docs.log_in()
    expect(docs.page.get_by_role("status")).to_contain_text("Logged in")
    answer = docs.execute("account-get_account")
    expect(answer).to_contain_text(DEMO["email"])
    expect(docs.page.locator("#operations-account-get_account .request-url")).to_contain_text(site.stack.invoke_url)
    assert docs.faults() == []


def test_a_wrong_password_is_told_and_nobody_is_logged_in(docs: Opened) -> None:
    docs.log_in("wrong")
    expect(docs.page.get_by_role("status")).to_contain_text("password")
    answer = docs.execute("account-get_account")
    expect(answer.locator("tbody td.response-col_status").first).to_contain_text("401")
