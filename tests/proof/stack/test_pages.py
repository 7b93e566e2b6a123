"""A walk through 120 projects over HTTP by the links alone, while others come and go."""

import itertools
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from scripts.api import Api, Response
from tests.api import new_account
from tests.proof.stack.conftest import StackUnderTest

MANY = 120


@dataclass(frozen=True)
class Reader:
    """An account with projects, newest first."""

    api: Api
    url: str
    token: str
    made: list[str]

    def get(self, path: str) -> Response:
        return self.api.request("GET", path, token=self.token)

    def page(self, path: str) -> Any:
        answer = self.get(path)
        assert answer.status == 200, answer.body
        return answer.json()

    def neighbour(self, answer: Response, rel: str) -> Response | None:
        """Follow a link of a page."""
        links = re.findall(r'<([^>]*)>; rel="(\w+)"', answer.headers.get("Link", ""))
        target = {name: url for url, name in links}.get(rel)
        if target is None:
            return None
        assert target.startswith(f"{self.url}/v1/projects?")
        return self.get(target.removeprefix(self.url))

    def walk(self, path: str, rel: str, between: Callable[[], None] = lambda: None) -> Iterator[Response]:
        """Return the page at `path` and all that follow in one direction."""
        answer: Response | None = self.get(path)
        for _ in range(2 * MANY):
            if answer is None:
                return
            assert answer.status == 200, answer.body
            yield answer
            between()
            answer = self.neighbour(answer, rel)
        raise AssertionError("the walk does not end")


def ids(answer: Response) -> list[str]:
    return [item["id"] for item in answer.json()["items"]]


def path_to(cursor: str) -> str:
    return f"/v1/projects?cursor={cursor}"


def reader_of(stack: StackUnderTest, api: Api) -> Reader:
    """Create an account with many projects."""
    account = new_account(api)
    made = []
    for number in range(MANY):
        answer = api.request("POST", "/v1/projects", token=account.token, body={"name": f"Project {number}"})
        assert answer.status == 201, answer.body
        made.append(answer.json()["id"])
    return Reader(api, stack.url, account.token, made[::-1])


@pytest.fixture(scope="module")
def api(stack: StackUnderTest) -> Iterator[Api]:
    with Api(stack.url) as api:
        yield api


@pytest.fixture
def reader(stack: StackUnderTest, api: Api) -> Reader:
    return reader_of(stack, api)


@pytest.fixture(scope="module")
def undisturbed(stack: StackUnderTest, api: Api) -> Reader:
    return reader_of(stack, api)


class Others:
    """Insert a project at the front, or delete one before or behind whoever walks, at each call."""

    def __init__(self, reader: Reader) -> None:
        self.reader = reader
        self.gone: set[str] = set()
        self._victims = iter(reader.made[5::9])

    def insert(self) -> None:
        made = self.reader.api.request("POST", "/v1/projects", token=self.reader.token, body={"name": "new"})
        assert made.status == 201, made.body

    def delete(self) -> None:
        for victim in itertools.islice(self._victims, 1):
            deleted = self.reader.api.request("DELETE", f"/v1/projects/{victim}", token=self.reader.token)
            assert deleted.status == 204, deleted.body
            self.gone.add(victim)

    def insert_and_delete(self) -> None:
        self.insert()
        self.delete()


@pytest.mark.parametrize("size", [7, 100])
def test_a_walk_there_and_back_meets_each_untouched_project_once(reader: Reader, size: int) -> None:
    others = Others(reader)
    there = list(reader.walk(f"/v1/projects?page_size={size}", "next", others.insert_and_delete))
    last = there[-1].json()
    back = list(reader.walk(path_to(last["previous_cursor"]), "prev", others.insert_and_delete))
    untouched = [project for project in reader.made if project not in others.gone]
    assert others.gone
    seen = [project for answer in there for project in ids(answer)]
    assert [project for project in seen if project in untouched] == untouched
    seen = [project for answer in reversed(back) for project in ids(answer)] + ids(there[-1])
    assert [project for project in seen if project in untouched] == untouched
    assert len(seen) == len(set(seen))


def test_a_walk_in_pages_of_one_meets_each_untouched_project_once(reader: Reader) -> None:
    others = Others(reader)
    there = list(itertools.islice(reader.walk("/v1/projects?page_size=1", "next", others.insert_and_delete), 15))
    back = list(reader.walk(path_to(there[-1].json()["previous_cursor"]), "prev", others.delete))
    untouched = [project for project in reader.made if project not in others.gone]
    seen = [project for answer in there for project in ids(answer) if project in untouched]
    assert seen == untouched[: len(seen)]
    assert {len(ids(answer)) for answer in there} == {1}
    seen = [project for answer in reversed(back) for project in ids(answer) if project in untouched]
    assert seen == untouched[: len(seen)]
    assert len(seen) >= 10


@pytest.mark.parametrize("size", [40, 50])
def test_pages_tell_where_they_are_and_links_say_what_cursors_say(undisturbed: Reader, size: int) -> None:
    answers = list(undisturbed.walk(f"/v1/projects?page_size={size}", "next"))
    pages = [answer.json() for answer in answers]
    assert [page["page"] for page in pages] == [1, 2, 3]
    assert {(page["total"], page["pages"], page["page_size"]) for page in pages} == {(MANY, 3, size)}
    assert [len(page["items"]) for page in pages] == [size, size, MANY - 2 * size]
    assert [page["next_cursor"] is None for page in pages] == [False, False, True]
    assert [page["previous_cursor"] is None for page in pages] == [True, False, False]
    for answer, page in zip(answers, pages, strict=True):
        for cursor in (page["next_cursor"], page["previous_cursor"]):
            assert cursor is None or f"cursor={cursor}" in answer.headers["Link"]
    back = list(undisturbed.walk(path_to(pages[-1]["previous_cursor"]), "prev"))
    assert [answer.json()["items"] for answer in back] == [pages[1]["items"], pages[0]["items"]]
    assert [answer.json()["page"] for answer in back] == [2, 1]


def test_without_a_page_size_a_page_has_twenty(undisturbed: Reader) -> None:
    page = undisturbed.page("/v1/projects")
    assert (len(page["items"]), page["page_size"], page["pages"]) == (20, 20, 6)
    assert len(undisturbed.page(path_to(page["next_cursor"]))["items"]) == 20


def test_a_cursor_holds_for_its_own_page_size_alone(undisturbed: Reader) -> None:
    cursor = undisturbed.page("/v1/projects?page_size=7")["next_cursor"]
    assert len(undisturbed.page(path_to(cursor) + "&page_size=7")["items"]) == 7
    refused = undisturbed.get(path_to(cursor) + "&page_size=8")
    assert (refused.status, refused.json()["type"].rpartition("/")[2]) == (400, "invalid-cursor")


def test_a_cursor_of_another_account_reads_nothing(undisturbed: Reader, reader: Reader) -> None:
    cursor = undisturbed.page("/v1/projects?page_size=7")["next_cursor"]
    refused = reader.get(path_to(cursor))
    assert (refused.status, refused.json()["type"].rpartition("/")[2]) == (400, "invalid-cursor")
    assert undisturbed.get(path_to(cursor)).status == 200
