"""What matters to security says in the log who, what and from where, by pseudonyms that are the same everywhere."""

import json
import re
from collections.abc import Callable
from typing import Any

import pytest

from neoforge.ratelimit.policy import Policy, policies
from neoforge.signing import pseudonym
from tests.api import PASSWORD, TEMPLATE, Context, Response, call, event, invoke, routes
from tests.functions.conftest import Logs
from tests.functions.helpers import log_in

SOURCE = "203.0.113.9"
EMAIL = "ada@example.com"
NEW = {"email": "new@example.com", "password": PASSWORD, "display_name": "N"}
WHO = {"account", "login", "source"}

Send = Callable[[], Response]


def lines(logs: Logs) -> list[dict[str, Any]]:
    return [line for line in map(json.loads, logs().splitlines()) if "_aws" not in line]


def account_id(token: str) -> str:
    return token.partition(".")[0]


def account_of(token: str) -> str:
    return pseudonym(account_id(token))


def send(method: str, path: str, **request: Any) -> Response:
    return call(method, path, source_ip=SOURCE, **request)


WRITES: list[tuple[int, str, str, Any]] = [
    (201, "POST", "/v1/notes", {"name": "A"}),
    (422, "POST", "/v1/notes", {}),
    (200, "PATCH", "/v1/account", {"display_name": "B"}),
    (204, "POST", "/v1/auth/logout", None),
    (404, "DELETE", "/v1/auth/sessions/ses_01a20538-11bf-7304-bb36-19bcf1775ed8", None),
    (403, "PATCH", "/v1/admin/accounts/usr_01a20538-11bf-7304-bb36-19bcf1775ed8", {"state": "suspended"}),
]


@pytest.mark.parametrize("write", WRITES, ids=str)
def test_every_line_of_a_write_names_the_account_and_the_source(
    write: tuple[int, str, str, Any], token: str, logs: Logs
) -> None:
    status, method, path, body = write
    assert send(method, path, token=token, body=body).status == status
    written = lines(logs)
    assert [(line["account"], line["source"]) for line in written] == [(account_of(token), pseudonym(SOURCE))] * len(
        written
    )
    assert (written[-1]["status"], written[-1]["route"].partition(" ")[0]) == (status, method)


def test_registrations_logins_and_refreshes_name_the_account(logs: Logs) -> None:
    made = send("POST", "/v1/auth/register", body=NEW).json()
    tokens = log_in(NEW["email"], source_ip=SOURCE)
    assert send("POST", "/v1/auth/refresh", body={"refresh_token": tokens["refresh_token"]}).status == 200
    written = lines(logs)
    assert [line["route"].rpartition("/")[2] for line in written] == ["register", "login", "refresh"]
    for line in written:
        assert (line["account"], line["source"]) == (pseudonym(made["id"]), pseudonym(SOURCE))


def test_a_login_named_like_an_address_or_an_account_has_a_pseudonym_of_its_own(token: str, logs: Logs) -> None:
    for name in (SOURCE, account_id(token)):
        assert send("POST", "/v1/auth/login", body={"email": name, "password": "wrong"}).status == 401
    logins = {line["login"] for line in lines(logs)}
    assert len(logins) == 2
    assert not logins & {pseudonym(SOURCE), account_of(token)}


def test_an_admin_who_reads_an_account_and_staff_who_read_are_named(
    token: str, admin: str, staff: str, logs: Logs
) -> None:
    assert send("GET", f"/v1/admin/accounts/{account_id(token)}", token=admin).status == 200
    assert send("GET", "/v1/notes", token=staff).status == 200
    assert send("GET", "/v1/notes", token=token).status == 200
    written = lines(logs)
    assert [line.get("account") for line in written] == [account_of(admin), account_of(staff), None]


def test_failed_logins_name_the_login_also_of_nobody_and_the_account_if_there_is_one(token: str, logs: Logs) -> None:
    for email in (EMAIL.upper(), "nobody@example.com"):
        assert send("POST", "/v1/auth/login", body={"email": email, "password": "wrong"}).status == 401
    written = lines(logs)
    known, unknown = (
        [line for line in written if line["login"] == pseudonym(f"login {email}")]
        for email in (EMAIL, "nobody@example.com")
    )
    assert [line["message"] for line in known] == [line["message"] for line in unknown] == ["Security event", "Request"]
    assert {line["account"] for line in known} == {account_of(token)}
    assert {name for line in unknown for name in line} & WHO == {"login", "source"}
    assert {line["source"] for line in known + unknown} == {pseudonym(SOURCE)}


