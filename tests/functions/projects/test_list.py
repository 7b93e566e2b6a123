"""GET /v1/projects."""

import base64
from typing import Any

import pytest

from tests.api import Response, call
from tests.functions.helpers import assert_problem, failing

MEMBERS = ["items", "total", "page", "page_size", "pages", "next_cursor", "previous_cursor"]
SHOWN = ["id", "name", "description", "created_at", "updated_at", "version"]


def make(token: str, count: int) -> list[str]:
    """Create projects, and return their ids newest first."""
    ids = [call("POST", "/v1/projects", body={"name": f"P{n}"}, token=token).json()["id"] for n in range(count)]
    return ids[::-1]


def page(token: str, **query: str) -> Response:
    return call("GET", "/v1/projects", token=token, query=query)


def ids(response: Response) -> list[str]:
    return [item["id"] for item in response.json()["items"]]


def links(response: Response) -> dict[str, str]:
    """The links of an answer by their relation."""
    parts = [part.split(">; rel=") for part in response.headers.get("Link", "").split(", ") if part]
    return {rel.strip('"'): url.strip("<") for url, rel in parts}


def test_an_empty_list_has_the_one_shape(token: str) -> None:
    response = page(token)
    assert response.status == 200
    empty = {"items": [], "total": 0, "page": 1, "page_size": 20, "pages": 0, "next_cursor": None}
    assert response.json() == empty | {"previous_cursor": None}
    assert "Link" not in response.headers


def test_projects_come_newest_first(token: str) -> None:
    made = make(token, 3)
    body = page(token).json()
    assert list(body) == MEMBERS
    assert [item["id"] for item in body["items"]] == made
    assert all(list(item) == SHOWN for item in body["items"])
    assert (body["total"], body["pages"]) == (3, 1)


