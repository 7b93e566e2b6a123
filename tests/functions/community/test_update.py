"""PATCH /v1/community/posts/{post_id}: its author's, and admins'."""

from typing import Any

import pytest

from tests.api import Response, call
from tests.functions.helpers import assert_problem, failing, invalid


def patch(path: str, body: Any, token: str | None, **headers: str) -> Response:
    return call("PATCH", path, body=body, token=token, headers=headers)


@pytest.mark.parametrize("change", [{"title": "B"}, {"content": "B"}, {"title": "B", "content": "C"}])
@pytest.mark.parametrize("by_admin", [True, False])
def test_a_patch_changes_what_it_names_wherever_it_is_shown(
    change: dict[str, str], by_admin: bool, post: str, token: str, admin: str
) -> None:
    before = call("GET", post).json()
    response = patch(post, change, admin if by_admin else token)
    after = response.json()
    assert (response.status, response.headers["ETag"]) == (200, '"v2"')
    assert after == before | change | {"version": 2, "updated_at": after["updated_at"]}
    assert after["author"]["display_name"] == "Ada"
    assert call("GET", post).json() == after
    for query in ({}, {"author_id": after["author"]["id"]}):
        assert call("GET", "/v1/community/posts", query=query).json()["items"] == [after]


@pytest.mark.parametrize("change", [{"title": "Mine"}, {}])
def test_only_the_author_and_admins_may_update_a_post(
    change: dict[str, str], post: str, stranger: str, staff: str, operator: str
) -> None:
    for who in (stranger, staff, operator):
        assert_problem(patch(post, change, who), "forbidden")
    assert_problem(patch(post, change, None), "unauthorized")
    assert call("GET", post).json()["version"] == 1


@pytest.mark.parametrize("change", [{}, {"title": "First"}, {"title": "First", "content": "About it"}])
def test_what_changes_nothing_makes_no_new_version(change: dict[str, str], post: str, token: str) -> None:
    response = patch(post, change, token)
    assert (response.status, response.headers["ETag"]) == (200, '"v1"')


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"title": None}, "#/title"),
        ({"title": "a" * 201}, "#/title"),
        ({"content": None}, "#/content"),
        ({"content": "a" * 20_001}, "#/content"),
        ({"author": {}}, "#/author"),
        ({"version": 3}, "#/version"),
    ],
)
def test_what_would_be_no_post_is_422(change: dict[str, Any], pointer: str, post: str, token: str) -> None:
    assert invalid(patch(post, change, token)) == [pointer]


@pytest.mark.parametrize("change", [{"title": "Second"}, {}])
@pytest.mark.parametrize("tag", ['"v2"', 'W/"v1"', "v1"])
def test_a_stale_if_match_is_412(change: dict[str, str], tag: str, post: str, token: str) -> None:
    assert_problem(patch(post, change, token, **{"If-Match": tag}), "precondition-failed")
    assert patch(post, change, token, **{"If-Match": '"v1"'}).status == 200


def test_if_match_is_enforced_by_conditions_on_both_shelves(post: str, token: str) -> None:
    with failing() as sent:
        patch(post, {"title": "Second"}, token, **{"If-Match": '"v1"'})
    (transaction,) = [one for one in sent if one["operation"] == "TransactWriteItems"]
    puts = [item["Put"] for item in transaction["TransactItems"] if "Put" in item]
    assert len(puts) == 2
    assert all({"N": "1"} in put["ExpressionAttributeValues"].values() for put in puts)


def test_a_replay_wins_over_if_match(post: str, token: str) -> None:
    headers = {"If-Match": '"v1"', "Idempotency-Key": "k"}
    first, again = (patch(post, {"title": "Second"}, token, **headers) for _ in range(2))
    assert (again.status, again.text, again.headers["ETag"]) == (200, first.text, '"v2"')
    assert again.headers["Idempotent-Replayed"] == "true"


def test_no_post_is_404(token: str) -> None:
    gone = "/v1/community/posts/pst_01a20538-11bf-7304-bb36-19bcf1775ed8"
    assert_problem(patch(gone, {"title": "B"}, token), "not-found")
