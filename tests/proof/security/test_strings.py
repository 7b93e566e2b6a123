"""Every string of every body, by the OpenAPI document: what is taken comes back as it was sent, the rest is refused and
changes nothing. There is no 5xx.
"""

from dataclasses import replace
from typing import Any

import pytest

from tests.api import Response
from tests.callers import Local, put_items, stored
from tests.catalog.world import Request
from tests.functions.helpers import assert_problem, failing
from tests.proof.security.bodies import HANDLERS, MEMBERS, STRINGS, Member, admission, prepared, valid

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


def answered(member: Member, request: Request, world: Local, content: Any) -> Response:
    """Send one value in an otherwise valid body. What is refused has written nothing."""
    sent = replace(request, body=valid(member.handler, request) | {member.name: content})
    with failing() as calls:
        response = world.send(sent)
    assert response.status < 500, (member, content, response.text)
    if response.status >= 400:
        assert response.headers["Content-Type"] == "application/problem+json"
        taken = {"TransactWriteItems"} if response.status == 409 else set()  # it was refused by the database
        assert {call["operation"] for call in calls} <= READS | COUNTS | taken, (member, content)
    return response


def assert_shown(member: Member, request: Request, response: Response, text: str, world: Local) -> None:
    """Assert that what was taken is in the answer, and in that to a later read of it."""
    if member.name in SECRET | TIMES or member.handler == "auth.login":
        return
    assert response.json()[member.name] == text
    location = response.headers.get("Location", "").partition("/api")[2]
    path = location or (request.path if request.method == "PATCH" else "")
    if path and request.token:
        assert world.send(Request("GET", path, token=request.token)).json()[member.name] == text


@pytest.mark.parametrize("member", STRINGS, ids=str)
def test_a_text_comes_back_as_it_was_sent_or_is_refused(member: Member, strangers: Local) -> None:
    request = prepared(member.handler, strangers)
    kept, taken = stored(), 0
    for text in TEXTS:
        response = answered(member, request, strangers, text)
        if response.status < 300:
            taken += 1
            assert_shown(member, request, response, text, strangers)
        if member.name in SECRET:
            put_items(kept)
    assert taken or member.name in SECRET or member.handler == "auth.login" or _has_a_form(member)


def _has_a_form(member: Member) -> bool:
    """Return whether few texts are taken: those of an enumeration, or of a form."""
    branches = member.schema.get("anyOf", [member.schema])
    return any({"enum", "pattern", "format", "$ref"} & one.keys() for one in branches)


VALUES: list[Any] = [None, True, 0, 1e308, 10**400, [], {}, ["x"], {"x": 1}]


@pytest.mark.parametrize("member", MEMBERS, ids=str)
def test_a_value_of_another_type_is_refused(member: Member, strangers: Local) -> None:
    request = prepared(member.handler, strangers)
    for value in VALUES:
        if value is None and {"type": "null"} in member.schema.get("anyOf", []):
            continue
        response = answered(member, request, strangers, value)
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


@pytest.mark.parametrize("handler", HANDLERS)
def test_a_body_that_is_no_document_is_refused(handler: str, world: Local) -> None:
    member = next(member for member in MEMBERS if member.handler == handler)
    request = prepared(handler, world)
    for document in DOCUMENTS:
        with failing() as calls:
            response = world.send(replace(request, body=document.replace("%s", member.name)))
        assert_problem(response, "malformed-request")
        assert {call["operation"] for call in calls} <= admission(handler), document[:40]
