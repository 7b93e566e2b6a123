"""One spelling of a path: whatever else API Gateway lets through to a function is 404, and leads nowhere."""

import pytest

from tests.api import Response, call, event, invoke
from tests.functions.helpers import assert_problem

SPELLINGS = [
    "/api/v1//notes",
    "/api//v1/notes",
    "//api/v1/notes",
    "/api/v1/notes/",
    "/api/v1/notes//",
    "/api/v1/./notes",
]


def reached(path: str, token: str, **query: str) -> Response:
    """Call the list of notes as API Gateway does that has matched its resource with this path."""
    handler, made = event("GET", "/v1/notes", query=query, headers={"Authorization": f"Bearer {token}"})
    made["requestContext"]["path"] = path
    return invoke(handler, made)


@pytest.mark.parametrize("path", SPELLINGS)
def test_another_spelling_of_a_path_is_404(path: str, token: str) -> None:
    response = reached(path, token)
    assert_problem(response, "not-found")
    assert "/v1//" not in str(response.headers)


@pytest.mark.parametrize("path", ["/api/v1/notes", "/v1/notes", "/base/path/v1/notes", "/api/%76%31/n%6ftes"])
def test_links_have_the_path_of_the_route(path: str, token: str) -> None:
    for name in ("A", "B"):
        call("POST", "/v1/notes", body={"name": name}, token=token)
    link = reached(path, token, page_size="1").headers["Link"]
    prefix = path.rpartition("/")[0].rpartition("/")[0]
    assert link.partition("?")[0].endswith(f".amazonaws.com{prefix}/v1/notes")


def test_the_page_to_try_the_api_has_one_path() -> None:
    handler, made = event("GET", "/v1/docs")
    made["requestContext"]["path"] = "/api/v1/docs/"
    assert_problem(invoke(handler, made), "not-found")
