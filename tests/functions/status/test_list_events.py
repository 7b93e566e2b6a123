"""GET /v1/status/events: what happened, newest first; to a service."""

import pytest

from tests.api import call
from tests.functions.helpers import assert_problem, invalid, read, walk
from tests.functions.status.conftest import Record

PATH = "/v1/status/events"


@pytest.mark.parametrize("size", [1, 2, 3, 100])
def test_a_walk_meets_each_event_once_and_a_services_each_of_the_service(size: int, record: Record) -> None:
    services = ["a", "b", "a", "a", "b"]
    made = [record("operational", service_id=one).json()["id"] for one in services][::-1]
    assert walk(PATH, size) == made
    assert walk(PATH, size, service_id="a") == [made[1], made[2], made[4]]
    assert walk(PATH, size, service_id="none") == []


def test_what_was_recorded_last_comes_first_whenever_it_happened(record: Record) -> None:
    first = record("operational").json()["id"]
    late = record("operational", "2020-01-01T00:00:00Z").json()["id"]
    assert walk(PATH, 20) == walk(PATH, 20, service_id="api") == [late, first]


@pytest.mark.parametrize("service_id", ["", "A", "a--b", "a" * 65])
def test_what_names_no_service_is_422(service_id: str) -> None:
    assert invalid(call("GET", PATH, query={"service_id": service_id})) == ["#/query/service_id"]


def test_a_cursor_is_of_its_filter(record: Record) -> None:
    for service_id in ("a", "a", "b"):
        record("operational", service_id=service_id)
    of_all = call("GET", PATH, query={"page_size": "1"}).json()["next_cursor"]
    of_one = call("GET", PATH, query={"page_size": "1", "service_id": "a"}).json()["next_cursor"]
    wrong = [{"cursor": of_all, "service_id": "a"}, {"cursor": of_one}, {"cursor": of_one, "service_id": "b"}]
    for query in wrong:
        assert_problem(call("GET", PATH, query=query), "invalid-cursor")


@pytest.mark.parametrize("query", [{}, {"service_id": "api"}])
def test_a_list_may_be_kept_and_has_another_tag_after_an_event(query: dict[str, str], record: Record) -> None:
    tags = [read(PATH, **query).headers["ETag"]]
    for _ in range(2):
        record("operational")
        tags.append(read(PATH, **query).headers["ETag"])
    assert len({*tags}) == 3
