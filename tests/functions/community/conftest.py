"""Posts to work on."""

import pytest

from tests.api import call

POST = {"title": "First", "content": "About it"}


def make_posts(token: str, count: int) -> list[str]:
    """Create posts, and return their ids newest first."""
    ids = [call("POST", "/v1/community/posts", body=POST, token=token).json()["id"] for _ in range(count)]
    return ids[::-1]


@pytest.fixture
def post(token: str) -> str:
    """The path of a post of the first account's, version 1."""
    return f"/v1/community/posts/{make_posts(token, 1)[0]}"