@pytest.mark.parametrize("size", [1, 2, 3, 5, 7, 100])
def test_a_walk_forwards_and_back_meets_each_project_once(size: int, token: str) -> None:
    made, seen, number = make(token, 7), list[str](), 1
    response = page(token, page_size=str(size))
    while True:
        body = response.json()
        assert (body["page"], body["page_size"], body["total"], body["pages"]) == (number, size, 7, -(-7 // size))
        seen += ids(response)
        if body["next_cursor"] is None:
            break
        number += 1
        response = page(token, cursor=body["next_cursor"])
    assert seen == made
    assert number == -(-7 // size)  # a page that ends on the last item has no next one
    back = ids(response)
    while cursor := response.json()["previous_cursor"]:
        response = page(token, cursor=cursor)
        number -= 1
        assert response.json()["page"] == number
        back = ids(response) + back
    assert (back, number) == (made, 1)


def test_an_insert_and_a_delete_between_two_pages_leave_no_duplicate_and_no_gap(token: str) -> None:
    made = make(token, 6)
    first = page(token, page_size="2")
    call("DELETE", f"/v1/projects/{made[1]}", token=token)  # the one that the cursor stands on
    call("DELETE", f"/v1/projects/{made[3]}", token=token)
    (new,) = make(token, 1)
    second = page(token, cursor=first.json()["next_cursor"])
    assert ids(second) == [made[2], made[4]]
    assert second.json()["total"] == 5
    assert ids(page(token, cursor=second.json()["previous_cursor"])) == [new, made[0]]


def test_the_links_lead_where_the_cursors_do(token: str) -> None:
    make(token, 5)
    middle = page(token, cursor=page(token, page_size="2").json()["next_cursor"])
    body = middle.json()
    assert links(middle).keys() == {"next", "prev"}
    for rel, member in (("next", "next_cursor"), ("prev", "previous_cursor")):
        url, _, query = links(middle)[rel].partition("?")
        assert url.startswith("https://")
        assert url.endswith("/api/v1/projects")
        sent = dict(pair.split("=") for pair in query.split("&"))
        assert sent == {"page_size": "2", "cursor": body[member]}
        assert page(token, **sent).status == 200


@pytest.mark.parametrize(("size", "status"), [("1", 200), ("100", 200), ("20", 200)])
def test_a_page_may_have_1_to_100_items(size: str, status: int, token: str) -> None:
    assert page(token, page_size=size).status == status


@pytest.mark.parametrize("size", ["0", "101", "-1", "+1", "1.0", "1e1", "abc", "", " 1", "\u0661", "9" * 30])
def test_another_page_size_is_422(size: str, token: str) -> None:
    errors = assert_problem(page(token, page_size=size), "validation-failed")["errors"]
    assert [error["pointer"] for error in errors] == ["#/query/page_size"]


def test_a_cursor_is_opaque_and_url_safe(token: str) -> None:
    make(token, 2)
    cursor = page(token, page_size="1").json()["next_cursor"]
    assert set(cursor) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")


def tampered(cursor: str) -> dict[str, str]:
    raw = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
    last = chr(ord(cursor[-1]) + 1) if cursor[-1] not in "Zz9-_" else "A"

    def coded(data: bytes) -> str:
        return base64.urlsafe_b64encode(data).rstrip(b"=").decode()

    return {
        "empty": "",
        "nothing of ours": "abc",
        "first bit": coded(bytes([raw[0] ^ 1]) + raw[1:]),
        "last bit": coded(raw[:-1] + bytes([raw[-1] ^ 1])),
        "other size": coded(raw.replace(b"1:2:", b"9:2:")),
        "no signature": coded(raw[16:]),
        "zero signature": coded(bytes(16) + raw[16:]),
        "truncated": cursor[:-4],
        "longer": cursor + "AAAA",
        "padded": cursor + "=",
        "white space": cursor + " ",
        "spare bits": cursor[:-1] + last if len(cursor) % 4 else cursor + "\n",
        "unicode": "é",
        "surrogate": "\ud800",
        "huge": "A" * 8000,
    }


@pytest.mark.parametrize("how", tampered("AAAA"))
def test_a_changed_cursor_is_400_and_reads_nothing(how: str, token: str) -> None:
    make(token, 2)
    cursor = tampered(page(token, page_size="1").json()["next_cursor"])[how]
    with failing() as sent:
        assert_problem(page(token, cursor=cursor), "invalid-cursor")
    assert [one["operation"] for one in sent] == ["UpdateItem"]  # of the caller's access


def test_a_cursor_of_another_caller_is_400(token: str, stranger: str) -> None:
    for one in (token, stranger):
        make(one, 2)
    assert_problem(page(stranger, cursor=page(token, page_size="1").json()["next_cursor"]), "invalid-cursor")


def test_a_cursor_with_another_page_size_is_400_and_with_its_own_or_none_is_not(token: str) -> None:
    make(token, 3)
    cursor = page(token, page_size="1").json()["next_cursor"]
    assert_problem(page(token, cursor=cursor, page_size="2"), "invalid-cursor")
    assert ids(page(token, cursor=cursor, page_size="1")) == ids(page(token, cursor=cursor))


def test_every_refused_cursor_gets_the_same_words(token: str) -> None:
    make(token, 2)
    cursor = page(token, page_size="1").json()["next_cursor"]
    queries: list[dict[str, Any]] = [{"cursor": one} for one in tampered(cursor).values()]
    details = {page(token, **query).json()["detail"] for query in [*queries, {"cursor": cursor, "page_size": "7"}]}
    assert len(details) == 1


def test_a_list_shows_the_callers_own_projects_only(token: str, stranger: str) -> None:
    make(token, 2)
    assert page(stranger).json()["items"] == []


def test_the_total_is_maintained(token: str) -> None:
    made = make(token, 3)
    call("DELETE", f"/v1/projects/{made[0]}", token=token)
    call("PATCH", f"/v1/projects/{made[1]}", body={"name": "x"}, token=token)
    with failing() as sent:
        assert page(token, page_size="1").json()["total"] == 2
    assert [one["operation"] for one in sent] == ["UpdateItem", "Query"]


def test_a_list_is_private_and_revalidated(token: str) -> None:
    assert page(token).headers["Cache-Control"] == "private, no-cache"
