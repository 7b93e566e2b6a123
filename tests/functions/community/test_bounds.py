"""What is accepted can never break a later read: answers, stored answers and pages, weighed in bytes."""

import json
from collections.abc import Mapping
from typing import Any

import pytest

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


def weight(attribute: Any) -> int:
    """Return the bytes of an item, as DynamoDB counts them within a few percent."""
    if isinstance(attribute, str):
        return len(attribute.encode())
    if isinstance(attribute, Mapping):
        return sum(len(name) + weight(value) for name, value in attribute.items())
    return sum(map(weight, attribute)) if isinstance(attribute, list) else 1
