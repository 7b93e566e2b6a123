"""Bodies: their type, size, syntax and members."""

import base64
import json
from typing import Any

import pytest

from neoforge.limits import MAX_BODY_BYTES
from tests.api import Response, call, event, invoke
from tests.functions.helpers import assert_problem

NEW = {"name": "A"}


def post(body: Any, token: str, **headers: str) -> Response:
    return call("POST", "/v1/notes", body=body, token=token, headers=headers)


def post_binary(body: str, token: str) -> Response:
    handler, made = event("POST", "/v1/notes", body=body, headers={"Authorization": f"Bearer {token}"})
    return invoke(handler, made | {"isBase64Encoded": True})


def pointers(response: Response) -> list[str]:
    errors = assert_problem(response, "validation-failed")["errors"]
    assert all(error.keys() == {"pointer", "detail"} and error["detail"] for error in errors)
    return sorted(error["pointer"] for error in errors)


@pytest.mark.parametrize(
    "content_type",
    ["application/json", "application/json; charset=utf-8", "APPLICATION/JSON", "application/json;charset=UTF-8"],
)
def test_json_is_taken(content_type: str, token: str) -> None:
    response = post(NEW, token, **{"Content-Type": content_type})
    assert response.status == 201
    assert response.headers["Content-Type"] == "application/json; charset=utf-8"


@pytest.mark.parametrize(
    "content_type",
    ["", "text/plain", "application/x-www-form-urlencoded", "application/merge-patch+json", "application/jsonx", "*/*"],
)
def test_another_media_type_is_415(content_type: str, token: str) -> None:
    assert_problem(post(NEW, token, **{"Content-Type": content_type}), "unsupported-media-type")


@pytest.mark.parametrize("content_type", ["application/json", "application/merge-patch+json; charset=utf-8"])
def test_patch_takes_a_merge_patch_too(content_type: str, path: str, token: str) -> None:
    assert call("PATCH", path, body=NEW, token=token, headers={"Content-Type": content_type}).status == 200


def test_patch_says_which_media_types_it_takes(path: str, token: str) -> None:
    response = call("PATCH", path, body=NEW, token=token, headers={"Content-Type": "application/json-patch+json"})
    assert_problem(response, "unsupported-media-type")
    assert response.headers["Accept-Patch"] == "application/json, application/merge-patch+json"


@pytest.mark.parametrize("method", ["POST", "PATCH"])
def test_no_body_and_no_media_type_is_415(method: str, path: str, token: str) -> None:
    where = path if method == "PATCH" else "/v1/notes"
    assert_problem(call(method, where, token=token), "unsupported-media-type")


def padded(size: int) -> str:
    return json.dumps(NEW) + " " * (size - len(json.dumps(NEW)))


@pytest.mark.parametrize(("size", "status"), [(MAX_BODY_BYTES, 201), (MAX_BODY_BYTES + 1, 413)])
def test_a_body_may_have_256_kib(size: int, status: int, token: str) -> None:
    assert MAX_BODY_BYTES == 256 * 1024
    assert post(padded(size), token).status == status
    assert post_binary(base64.b64encode(padded(size).encode()).decode(), token).status == status


