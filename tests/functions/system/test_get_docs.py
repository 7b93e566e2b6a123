"""GET /v1/docs and GET /v1/docs/{asset}. In a browser: tests/proof/browser."""

import re

import pytest

from tests.api import call
from tests.contract.openapi import OPERATIONS
from tests.functions.system.test_interactive_docs import assets

SOURCES = {"docs.css", "docs.js", "swagger-ui.css", "swagger-ui-bundle.js"}


def test_the_page_names_all_assets_by_relative_urls_and_nothing_else() -> None:
    """The API may be below a stage, at a domain of its own, or behind make dev."""
    page = call("GET", "/v1/docs").text
    assert sorted(re.sub(r"\.[0-9a-f]{16}", "", name) for name in assets()) == sorted(SOURCES)
    assert set(re.findall(r'(?:src|href)="(?!docs/)([^"]+)"', page)) == {"openapi.json", "data:,"}


def test_the_page_holds_no_script_and_no_style_which_its_policy_would_refuse() -> None:
    response = call("GET", "/v1/docs")
    assert re.findall(r"<script(?![^>]*src=)|<style|\sstyle=|\son\w+=", response.text) == []
    policy = dict(part.split(" ", 1) for part in response.headers["Content-Security-Policy"].split("; "))
    assert {name: policy[name] for name in ("default-src", "script-src", "style-src", "connect-src")} == {
        "default-src": "'none'",
        "script-src": "'self'",
        "style-src": "'self'",
        "connect-src": "'self'",
    }
    assert "unsafe" not in response.headers["Content-Security-Policy"]


@pytest.mark.parametrize("path", ["/v1/openapi.json", "/v1/docs", "/v1/docs/{asset}"])
def test_the_types_of_the_answers_are_those_that_are_documented(path: str) -> None:
    documented = OPERATIONS["GET", path]["responses"]["200"]["content"]
    answers = [call("GET", path.format(asset=name)) for name in (assets() if "{" in path else [""])]
    assert {answer.headers["Content-Type"].partition(";")[0] for answer in answers} == documented.keys()
