"""POST /v1/projects."""

import re

import pytest

from tests.api import call, event, invoke

ID = re.compile(r"prj_[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")


def test_a_project_is_made_where_its_location_says(token: str) -> None:
    response = call("POST", "/v1/projects", body={"name": "A", "description": "B"}, token=token)
    body = response.json()
    assert response.status == 201
    assert ID.fullmatch(body["id"])
    assert list(body) == ["id", "name", "description", "created_at", "updated_at", "version"]
    assert (body["name"], body["description"], body["version"]) == ("A", "B", 1)
    assert response.headers["ETag"] == '"v1"'
    location = response.headers["Location"]
    assert location.startswith("https://")
    assert location.endswith(f"/api/v1/projects/{body['id']}")
    found = call("GET", location[location.index("/v1/") :], token=token)
    assert (found.text, found.headers["ETag"]) == (response.text, response.headers["ETag"])


def test_the_description_is_null_if_there_is_none(token: str) -> None:
    body = call("POST", "/v1/projects", body={"name": "A"}, token=token).json()
    assert body["description"] is None


def test_ids_and_times_sort_as_they_were_made(token: str) -> None:
    made = [call("POST", "/v1/projects", body={"name": "A"}, token=token).json() for _ in range(5)]
    assert [one["id"] for one in made] == sorted({one["id"] for one in made})
    assert [one["created_at"] for one in made] == sorted(one["created_at"] for one in made)


@pytest.mark.parametrize(
    ("prefix", "path_prefix"), [("/api", ""), ("", ""), ("/base", "/base")], ids=["stage", "domain", "base path"]
)
def test_the_location_is_below_the_url_that_the_caller_used(prefix: str, path_prefix: str, token: str) -> None:
    handler, made = event("POST", "/v1/projects", body={"name": "A"}, headers={"Authorization": f"Bearer {token}"})
    made["path"] = f"{path_prefix}/v1/projects"
    made["requestContext"] |= {"path": f"{prefix}/v1/projects", "domainName": "api.example.com"}
    response = invoke(handler, made)
    assert response.headers["Location"] == f"https://api.example.com{prefix}/v1/projects/{response.json()['id']}"
