"""GET /v1/docs/{asset}. In a browser: tests/proof/browser."""

from typing import get_args

import pytest
from system import get_docs_asset

from tests.api import call

ASSETS = get_args(get_docs_asset.Asset)
TYPES = {"css": "text/css; charset=utf-8", "js": "text/javascript; charset=utf-8"}


@pytest.mark.parametrize("name", ASSETS)
def test_an_asset_is_of_its_type_and_may_be_kept(name: str) -> None:
    response = call("GET", f"/v1/docs/{name}")
    assert (response.status, response.headers["Content-Type"]) == (200, TYPES[name.rpartition(".")[2]])
    assert response.headers["Cache-Control"].startswith("public, max-age=3600, ")
    again = call("GET", f"/v1/docs/{name}", headers={"If-None-Match": response.headers["ETag"]})
    assert (again.status, again.text) == (304, "")


@pytest.mark.parametrize("name", ["openapi.json", "docs.html", "LICENSE", "..%2Fdocs.html", "%2Fetc%2Fpasswd"])
def test_no_other_file_can_be_named(name: str) -> None:
    assert call("GET", f"/v1/docs/{name}").status == 404
