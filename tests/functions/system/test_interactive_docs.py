"""The page to try the API: switched off unless a deployment asks for it, and made of files whose names never change."""

import re

import pytest

from neoforge.settings import settings
from tests.api import TEMPLATE, call
from tests.functions.helpers import assert_problem

HASHED = re.compile(r"[a-z-]+\.[0-9a-f]{16}\.(?:css|js)")


def assets() -> list[str]:
    return re.findall(r'(?:src|href)="docs/([^"]+)"', call("GET", "/v1/docs").text)


@pytest.fixture
def _off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "interactive_docs", False)


def test_every_asset_is_named_by_its_content_and_kept_for_a_year() -> None:
    found = assets()
    assert {name.partition(".")[0] for name in found} == {"docs", "swagger-ui", "swagger-ui-bundle"}
    for name in found:
        assert HASHED.fullmatch(name)
        answer = call("GET", f"/v1/docs/{name}")
        assert (answer.status, answer.headers["Cache-Control"]) == (200, "public, max-age=31536000, immutable")


@pytest.mark.usefixtures("_off")
def test_what_is_switched_off_is_not_found() -> None:
    assert_problem(call("GET", "/v1/docs"), "not-found")
    for name in ("docs.0123456789abcdef.js", "swagger-ui-bundle.js"):
        assert_problem(call("GET", f"/v1/docs/{name}"), "not-found")
    assert call("GET", "/v1/openapi.json").status == 200


def test_the_configuration_tells_whether_there_is_a_page(monkeypatch: pytest.MonkeyPatch) -> None:
    for on in (True, False):
        monkeypatch.setattr(settings, "interactive_docs", on)
        url = call("GET", "/v1/config").json()["docs_url"]
        assert url is None if not on else url.endswith("/v1/docs")


def test_a_deployment_has_to_ask_for_it() -> None:
    assert TEMPLATE["Parameters"]["InteractiveDocs"]["Default"] == "false"
