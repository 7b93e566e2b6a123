"""GET /v1/projects/{project_id}, and If-None-Match on it and on the list."""

import re

import pytest

from tests.api import Response, call
from tests.functions.helpers import assert_problem, failing

MATCHING = ['"v1"', 'W/"v1"', "*", ' "v1" ', '"x", "v1"', '"x","v1","y"', 'W/"x", W/"v1"', ', "v1",', '"a,b", "v1"']
OTHER = ['"v2"', '"V1"', '""', '"v1', "v1", "W/v1", 'w/"v1"', '"v1" "v1"', "**", '"*"', "", '"v10"', '"v1";a', '"é"']


def get(path: str, token: str, **headers: str) -> Response:
    return call("GET", path, token=token, headers=headers)


def test_a_project_is_shown_with_its_strong_etag(path: str, token: str) -> None:
    response = get(path, token)
    assert response.status == 200
    body = response.json()
    assert path.endswith(body["id"])
    assert (body["name"], body["description"], body["version"]) == ("First", "About it", 1)
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", body["created_at"])
    assert body["created_at"] == body["updated_at"]
    assert response.headers["ETag"] == '"v1"'
    assert response.headers["Cache-Control"] == "private, no-cache"


def test_somebody_elses_project_is_404_in_the_words_of_none(path: str, token: str, stranger: str) -> None:
    foreign = assert_problem(get(path, stranger), "not-found")
    none = assert_problem(get("/v1/projects/prj_01a20538-11bf-7304-bb36-19bcf1775ed8", token), "not-found")
    assert foreign["detail"] == none["detail"]


@pytest.mark.parametrize("tags", MATCHING)
def test_a_matching_if_none_match_is_304_with_what_the_200_would_have(tags: str, path: str, token: str) -> None:
    full, short = get(path, token), get(path, token, **{"If-None-Match": tags})
    assert (short.status, short.text) == (304, "")
    for name in ("ETag", "Vary", "Cache-Control"):
        assert short.headers[name] == full.headers[name]
    assert short.headers["Content-Type"] == full.headers["Content-Type"]


@pytest.mark.parametrize("tags", OTHER)
def test_another_or_malformed_if_none_match_is_200(tags: str, path: str, token: str) -> None:
    assert get(path, token, **{"If-None-Match": tags}).status == 200


def test_if_none_match_sent_twice_is_one_list(path: str, token: str) -> None:
    assert get(path, token, **{"If-None-Match": '"a", "v1"'}).status == 304


def test_a_change_changes_the_tag(path: str, token: str) -> None:
    call("PATCH", path, body={"name": "Second"}, token=token)
    response = get(path, token, **{"If-None-Match": '"v1"'})
    assert (response.status, response.headers["ETag"]) == (200, '"v2"')


def test_a_project_that_does_not_exist_is_404_under_a_condition(token: str) -> None:
    gone = "/v1/projects/prj_01a20538-11bf-7304-bb36-19bcf1775ed8"
    for name in ("If-None-Match", "If-Match"):
        assert_problem(get(gone, token, **{name: "*"}), "not-found")


def test_without_a_token_a_condition_tells_nothing(path: str) -> None:
    assert_problem(call("GET", path, headers={"If-None-Match": "*"}), "unauthorized")


def test_a_list_has_a_weak_etag_of_its_revision(path: str, token: str) -> None:
    tags = [get("/v1/projects", token).headers["ETag"]]
    for method, body in (("PATCH", {"name": "Second"}), ("DELETE", None)):
        call(method, path, body=body, token=token)
        tags.append(get("/v1/projects", token).headers["ETag"])
    assert len(set(tags)) == 3
    assert all(re.fullmatch(r'W/"[^"]+"', tag) for tag in tags)


@pytest.mark.parametrize("form", ["{}", "*", '"x", {}', "{strong}"])
@pytest.mark.parametrize("paged", [False, True])
def test_a_list_that_did_not_change_is_304_without_reading_its_items(
    form: str, paged: bool, path: str, token: str
) -> None:
    call("POST", "/v1/projects", body={"name": "B"}, token=token)
    first = call("GET", "/v1/projects", query={"page_size": "1"}, token=token)
    query = {"cursor": first.json()["next_cursor"]} if paged else {"page_size": "1"}
    tag = first.headers["ETag"]
    condition = form.format(tag, strong=tag.removeprefix("W/"))
    with failing() as sent:
        short = call("GET", "/v1/projects", query=query, token=token, headers={"If-None-Match": condition})
    assert (short.status, short.text, short.headers["ETag"]) == (304, "", tag)
    assert {name: short.headers[name] for name in ("Vary", "Cache-Control")} == {
        name: first.headers[name] for name in ("Vary", "Cache-Control")
    }
    assert [one["operation"] for one in sent] == ["UpdateItem", "GetItem"]


@pytest.mark.parametrize("tags", ['W/"r0"', '"v1"', "r1", ""])
def test_a_list_that_changed_is_200(tags: str, path: str, token: str) -> None:
    response = get("/v1/projects", token, **{"If-None-Match": tags})
    assert (response.status, len(response.json()["items"])) == (200, 1)


def test_a_bad_cursor_is_400_whatever_the_condition(token: str) -> None:
    response = call("GET", "/v1/projects", query={"cursor": "x"}, token=token, headers={"If-None-Match": "*"})
    assert_problem(response, "invalid-cursor")
