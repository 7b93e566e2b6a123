"""POST /v1/support/tickets: with an account, or with an e-mail and a strict limit."""

from typing import Any

import pytest

from neoforge.ratelimit.policy import Policy, policies
from tests.api import TEMPLATE, Response, call
from tests.functions.conftest import Wait
from tests.functions.helpers import assert_problem, invalid, limits

PATH = "/v1/support/tickets"
TICKET = {"subject": "I cannot log in", "message": "It says no.\nTwice."}
WITHOUT = TICKET | {"email": "Somebody@example.com"}


def post(body: Any, token: str | None = None, **request: Any) -> Response:
    return call("POST", PATH, body=body, token=token, **request)


def test_a_ticket_starts_open_and_its_location_leads_to_it(token: str) -> None:
    response = post(TICKET, token)
    ticket = response.json()
    assert (response.status, response.headers["ETag"]) == (201, '"v1"')
    assert response.headers["Location"].endswith(f"/api{PATH}/{ticket['id']}")
    assert ticket["id"].startswith("tkt_")
    shown = {name: ticket[name] for name in ("subject", "message", "status", "email", "version")}
    assert shown == TICKET | {"status": "open", "email": "ada@example.com", "version": 1}
    assert ticket["created_at"] == ticket["updated_at"]
    assert ticket["user_id"] == call("GET", "/v1/account", token=token).json()["id"]
    assert call("GET", f"{PATH}/{ticket['id']}", token=token).text == response.text


def test_another_e_mail_may_be_given(token: str) -> None:
    assert post(WITHOUT, token).json()["email"].lower() == "somebody@example.com"


def test_without_an_account_an_e_mail_is_needed(token: str) -> None:
    assert invalid(post(TICKET)) == ["#/email"]
    assert invalid(post(TICKET | {"email": None})) == ["#/email"]
    response = post(WITHOUT)
    assert (response.status, response.json()["user_id"]) == (201, None)


def test_a_token_that_is_no_good_is_not_nobody() -> None:
    assert_problem(post(WITHOUT, "x"), "unauthorized")


@pytest.mark.parametrize(("subject", "message"), [(1, 1), (200, 10_000)])
def test_the_longest_and_the_shortest_are_taken(subject: int, message: int, token: str) -> None:
    assert post({"subject": "é" * subject, "message": "é" * message}, token).status == 201


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"subject": ""}, "#/subject"),
        ({"subject": " "}, "#/subject"),
        ({"subject": "a\nb"}, "#/subject"),
        ({"subject": "a" * 201}, "#/subject"),
        ({"subject": None}, "#/subject"),
        ({"message": ""}, "#/message"),
        ({"message": "a" * 10_001}, "#/message"),
        ({"message": "\x00"}, "#/message"),
        ({"email": "nobody"}, "#/email"),
        ({"email": "a" * 250 + "@example.com"}, "#/email"),
        ({"status": "closed"}, "#/status"),
        ({"user_id": "usr_1"}, "#/user_id"),
        ({"version": 1}, "#/version"),
    ],
)
@pytest.mark.parametrize("anonymous", [True, False])
def test_what_is_no_ticket_is_422(changes: dict[str, Any], pointer: str, anonymous: bool, token: str) -> None:
    assert invalid(post(WITHOUT | changes, None if anonymous else token)) == [pointer]
    assert call("GET", PATH, token=token).json()["total"] == 0


@pytest.mark.parametrize("anonymous", [True, False])
def test_a_key_makes_one_ticket(anonymous: bool, token: str, staff: str) -> None:
    who, key = None if anonymous else token, {"Idempotency-Key": "k"}
    first, again = (post(WITHOUT, who, headers=key) for _ in range(2))
    assert (again.status, again.text, again.headers["Idempotent-Replayed"]) == (201, first.text, "true")
    assert again.headers["Location"] == first.headers["Location"]
    assert_problem(post(WITHOUT | {"subject": "Other"}, who, headers=key), "idempotency-key-reused")
    assert call("GET", PATH, token=staff).json()["total"] == 1


def test_the_same_key_of_two_sources_makes_two_tickets(staff: str) -> None:
    for number in (1, 2):
        assert post(WITHOUT, headers={"Idempotency-Key": "k"}, source_ip=f"192.0.2.{number}").status == 201
    assert call("GET", PATH, token=staff).json()["total"] == 2


def test_nobody_is_counted_by_source_and_no_header_changes_that(
    token: str, wait: Wait, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(policies(), "anonymous", Policy("anonymous", 2, 3600))
    answers = [post(WITHOUT, headers={"X-Forwarded-For": f"203.0.113.{number}"}) for number in range(3)]
    assert [answer.status for answer in answers] == [201, 201, 429]
    assert [limits(answer)["anonymous"].remaining for answer in answers] == [1, 0, 0]
    assert_problem(answers[2], "quota-exceeded")
    assert int(answers[2].headers["Retry-After"]) > 60
    assert post(WITHOUT, source_ip="198.51.100.7").status == 201
    assert limits(post(WITHOUT, token)).keys() == {"write"}  # an account has its own limit
    wait(2 * 3600)
    assert post(WITHOUT).status == 201


def test_the_limit_of_a_deployed_stack_is_five_an_hour() -> None:
    assert TEMPLATE["Parameters"]["RateLimits"]["Default"].endswith(",anonymous=5/3600")
