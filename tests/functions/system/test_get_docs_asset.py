"""GET /v1/docs/{asset}. In a browser: tests/proof/browser."""

import pytest

from tests.api import call
from tests.functions.system.test_interactive_docs import assets

TYPES = {"css": "text/css; charset=utf-8", "js": "text/javascript; charset=utf-8"}


@pytest.mark.parametrize("index", range(4))
def test_an_asset_is_of_its_type_and_so_is_its_304(index: int) -> None:
    name = assets()[index]
    response = call("GET", f"/v1/docs/{name}")
    assert (response.status, response.headers["Content-Type"]) == (200, TYPES[name.rpartition(".")[2]])
    again = call("GET", f"/v1/docs/{name}", headers={"If-None-Match": response.headers["ETag"]})
    assert (again.status, again.text, again.headers["Content-Type"]) == (304, "", response.headers["Content-Type"])


@pytest.mark.parametrize(
    "name",
    [
        "openapi.json",
        "docs.html",
        "LICENSE",
        "..%2Fdocs.html",
        "%2Fetc%2Fpasswd",
        "docs.css",
        "docs.0123456789abcdef.css",
    ],
)
def test_no_other_file_can_be_named(name: str) -> None:
    assert call("GET", f"/v1/docs/{name}").status == 404
