"""POST /v1/community/posts."""

from typing import Any

import pytest

from tests.api import Response, call
from tests.functions.helpers import assert_problem, invalid

PATH = "/v1/community/posts"
POST = {"title": "How we moved", "content": "In a week.\nWith coffee."}


def post(body: Any, token: str | None, **headers: str) -> Response:
    return call("POST", PATH, body=body, token=token, headers=headers)


def test_a_post_is_shown_with_its_author_and_its_location_leads_to_it(token: str) -> None:
    response = post(POST, token)
    made = response.json()
    account = call("GET", "/v1/account", token=token).json()
    assert (response.status, response.headers["ETag"]) == (201, '"v1"')
    assert response.headers["Location"].endswith(f"/api{PATH}/{made['id']}")
    assert made["id"].startswith("pst_")
    assert made["author"] == {"id": account["id"], "display_name": "Ada"}
    assert (made["title"], made["content"], made["version"]) == (POST["title"], POST["content"], 1)
    assert made["created_at"] == made["updated_at"]
    assert call("GET", f"{PATH}/{made['id']}").text == response.text
    assert "email" not in response.text


def test_a_post_keeps_the_name_that_its_author_had(token: str) -> None:
    first = post(POST, token).json()
    call("PATCH", "/v1/account", body={"display_name": "Countess"}, token=token)
    second = post(POST, token).json()
    assert [one["author"]["display_name"] for one in (first, second)] == ["Ada", "Countess"]
    names = [item["author"]["display_name"] for item in call("GET", PATH).json()["items"]]
    assert names == ["Countess", "Ada"]


@pytest.mark.parametrize(("title", "content"), [(1, 1), (200, 20_000)])
def test_the_longest_and_the_shortest_are_taken(title: int, content: int, token: str) -> None:
    assert post({"title": "é" * title, "content": "é" * content}, token).status == 201


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"title": ""}, "#/title"),
        ({"title": "\t"}, "#/title"),
        ({"title": "a\nb"}, "#/title"),
        ({"title": "a" * 201}, "#/title"),
        ({"title": None}, "#/title"),
        ({"content": ""}, "#/content"),
        ({"content": "a" * 20_001}, "#/content"),
        ({"content": "\x07"}, "#/content"),
        ({"author": {"id": "usr_1"}}, "#/author"),
        ({"id": "pst_1"}, "#/id"),
    ],
)
def test_what_is_no_post_is_422(changes: dict[str, Any], pointer: str, token: str) -> None:
    assert invalid(post(POST | changes, token)) == [pointer]
    assert call("GET", PATH).json()["total"] == 0


def test_without_a_token_nothing_is_made() -> None:
    assert_problem(post(POST, None), "unauthorized")
    assert call("GET", PATH).json()["total"] == 0


def test_a_key_makes_one_post(token: str, stranger: str) -> None:
    first, again = (post(POST, token, **{"Idempotency-Key": "k"}) for _ in range(2))
    assert (again.status, again.text, again.headers["Idempotent-Replayed"]) == (201, first.text, "true")
    assert {name: again.headers[name] for name in ("Location", "ETag")} == {
        name: first.headers[name] for name in ("Location", "ETag")
    }
    assert_problem(post(POST | {"title": "B"}, token, **{"Idempotency-Key": "k"}), "idempotency-key-reused")
    assert post(POST, stranger, **{"Idempotency-Key": "k"}).json()["id"] != first.json()["id"]
    assert call("GET", PATH).json()["total"] == 2
