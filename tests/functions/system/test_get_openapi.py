"""GET /v1/openapi.json."""

import json
from typing import Any

import pytest

from neoforge.settings import settings
from scripts import ROOT
from tests.api import call

PATH = "/v1/openapi.json"
DOCUMENT: dict[str, Any] = json.loads((ROOT / "docs/openapi.json").read_text(encoding="utf-8"))


def test_the_document_is_that_of_the_repository_with_this_server() -> None:
    response = call("GET", PATH)
    host = "https://a1b2c3d4e5.execute-api.eu-central-1.amazonaws.com/api"
    assert (response.status, response.headers["Content-Type"]) == (200, "application/json; charset=utf-8")
    assert response.json() == DOCUMENT | {"servers": [{"url": host}]}


def test_a_deployment_that_has_a_name_of_its_own_tells_it(monkeypatch: pytest.MonkeyPatch) -> None:
    unnamed = call("GET", PATH)
    monkeypatch.setattr(settings, "api_base_url", "https://api.example.com")
    response = call("GET", PATH)
    assert response.json()["servers"] == [{"url": "https://api.example.com"}]
    assert response.headers["ETag"] != unnamed.headers["ETag"]


def test_the_document_is_cached_and_not_sent_twice() -> None:
    first = call("GET", PATH)
    assert first.headers["Cache-Control"] == "public, max-age=300, stale-while-revalidate=600"
    again = call("GET", PATH, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status, again.text, again.headers["ETag"]) == (304, "", first.headers["ETag"])