def refusals(token: str) -> dict[str, tuple[int, Send]]:
    def tickets() -> Response:
        return send("POST", "/v1/support/tickets", body={"subject": "S", "message": "M", "email": EMAIL})

    return {
        "no token": (401, lambda: send("GET", "/v1/account")),
        "a bad token": (401, lambda: send("GET", "/v1/account", token="x")),
        "too many reads": (429, lambda: send("GET", "/v1/account", token=token)),
        "too many writes": (429, lambda: send("PATCH", "/v1/account", token=token, body={})),
        "too many logins": (429, lambda: send("POST", "/v1/auth/login", body={"email": EMAIL, "password": "x"})),
    } | ({"too many tickets": (429, tickets)} if ("POST", "/v1/support/tickets") in routes() else {})


@pytest.mark.parametrize("name", refusals(""))
def test_every_line_of_a_refusal_names_the_source_and_the_account_that_is_known(
    name: str, token: str, logs: Logs, monkeypatch: pytest.MonkeyPatch
) -> None:
    status, refused = refusals(token)[name]
    if status == 429:
        for policy in policies():
            monkeypatch.setitem(policies(), policy, Policy(policy, 1, 60))
        refused()
    answer = refused()
    assert answer.status == status
    written = [line for line in lines(logs) if line["correlation_id"] == answer.headers["X-Request-Id"]]
    assert {line["source"] for line in written} == {pseudonym(SOURCE)}
    known = {account_of(token)} if name in {"too many reads", "too many writes"} else {None}
    assert {line.get("account") for line in written} == known
    assert written[-1]["status"] == status


def test_what_is_read_is_not_told_of_anybody_and_a_line_names_only_its_own_request(token: str, logs: Logs) -> None:
    send("PATCH", "/v1/account", token=token, body={})
    for path in ("/v1/account", "/v1/config", "/v1/health"):
        assert send("GET", path, token=token).status == 200
    assert send("POST", "/v1/auth/login", body={"email": "", "password": ""}).status == 401
    write, *reads, event_, login = lines(logs)
    assert write.keys() >= {"account", "source"}
    assert [line.keys() & WHO for line in reads] == [set()] * 3
    assert event_.keys() & WHO == login.keys() & WHO == {"login", "source"}


def test_no_two_requests_share_an_id_whatever_the_client_sends(token: str, logs: Logs) -> None:
    chosen = "1b4e28ba-2fa1-41d2-883f-0016d3cca427"
    contexts = [Context(), Context()]
    for context in contexts:
        handler, made = event("GET", "/v1/account", headers={"X-Request-Id": chosen, "X-Amzn-RequestId": chosen})
        made["requestContext"] |= {"requestId": chosen, "extendedRequestId": chosen}
        answer = invoke(handler, made, context)
        assert answer.headers["X-Request-Id"] == answer.json()["request_id"] == context.aws_request_id
    assert [line["correlation_id"] for line in lines(logs)] == [context.aws_request_id for context in contexts]


def test_only_the_access_log_has_the_address_and_by_which_line_of_a_function_it_is_found() -> None:
    settings = TEMPLATE["Resources"]["Api"]["Properties"]["AccessLogSetting"]
    format_ = json.loads(re.sub(r"(?<=:)\$[\w.]+", "0", settings["Format"]))  # numbers have no quotes
    assert format_["source_ip"] == "$context.identity.sourceIp"
    assert format_["function_request_id"] == "$context.integration.requestId"
    assert settings["DestinationArn"] == {"Fn::GetAtt": ["AccessLogs", "Arn"]}
    retention = TEMPLATE["Resources"]["AccessLogs"]["Properties"]["RetentionInDays"]
    assert retention == {"Ref": "AccessLogRetentionDays"}
    assert TEMPLATE["Parameters"]["AccessLogRetentionDays"]["Default"] == 14
