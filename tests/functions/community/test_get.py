"""GET /v1/community/posts/{post_id}: everybody's."""

import pytest

from tests.api import call
from tests.functions.helpers import assert_problem, read


def test_everybody_reads_a_post_and_may_keep_it(post: str) -> None:
    response = read(post)
    assert response.headers["ETag"] == '"v1"'
    assert response.json()["title"] == "First"


def test_a_token_good_or_bad_changes_nothing(post: str, stranger: str) -> None:
    answers = [call("GET", post, token=token) for token in (None, stranger, "x")]
    assert [answer.status for answer in answers] == [200] * 3
    assert len({(answer.text, answer.headers["Cache-Control"], answer.headers["Vary"]) for answer in answers}) == 1


def test_a_change_changes_the_tag(post: str, token: str) -> None:
    call("PATCH", post, body={"title": "Second"}, token=token)
    response = call("GET", post, headers={"If-None-Match": '"v1"'})
    assert (response.status, response.headers["ETag"], response.json()["title"]) == (200, '"v2"', "Second")


@pytest.mark.parametrize(
    "name", ["x", "pst_x", "pst_01a20538-11bf-7304-bb36-19bcf1775ed8", "pst_" + "f" * 36, "pst_" + "-" * 36]
)
def test_what_names_no_post_is_404_and_not_to_be_kept(name: str) -> None:
    assert_problem(call("GET", f"/v1/community/posts/{name}"), "not-found")
