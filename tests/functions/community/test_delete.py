"""DELETE /v1/community/posts/{post_id}: its author's, and admins'."""

import pytest

from tests.api import Response, call
from tests.functions.helpers import assert_problem

PATH = "/v1/community/posts"


def delete(path: str, token: str | None, **headers: str) -> Response:
    return call("DELETE", path, token=token, headers=headers)


@pytest.mark.parametrize("by_admin", [True, False])
def test_a_deleted_post_is_gone_from_everywhere(by_admin: bool, post: str, token: str, admin: str) -> None:
    who = admin if by_admin else token
    author_id = call("GET", post).json()["author"]["id"]
    response = delete(post, who)
    assert (response.status, response.text) == (204, "")
    assert_problem(call("GET", post), "not-found")
    assert_problem(delete(post, who), "not-found")
    for query in ({}, {"author_id": author_id}):
        page = call("GET", PATH, query=query).json()
        assert (page["items"], page["total"]) == ([], 0)


def test_only_the_author_and_admins_may_delete_a_post(post: str, stranger: str, staff: str, operator: str) -> None:
    for who in (stranger, staff, operator):
        assert_problem(delete(post, who), "forbidden")
    assert_problem(delete(post, None), "unauthorized")
    assert call("GET", post).status == 200


@pytest.mark.parametrize("tag", ['"v1"', 'W/"v2"', '"v3"', "v2"])
def test_a_stale_if_match_is_412(tag: str, post: str, token: str) -> None:
    assert call("PATCH", post, body={"title": "Second"}, token=token).status == 200
    assert_problem(delete(post, token, **{"If-Match": tag}), "precondition-failed")
    assert call("GET", post).status == 200
    assert delete(post, token, **{"If-Match": '"v2"'}).status == 204


def test_a_key_is_answered_again_after_the_post_is_gone(post: str, token: str) -> None:
    first, again = (delete(post, token, **{"Idempotency-Key": "k"}) for _ in range(2))
    assert (first.status, again.status, again.headers["Idempotent-Replayed"]) == (204, 204, "true")
    assert call("GET", PATH).json()["total"] == 0
