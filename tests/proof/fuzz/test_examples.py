"""Every example of a request in docs/openapi.json is sent to the deployed API; the answer is the example of it."""

import re
from collections.abc import Iterator
from http import HTTPStatus
from typing import Any

import pytest
from openapi_schema_validator import OAS31Validator

from scripts.api import Api, Response
from tests.contract.openapi import DOCUMENT, OPERATIONS, each_operation, resolved
from tests.proof.stack.callers import log_in, session_of, with_role
from tests.proof.stack.conftest import StackUnderTest

Route = tuple[str, str]
REGISTER, LOGIN, REFRESH = ("POST", "/v1/auth/register"), ("POST", "/v1/auth/login"), ("POST", "/v1/auth/refresh")
OTHERS = ("POST", "/v1/auth/sessions/revoke-others")
# One story: Ada comes, makes and reads one of each, changes it, deletes it, and goes.
ALL = ("POST", "/v1/admin/accounts/{user_id}/revoke-sessions")
FIRST, LAST = [REGISTER, LOGIN], [REFRESH, OTHERS, ALL, ("POST", "/v1/account/password"), ("POST", "/v1/auth/logout")]
METHODS = ["POST", "GET", "PATCH", "DELETE"]
STORY: list[Route] = [
    *FIRST,
    *sorted((route for route in OPERATIONS if route not in FIRST + LAST), key=lambda route: METHODS.index(route[0])),
    *LAST,
]
EMAIL = OPERATIONS[REGISTER]["requestBody"]["content"]["application/json"]["example"]["email"]
BY_STAFF = ("/v1/status/events", "/v1/admin/")
# What an example cannot foretell: ids, tokens and times; what is measured; where it is asked from, and what.
OF_THE_MOMENT = re.compile(r"(?:usr|ses|prj|tkt|pst|evt)_|\d{4}-\d\d-\d\d")
OF_THE_PLACE = {
    "uptime",
    "uptime_90d",
    "ip_address",
    "user_agent",
    "account_limits",
    "environment",
    "api_base",
    "openapi_url",
    "docs_url",
    "csp_reports_url",
    "guide_url",
    "rate_limits",
}


def examples(node: dict[str, Any]) -> dict[str, Any]:
    """What is sent or answered, by media type; None is nothing, or a file."""
    return {kind: content.get("example") for kind, content in node.get("content", {}).items()} or {"": None}


def like(answer: Any, example: Any, name: str = "") -> bool:
    """Return whether an answer says what its example does."""
    if name in OF_THE_PLACE:
        return answer is None or type(answer) is type(example)
    if name == "days":  # of the example is one, the newest
        return like(answer[-1], example[0]) and len(example) == 1
    if isinstance(example, dict):
        return answer.keys() == example.keys() and all(like(answer[key], example[key], key) for key in example)
    if isinstance(example, list):
        return len(answer) == len(example) and all(map(like, answer, example))
    if isinstance(example, str) and OF_THE_MOMENT.match(example):
        return bool(OF_THE_MOMENT.match(answer))
    return bool(answer == example)


def success(route: Route) -> tuple[int, dict[str, Any]]:
    """The status of the answer that the examples are of, and the answer."""
    ((status, answer),) = ((int(one), node) for one, node in OPERATIONS[route]["responses"].items() if one < "300")
    return status, answer


class Ada:
    """Sends the examples in the order of the story."""

    def __init__(self, stack: StackUnderTest, api: Api) -> None:
        self._api = api
        self._staff = with_role(stack, api, "admin").token
        self._ids: dict[str, str] = {}  # by their first three letters
        self.answers: dict[Route, list[Response]] = {}
        for route in STORY:
            self._prepare(route)
            sent = examples(OPERATIONS[route].get("requestBody", {}))
            self.answers[route] = [self._send(route, kind, body) for kind, body in sent.items()]

    def _prepare(self, route: Route) -> None:
        """See that there is what the example speaks of: two more sessions, or the one to end."""
        if route in (OTHERS, ALL):
            own = int(route == ALL)  # it ends her current session too
            for _ in range(success(route)[1]["content"]["application/json"]["example"]["revoked"] - own):
                log_in(self._api, EMAIL)
        if route == ("DELETE", "/v1/auth/sessions/{session_id}"):
            self._ids["ses"] = log_in(self._api, EMAIL).id

    def _send(self, route: Route, kind: str, body: Any) -> Response:
        method, path = route
        headers, query = ({"Content-Type": kind} if kind else {}), []
        for parameter in map(resolved, OPERATIONS[route]["parameters"]):
            named = parameter["schema"].get("enum", [])[:1] if parameter["in"] == "path" else []
            for example in parameter["schema"].get("examples", named):
                value = self._ids.get(example[:3], example)  # what she has made, not what the example names
                if parameter["in"] == "path":
                    path = path.replace(f"{{{parameter['name']}}}", value)
                elif parameter["in"] == "query":
                    query.append(f"{parameter['name']}={value}")
                else:
                    headers[parameter["name"]] = value
        if route == REFRESH:
            body = {"refresh_token": self._session.refresh_token}
        by_staff = bool(OPERATIONS[route]["security"]) and path.startswith(BY_STAFF)
        token = self._staff if by_staff else self._session.token if OPERATIONS[route]["security"] else None
        answer = self._api.request(
            method, path + ("?" + "&".join(query) if query else ""), token=token, body=body, headers=headers
        )
        self._remember(route, answer)
        return answer

    def _remember(self, route: Route, answer: Response) -> None:
        """Of what was made, the id; of the session, the tokens."""
        if answer.status == HTTPStatus.CREATED:
            made = answer.json()["id"]
            self._ids[made[:3]] = made
        if route == ALL:
            self._session = log_in(self._api, EMAIL)
        if route in (LOGIN, REFRESH):
            self._session = session_of(self._api, answer)


@pytest.fixture(scope="module")
def ada(stack: StackUnderTest) -> Iterator[Ada]:
    with Api(stack.url) as api:
        yield Ada(stack, api)


@each_operation
def test_the_examples_are_answered_as_the_document_says(route: Route, operation: dict[str, Any], ada: Ada) -> None:
    status, expected = success(route)
    told = examples(expected)
    for answer in ada.answers[route]:
        assert answer.status == status, answer.body
        kind = answer.headers.get("Content-Type", "").partition(";")[0]
        assert kind in told or "" in told  # nothing
        if example := told.get(kind):
            schema = {**expected["content"][kind]["schema"], "components": DOCUMENT["components"]}
            OAS31Validator(schema, format_checker=OAS31Validator.FORMAT_CHECKER).validate(answer.json())
            assert like(answer.json(), example), f"{answer.json()} is not like {example}"