def test_the_size_is_counted_in_bytes(token: str) -> None:
    assert_problem(post("é" * (MAX_BODY_BYTES // 2 + 1), token), "content-too-large")


def test_a_body_in_base64_is_decoded(token: str) -> None:
    response = post_binary(base64.b64encode('{"name":"Grüße 🚀"}'.encode()).decode(), token)
    assert (response.status, response.json()["name"]) == (201, "Grüße 🚀")


@pytest.mark.parametrize("body", ["%%%", base64.b64encode(b'{"name":"\xff"}').decode()], ids=["alphabet", "not UTF-8"])
def test_base64_of_no_text_is_400(body: str, token: str) -> None:
    assert_problem(post_binary(body, token), "malformed-request")


@pytest.mark.parametrize(
    "body",
    [
        "",
        " ",
        "{",
        "{'name':'A'}",
        '{"name":"A"}x',
        '{"name":"A",}',
        '{"name":NaN}',
        '{"name":-Infinity}',
        '{"name":"\\ud800"}',
        '{"name":"\ud800"}',
        '{"name":"\n"}',
        '\ufeff{"name":"A"}',
        "[" * 100_000,
        '{"name":' * 20_000,
        '{"name":' + "1" * 5_000 + "}",
    ],
    ids=lambda body: ascii(body[:20]),
)
def test_what_is_no_json_is_400(body: str, token: str) -> None:
    assert_problem(post(body, token), "malformed-request")


@pytest.mark.parametrize("body", ["null", "[]", "1", '"A"', "true"])
@pytest.mark.parametrize("method", ["POST", "PATCH"])
def test_a_body_that_is_no_object_is_422(method: str, body: str, path: str, token: str) -> None:
    where = path if method == "PATCH" else "/v1/notes"
    assert pointers(call(method, where, body=body, token=token)) == ["#"]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({}, ["#/name"]),
        ({"name": None}, ["#/name"]),
        ({"name": 1}, ["#/name"]),
        ({"name": ["A"]}, ["#/name"]),
        ({"name": ""}, ["#/name"]),
        ({"name": " \t"}, ["#/name"]),
        ({"name": "\u00a0\u2003"}, ["#/name"]),
        ({"name": "\u200b"}, ["#/name"]),
        ({"name": "\u202eabc"}, ["#/name"]),
        ({"name": "x" * 121}, ["#/name"]),
        ({"name": "a\nb"}, ["#/name"]),
        ({"name": "a\x00b"}, ["#/name"]),
        ({"name": "a\x1bb"}, ["#/name"]),
        ({"name": "a\x7f"}, ["#/name"]),
        ({"name": "a\x85"}, ["#/name"]),
        ({"name": "a\u2028b"}, ["#/name"]),
        ({"name": "A", "description": 1}, ["#/description"]),
        ({"name": "A", "description": "x" * 2001}, ["#/description"]),
        ({"name": "A", "description": "\x00"}, ["#/description"]),
        ({"name": "A", "description": "\x1b[31m"}, ["#/description"]),
        ({"name": "A", "description": "\x9b"}, ["#/description"]),
        ({"name": "A", "id": "nte_1"}, ["#/id"]),
        ({"name": "A", "version": 7}, ["#/version"]),
        ({"name": "A", "a/b~c d%é": 1}, ["#/a~1b~0c%20d%25%C3%A9"]),
        ({"name": "", "description": 1, "owner": 1}, ["#/description", "#/name", "#/owner"]),
    ],
    ids=ascii,
)
def test_an_invalid_member_is_422_with_its_pointer(body: dict[str, Any], expected: list[str], token: str) -> None:
    assert pointers(post(body, token)) == expected
    assert call("GET", "/v1/notes", token=token).json()["total"] == 0


@pytest.mark.parametrize(
    "name",
    ["x", "x" * 120, "🚀" * 120, "👩‍👩‍👧‍👦", "שלום", "a\u0301", " padded ", "<b>'\"&\\</b>", "{id}", "\u200fabc"],
    ids=ascii,
)
def test_any_visible_line_is_a_name_and_comes_back_as_it_was(name: str, token: str) -> None:
    created = post({"name": name}, token)
    assert created.status == 201
    assert created.json()["name"] == name
    assert call("GET", "/v1/notes", token=token).json()["items"][0]["name"] == name


@pytest.mark.parametrize(
    "description", [None, "", " ", "x" * 2000, "🚀" * 2000, "a\tb\r\nc\n"], ids=lambda d: ascii(d)[:9]
)
def test_a_description_may_be_any_text_or_null(description: str | None, token: str) -> None:
    created = post({"name": "A", "description": description}, token)
    assert (created.status, created.json()["description"]) == (201, description)


def test_a_body_says_nothing_about_values_that_were_sent(token: str) -> None:
    assert "secret-value" not in post({"name": ["secret-value"]}, token).text
