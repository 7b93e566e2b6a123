"""GET /v1/community/posts: everybody's, newest first; an author's."""

import pytest

from tests.api import call
from tests.functions.community.conftest import make_posts
from tests.functions.helpers import assert_problem, failing, invalid, read, walk

PATH = "/v1/community/posts"


def author(token: str) -> str:
    return str(call("GET", "/v1/account", token=token).json()["id"])


def test_an_empty_list_has_the_one_shape() -> None:
    empty = {"items": [], "total": 0, "page": 1, "page_size": 20, "pages": 0}
    assert read(PATH).json() == empty | {"next_cursor": None, "previous_cursor": None}


@pytest.mark.parametrize("size", [1, 2, 3, 7, 100])
def test_a_walk_meets_each_post_once_and_an_authors_each_of_the_authors(size: int, token: str, stranger: str) -> None:
    first, others, last = make_posts(token, 3), make_posts(stranger, 2), make_posts(token, 2)
    assert walk(PATH, size) == last + others + first
    assert walk(PATH, size, author_id=author(token)) == last + first
    assert walk(PATH, size, author_id=author(stranger)) == others


def test_an_author_without_posts_has_none() -> None:
    assert walk(PATH, 20, author_id="usr_01a20538-11bf-7304-bb36-19bcf1775ed8") == []


@pytest.mark.parametrize("author_id", ["", "x", "usr_1", "pst_01a20538-11bf-7304-bb36-19bcf1775ed8"])
def test_what_names_no_author_is_422(author_id: str) -> None:
    assert invalid(call("GET", PATH, query={"author_id": author_id})) == ["#/query/author_id"]


@pytest.mark.parametrize("size", ["0", "101", "x", ""])
def test_another_page_size_is_422(size: str) -> None:
    assert invalid(call("GET", PATH, query={"page_size": size})) == ["#/query/page_size"]


def test_an_insert_and_a_delete_between_two_pages_leave_no_duplicate_and_no_gap(token: str) -> None:
    made = make_posts(token, 6)
    first = call("GET", PATH, query={"page_size": "2"}).json()
    for gone in (made[1], made[3]):
        assert call("DELETE", f"{PATH}/{gone}", token=token).status == 204
    (new,) = make_posts(token, 1)
    second = call("GET", PATH, query={"cursor": first["next_cursor"]}).json()
    assert [item["id"] for item in second["items"]] == [made[2], made[4]]
    assert second["total"] == 5
    back = call("GET", PATH, query={"cursor": second["previous_cursor"]}).json()
    assert [item["id"] for item in back["items"]] == [new, made[0]]


def test_a_cursor_is_of_its_filter_and_its_page_size(token: str, stranger: str) -> None:
    make_posts(token, 2)
    make_posts(stranger, 2)
    of_all = call("GET", PATH, query={"page_size": "1"}).json()["next_cursor"]
    own = {"author_id": author(token)}
    of_one = call("GET", PATH, query={"page_size": "1"} | own).json()["next_cursor"]
    wrong = [
        {"cursor": of_all} | own,
        {"cursor": of_one},
        {"cursor": of_one, "author_id": author(stranger)},
        {"cursor": of_all, "page_size": "2"},
        {"cursor": of_all[:-1]},
        {"cursor": ""},
    ]
    for query in wrong:
        assert_problem(call("GET", PATH, query=query), "invalid-cursor")
    assert call("GET", PATH, query={"cursor": of_all}, token=token).status == 200
    assert call("GET", PATH, query={"cursor": of_one} | own).status == 200


@pytest.mark.parametrize("filtered", [True, False])
def test_a_list_may_be_kept_and_has_another_tag_after_each_change(filtered: bool, token: str) -> None:
    query = {"author_id": author(token)} if filtered else {}
    tags = [read(PATH, **query).headers["ETag"]]
    path = f"{PATH}/{make_posts(token, 1)[0]}"
    tags.append(read(PATH, **query).headers["ETag"])
    assert call("PATCH", path, body={"title": "Second"}, token=token).status == 200
    response = read(PATH, **query)
    assert [item["title"] for item in response.json()["items"]] == ["Second"]
    tags.append(response.headers["ETag"])
    assert call("DELETE", path, token=token).status == 204
    tags.append(read(PATH, **query).headers["ETag"])
    assert len({*tags}) == 4
    assert all(tag.startswith('W/"r') for tag in tags)


@pytest.mark.parametrize("filtered", [True, False])
def test_what_did_not_change_is_304_without_reading_its_items(filtered: bool, token: str) -> None:
    make_posts(token, 1)
    query = {"author_id": author(token)} if filtered else {}
    tag = read(PATH, **query).headers["ETag"]
    with failing() as sent:
        assert call("GET", PATH, query=query, headers={"If-None-Match": tag}).status == 304
    assert [one["operation"] for one in sent] == ["GetItem" if filtered else "BatchGetItem"]
