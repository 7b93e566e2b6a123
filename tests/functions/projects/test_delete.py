"""DELETE /v1/projects/{project_id}."""

import pytest

from tests.api import call
from tests.functions.helpers import assert_problem, failing, set_total


def test_a_project_is_deleted_once_and_then_404(path: str, token: str) -> None:
    response = call("DELETE", path, token=token)
    assert (response.status, response.text) == (204, "")
    assert "Content-Type" not in response.headers
    assert_problem(call("DELETE", path, token=token), "not-found")
    assert_problem(call("GET", path, token=token), "not-found")
    assert call("GET", "/v1/projects", token=token).json()["total"] == 0


@pytest.mark.parametrize("tags", ['"v1"', "*", '"v7", "v1"', " * "])
def test_a_project_is_deleted_if_if_match_names_its_version(tags: str, path: str, token: str) -> None:
    assert call("DELETE", path, token=token, headers={"If-Match": tags}).status == 204


@pytest.mark.parametrize("tags", ['"v2"', 'W/"v1"', '"v1', "v1", "", '"x"', ", ,"])
def test_a_stale_weak_or_malformed_if_match_is_412(tags: str, path: str, token: str) -> None:
    assert_problem(call("DELETE", path, token=token, headers={"If-Match": tags}), "precondition-failed")
    assert call("GET", "/v1/projects", token=token).json()["total"] == 1


@pytest.mark.parametrize("tags", ['"v1"', "*", '"stale"'])
def test_a_project_that_does_not_exist_is_404_whatever_the_condition(tags: str, path: str, token: str) -> None:
    call("DELETE", path, token=token)
    assert_problem(call("DELETE", path, token=token, headers={"If-Match": tags}), "not-found")


@pytest.mark.parametrize(("count", "problem"), [(100, "precondition-failed"), (101, "malformed-request")])
def test_if_match_never_makes_a_condition_that_dynamodb_refuses(
    count: int, problem: str, path: str, token: str
) -> None:
    """DynamoDB takes 100 operands of IN; moto takes any number."""
    tags = ", ".join(f'"v{number}"' for number in range(2, count + 2))
    with failing() as sent:
        assert_problem(call("DELETE", path, token=token, headers={"If-Match": tags}), problem)
    for one in sent:
        for item in one.get("TransactItems", []):
            assert len(item.get("Delete", {}).get("ExpressionAttributeValues", {})) <= 100


def test_somebody_elses_project_is_404_and_stays(path: str, token: str, stranger: str) -> None:
    assert_problem(call("DELETE", path, token=stranger), "not-found")
    assert call("GET", path, token=token).status == 200


def test_a_delete_needs_no_body_and_no_read_of_the_project(path: str, token: str) -> None:
    with failing() as sent:
        call("DELETE", path, token=token, headers={"If-Match": '"v1"'})
    assert [one["operation"] for one in sent] == ["UpdateItem", "TransactWriteItems"]


def test_an_account_at_its_limit_changes_and_deletes_what_it_has(token: str) -> None:
    project = f"/v1/projects/{call('POST', '/v1/projects', body={'name': 'Mine'}, token=token).json()['id']}"
    set_total(token, ("USER", "PROJECT"), 10_000)
    assert call("PATCH", project, body={"name": "Other"}, token=token).status == 200
    assert call("DELETE", project, token=token).status == 204
    assert call("GET", "/v1/projects", token=token).json()["total"] == 9_999
