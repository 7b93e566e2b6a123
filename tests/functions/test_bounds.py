"""What is accepted can never break a later read: answers, stored answers and pages, weighed in bytes."""

import json
from collections.abc import Mapping
from typing import Any

import pytest

from neoforge.limits import MAX_HEADER_BYTES
from tests.api import Response, call
from tests.unit.helpers import items

POSTS = "/v1/community/posts"
PAGE_BYTES = 5 * 1024 * 1024
LARGEST = {
    "four bytes a character": "\N{GRINNING FACE}" * 20_000,
    "escaped in JSON": '"' * 20_000,
    "escaped in JSON, and again": "\\" * 20_000,
    "line breaks": "x" + "\n" * 19_999,
}


def write(text: str, token: str, **headers: str) -> Response:
    made = call("POST", POSTS, body={"title": "Large", "content": text}, token=token, headers=headers)
    assert made.status == 201
    return made


def returned_bytes(path: str, query: Mapping[str, str]) -> tuple[int, Any]:
    """Return how many bytes the function returns to Lambda, and the page."""
    response = call("GET", path, query=query)
    assert response.status == 200, response.text
    result = {"statusCode": 200, "headers": response.headers, "body": response.text, "isBase64Encoded": False}
    return len(json.dumps(result, ensure_ascii=False).encode()), response.json()


@pytest.mark.parametrize(
    ("text", "filtered"),
    [("four bytes a character", False), ("four bytes a character", True), ("escaped in JSON", False)],
)
def test_a_page_ends_when_its_bytes_are_spent_and_the_walk_is_complete(text: str, filtered: bool, token: str) -> None:
    made = [write(LARGEST[text], token).json() for _ in range(70)]
    query = {"author_id": made[0]["author"]["id"]} if filtered else {}
    found, cursor = list[str](), ""
    while cursor is not None:
        size, page = returned_bytes(POSTS, query | ({"cursor": cursor} if cursor else {"page_size": "100"}))
        assert size <= PAGE_BYTES + 20_000
        assert page["items"]
        assert page["page"] <= page["pages"]
        found += [item["id"] for item in page["items"]]
        cursor = page["next_cursor"]
    assert found == sorted((post["id"] for post in made), reverse=True)
    back = returned_bytes(POSTS, query | {"cursor": page["previous_cursor"]})
    assert back[0] <= PAGE_BYTES + 20_000


@pytest.mark.parametrize("text", LARGEST.values(), ids=LARGEST)
def test_a_stored_answer_is_as_small_as_what_was_answered(text: str, token: str) -> None:
    first = write(text, token, **{"Idempotency-Key": "a"})
    (record,) = (item for item in items() if item["pk"]["S"].startswith("IDEMPOTENCY#"))
    assert weight(record) < len(first.text.encode()) + 2_000
    second = write(text, token, **{"Idempotency-Key": "a"})
    assert (second.text, second.headers["Location"], second.headers["ETag"]) == (
        first.text,
        first.headers["Location"],
        first.headers["ETag"],
    )
    assert second.headers["Idempotent-Replayed"] == "true"


def test_the_headers_of_a_page_are_bounded_whatever_is_asked(staff: str) -> None:
    tickets = "/v1/support/tickets"
    for _ in range(3):
        call("POST", tickets, body={"subject": "A", "message": "B", "email": "x@example.com"})
    query = {"page_size": "1", "status": "open"}
    cursor = call("GET", tickets, token=staff, query=query).json()["next_cursor"]
    long = query | {"cursor": cursor, "unknown": "x" * 7_000}
    response = call("GET", tickets, token=staff, query=long, headers={"Origin": "http://localhost:5173"})
    assert 'rel="next"' in response.headers["Link"]
    assert 'rel="prev"' in response.headers["Link"]
    assert sum(len(name) + len(value) + 4 for name, value in response.headers.items()) < MAX_HEADER_BYTES / 2


def test_the_answer_to_an_invalid_body_is_not_many_times_as_large(token: str) -> None:
    for body in ({f"m{number}": 1 for number in range(20_000)}, {"x" * 200_000: 1}):
        refused = call("POST", "/v1/projects", body=body, token=token)
        assert refused.status == 422
        assert len(refused.text) < 20_000
        assert 1 <= len(refused.json()["errors"]) <= 100


def weight(attribute: Any) -> int:
    """Return the bytes of an item, as DynamoDB counts them within a few percent."""
    if isinstance(attribute, str):
        return len(attribute.encode())
    if isinstance(attribute, Mapping):
        return sum(len(name) + weight(value) for name, value in attribute.items())
    return sum(map(weight, attribute)) if isinstance(attribute, list) else 1
