"""PATCH /v1/projects/{project_id}: a merge patch (RFC 7396), conditional by If-Match."""

from typing import Any

import pytest

from neoforge.dynamodb.client import get_client
from tests.api import Response, call
from tests.functions.helpers import assert_problem, failing

STRONG = ['"v1"', "*", '"x", "v1"', '"v1","v2"', ' "v1"', '"v9", , "v1"']
STALE = [
    '"v2"',
    'W/"v1"',
    '"V1"',
    '"v01"',
    '"v1',
    "v1",
    "",
    '""',
    '"v0"',
    '"v-1"',
    '"v1" "v1"',
    '"v99999999999999999999"',
    '"é"',
]


def patch(path: str, body: Any, token: str, **headers: str) -> Response:
    return call(
        "PATCH", path, body=body, token=token, headers={"Content-Type": "application/merge-patch+json"} | headers
    )


@pytest.mark.parametrize(
    ("change", "name", "description"),
    [
        ({"name": "Second"}, "Second", "About it"),
        ({"description": "New"}, "First", "New"),
        ({"description": None}, "First", None),
        ({"description": ""}, "First", ""),
        ({"name": "Second", "description": None}, "Second", None),
    ],
)
def test_a_patch_changes_what_it_names_and_null_deletes(
    change: dict[str, Any], name: str, description: str | None, path: str, token: str
) -> None:
    before = call("GET", path, token=token).json()
    response = patch(path, change, token)
    after = response.json()
    assert (response.status, response.headers["ETag"]) == (200, '"v2"')
    assert (after["name"], after["description"], after["version"]) == (name, description, 2)
    assert (after["id"], after["created_at"]) == (before["id"], before["created_at"])
    assert after["updated_at"] >= before["updated_at"]
    assert call("GET", path, token=token).text == response.text


@pytest.mark.parametrize("change", [{}, {"name": "First"}, {"name": "First", "description": "About it"}])
def test_a_patch_that_changes_nothing_makes_no_new_version(change: dict[str, Any], path: str, token: str) -> None:
    tag = call("GET", "/v1/projects", token=token).headers["ETag"]
    before = call("GET", path, token=token)
    response = patch(path, change, token)
    assert (response.status, response.text, response.headers["ETag"]) == (200, before.text, '"v1"')
    assert call("GET", "/v1/projects", token=token).headers["ETag"] == tag


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"name": None}, "#/name"),
        ({"name": ""}, "#/name"),
        ({"name": {"a": None}}, "#/name"),
        ({"description": ["a"]}, "#/description"),
        ({"description": {}}, "#/description"),
        ({"id": "prj_1"}, "#/id"),
        ({"version": 2}, "#/version"),
        ({"created_at": None}, "#/created_at"),
        ({"owner": None}, "#/owner"),
    ],
)
def test_a_patch_whose_result_would_be_no_project_is_422(
    change: dict[str, Any], pointer: str, path: str, token: str
) -> None:
    errors = assert_problem(patch(path, change, token), "validation-failed")["errors"]
    assert [error["pointer"] for error in errors] == [pointer]
    assert call("GET", path, token=token).json()["version"] == 1


@pytest.mark.parametrize("tags", STRONG)
def test_a_patch_applies_if_if_match_names_the_version(tags: str, path: str, token: str) -> None:
    assert patch(path, {"name": "Second"}, token, **{"If-Match": tags}).status == 200


@pytest.mark.parametrize("tags", STALE)
@pytest.mark.parametrize("change", [{"name": "Second"}, {}])
def test_a_stale_weak_or_malformed_if_match_is_412(tags: str, change: dict[str, Any], path: str, token: str) -> None:
    assert_problem(patch(path, change, token, **{"If-Match": tags}), "precondition-failed")
    assert call("GET", path, token=token).json()["name"] == "First"


def test_of_two_patches_with_one_tag_the_second_is_412(path: str, token: str) -> None:
    condition = {"If-Match": '"v1"'}
    assert patch(path, {"name": "Second"}, token, **condition).status == 200
    assert_problem(patch(path, {"name": "Third"}, token, **condition), "precondition-failed")


def test_if_match_is_enforced_by_a_condition_on_the_write(path: str, token: str) -> None:
    with failing() as sent:
        patch(path, {"name": "Second"}, token, **{"If-Match": '"v1"'})
    (transaction,) = [one for one in sent if one["operation"] == "TransactWriteItems"]
    put = transaction["TransactItems"][0]["Put"]
    assert {"N": "1"} in put["ExpressionAttributeValues"].values()
    assert "version" in put["ExpressionAttributeNames"].values()


def test_a_change_between_read_and_write_is_not_lost(path: str, token: str) -> None:
    """The other patch comes after our read: ours is applied to what the other one made."""
    done: list[int] = []

    def meddle(**_: Any) -> None:
        if not done:
            done.append(1)
            assert patch(path, {"description": "Theirs"}, token).status == 200

    get_client().meta.events.register("before-call.dynamodb.TransactWriteItems", meddle)
    try:
        response = patch(path, {"name": "Ours"}, token)
    finally:
        get_client().meta.events.unregister("before-call.dynamodb.TransactWriteItems", meddle)
    body = response.json()
    assert (body["name"], body["description"], body["version"]) == ("Ours", "Theirs", 3)


def test_somebody_elses_project_is_404_and_stays_as_it_is(path: str, token: str, stranger: str) -> None:
    assert_problem(patch(path, {"name": "Mine"}, stranger), "not-found")
    assert call("GET", path, token=token).json()["name"] == "First"
