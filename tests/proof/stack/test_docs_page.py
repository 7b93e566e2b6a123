"""The page to try the API, as it is deployed: its files have their names, and too many requests are refused."""

import json
import re
from concurrent.futures import ThreadPoolExecutor

from scripts.api import Api
from tests.proof.stack.conftest import StackUnderTest

MANY = 260  # more than the burst and what is added while they are sent


def test_the_files_of_the_page_are_kept_for_a_year_and_throttled(stack: StackUnderTest, http: Api) -> None:
    page = http.request("GET", "/v1/docs").body.decode()
    names = re.findall(r'"docs/([^"]+)"', page)
    for name in names:
        answer = http.request("GET", f"/v1/docs/{name}")
        assert (answer.status, answer.headers["Cache-Control"]) == (200, "public, max-age=31536000, immutable")

    def ask(_: int) -> tuple[int, str]:
        with Api(stack.url) as api:
            told = api.request("GET", f"/v1/docs/{names[0]}", headers={"If-None-Match": "*"})
            return told.status, told.body.decode()

    with ThreadPoolExecutor(16) as threads:
        answers = list(threads.map(ask, range(MANY)))
    refused = [json.loads(body)["type"].rpartition("/")[2] for status, body in answers if status == 429]
    assert {status for status, _ in answers} == {304, 429}
    assert set(refused) == {"quota-exceeded"}
    assert http.request("GET", "/v1/config").status == 200
