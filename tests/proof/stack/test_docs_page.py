"""The page to try the API, as it is deployed: its files have their names, and large ones are throttled."""

import json
import re
from concurrent.futures import ThreadPoolExecutor

import pytest

from scripts.api import Api
from tests.proof.stack.conftest import StackUnderTest

MANY = 260  # more than the burst and what is added while they are sent


def assets(http: Api) -> list[str]:
    page = http.request("GET", "/v1/docs").body.decode()
    return [f"/v1/docs/{name}" for name in re.findall(r'"docs/([^"]+)"', page)]


def test_the_files_of_the_page_are_kept_for_a_year(http: Api) -> None:
    found = assets(http)
    assert found
    for path in found:
        answer = http.request("GET", path)
        assert (answer.status, answer.headers["Cache-Control"]) == (200, "public, max-age=31536000, immutable")


@pytest.mark.parametrize("file", ["an asset", "/v1/openapi.json"])
def test_the_largest_answers_are_throttled_and_nothing_else_with_them(
    file: str, stack: StackUnderTest, http: Api
) -> None:
    path = file if file.startswith("/") else assets(http)[0]

    def ask(_: int) -> tuple[int, str]:
        with Api(stack.url) as api:
            told = api.request("GET", path, headers={"If-None-Match": "*"})
            return told.status, told.body.decode()

    with ThreadPoolExecutor(16) as threads:
        answers = list(threads.map(ask, range(MANY)))
    refused = [json.loads(body)["type"].rpartition("/")[2] for status, body in answers if status == 429]
    assert {status for status, _ in answers} == {304, 429}
    assert set(refused) == {"quota-exceeded"}
    assert http.request("GET", "/v1/config").status == 200
