"""The requests whose cost is in tests/budgets.toml: how each comes about, on any engine."""

from typing import Any

from tests.api import PASSWORD, call
from tests.budgets.asked import (
    ACCOUNT,
    ADA,
    CSP,
    GRACE,
    KEY,
    NEXT,
    NO_SESSION,
    OTHERS,
    PASSWORDS,
    PROJECTS,
    REPORT,
    SESSIONS,
    Asked,
    Requests,
    Stage,
    twice,
)
from tests.budgets.shelves import SHELVES


def _page(on: Stage, *members: str) -> Asked:
    """Ask for what the cursors of these members lead to, one after the other, in pages of one."""
    query = {"page_size": "1"}
    for member in members:
        query = {"cursor": call("GET", PROJECTS, query=query, token=on.token).json()[member]}
    return on.asks("GET", PROJECTS, 200, query=query)


def _list_unchanged(on: Stage) -> Asked:
    tag = call("GET", PROJECTS, token=on.token).headers["ETag"]
    return on.asks("GET", PROJECTS, 304, headers={"If-None-Match": tag})


def _login() -> Any:
    """Begin one more session of the account."""
    return call("POST", "/v1/auth/login", body=ADA).json()


def _five_sessions(on: Stage) -> Asked:
    token = [_login() for _ in range(4)][-1]["access_token"]
    return on.asks("GET", on.path, 200, token=token)


def _revoked(on: Stage) -> Asked:
    token = _login()["access_token"]
    assert call("POST", "/v1/auth/logout", token=token).status == 204
    return on.asks("GET", on.path, 401, token=token)


def _refresh(refreshed: int, presented: int, status: int) -> Asked:
    """Ask for the successor of a session's token, counted from 0, after some were made."""
    tokens = [_login()["refresh_token"]]
    for _ in range(refreshed):
        answer = call("POST", "/v1/auth/refresh", body={"refresh_token": tokens[-1]})
        tokens.append(answer.json()["refresh_token"])
    return Asked("POST", "/v1/auth/refresh", status, {"body": {"refresh_token": tokens[presented]}})


def _with_others(on: Stage, path: str, status: int, **given: Any) -> Asked:
    """Ask for what ends the two other sessions."""
    _login(), _login()
    return on.asks("POST", path, status, **given)


def _password(current: str) -> dict[str, str]:
    return {"current_password": current, "new_password": NEXT}


def _sessions_unchanged(on: Stage) -> Asked:
    tag = call("GET", SESSIONS, token=on.token).headers["ETag"]
    return on.asks("GET", SESSIONS, 304, headers={"If-None-Match": tag})


REQUESTS: Requests = {
    ("projects.get", "found"): lambda on: on.asks("GET", on.path, 200),
    ("projects.get", "unchanged"): lambda on: on.asks("GET", on.path, 304, headers={"If-None-Match": '"v1"'}),
    ("projects.get", "five-sessions"): _five_sessions,
    ("projects.get", "revoked-session"): _revoked,
    ("projects.list", "first-page"): lambda on: on.asks("GET", PROJECTS, 200),
    ("projects.list", "next-page"): lambda on: _page(on, "next_cursor"),
    ("projects.list", "previous-page"): lambda on: _page(on, "next_cursor", "previous_cursor"),
    ("projects.list", "unchanged"): _list_unchanged,
    ("projects.list", "changed"): lambda on: on.asks("GET", PROJECTS, 200, headers={"If-None-Match": 'W/"r0"'}),
    ("projects.list", "no-token"): lambda on: on.asks("GET", PROJECTS, 401, token=None),
    ("projects.list", "malformed-token"): lambda on: on.asks("GET", PROJECTS, 401, token="x"),
    ("projects.list", "other-scheme"): lambda on: on.asks(
        "GET", PROJECTS, 401, token=None, headers={"Authorization": "Basic YTpi"}
    ),
    ("projects.create", "without-key"): lambda on: on.asks("POST", PROJECTS, 201, body={"name": "B"}),
    ("projects.create", "with-key"): lambda on: on.asks("POST", PROJECTS, 201, body={"name": "B"}, headers=KEY),
    ("projects.create", "replay"): lambda on: twice(on.asks("POST", PROJECTS, 201, body={"name": "B"}, headers=KEY)),
    ("projects.update", "without-key"): lambda on: on.asks("PATCH", on.path, 200, body={"name": "B"}),
    ("projects.update", "with-key"): lambda on: on.asks("PATCH", on.path, 200, body={"name": "B"}, headers=KEY),
    ("projects.update", "nothing-changes"): lambda on: on.asks("PATCH", on.path, 200, body={}),
    ("projects.update", "nothing-changes-with-key"): lambda on: on.asks("PATCH", on.path, 200, body={}, headers=KEY),
    ("projects.update", "refused"): lambda on: on.asks("PATCH", on.path, 422, body={"name": ""}, headers=KEY),
    ("projects.delete", "with-version"): lambda on: on.asks("DELETE", on.path, 204, headers={"If-Match": '"v1"'}),
    ("projects.delete", "with-key"): lambda on: on.asks("DELETE", on.path, 204, headers=KEY),
    ("auth.login", "right"): lambda on: Asked("POST", "/v1/auth/login", 200, {"body": ADA}),
    ("auth.login", "wrong-password"): lambda on: Asked(
        "POST", "/v1/auth/login", 401, {"body": ADA | {"password": "wrong"}}
    ),
    ("auth.login", "unknown-address"): lambda on: Asked(
        "POST", "/v1/auth/login", 401, {"body": ADA | {"email": "nobody@example.com"}}
    ),
    ("auth.register", "without-key"): lambda on: Asked("POST", "/v1/auth/register", 201, {"body": GRACE}),
    ("auth.register", "with-key"): lambda on: Asked("POST", "/v1/auth/register", 201, {"body": GRACE, "headers": KEY}),
    ("auth.refresh", "first-use"): lambda _: _refresh(0, 0, 200),
    ("auth.refresh", "again-in-grace"): lambda _: _refresh(1, 0, 200),
    ("auth.refresh", "reused"): lambda _: _refresh(2, 0, 401),
    ("auth.refresh", "malformed-token"): lambda _: Asked(
        "POST", "/v1/auth/refresh", 401, {"body": {"refresh_token": "x"}}
    ),
    ("auth.logout", "without-key"): lambda on: on.asks("POST", "/v1/auth/logout", 204),
    ("auth.list_sessions", "first-page"): lambda on: on.asks("GET", SESSIONS, 200),
    ("auth.list_sessions", "unchanged"): _sessions_unchanged,
    ("auth.revoke_session", "found"): lambda on: on.asks("DELETE", f"{SESSIONS}/{_login()['session']['id']}", 204),
    ("auth.revoke_session", "with-key"): lambda on: on.asks(
        "DELETE", f"{SESSIONS}/{_login()['session']['id']}", 204, headers=KEY
    ),
    ("auth.revoke_session", "unknown"): lambda on: on.asks("DELETE", f"{SESSIONS}/{NO_SESSION}", 404),
    ("auth.revoke_other_sessions", "two-others"): lambda on: _with_others(on, OTHERS, 200),
    ("auth.revoke_other_sessions", "no-others"): lambda on: on.asks("POST", OTHERS, 200),
    ("account.get", "found"): lambda on: on.asks("GET", ACCOUNT, 200),
    ("account.get", "unchanged"): lambda on: on.asks("GET", ACCOUNT, 304, headers={"If-None-Match": '"v1"'}),
    ("account.update", "without-key"): lambda on: on.asks("PATCH", ACCOUNT, 200, body={"display_name": "B"}),
    ("account.update", "with-key"): lambda on: on.asks("PATCH", ACCOUNT, 200, body={"display_name": "B"}, headers=KEY),
    ("account.update", "nothing-changes"): lambda on: on.asks("PATCH", ACCOUNT, 200, body={}),
    ("account.change_password", "two-others"): lambda on: _with_others(on, PASSWORDS, 204, body=_password(PASSWORD)),
    ("account.change_password", "with-key"): lambda on: on.asks(
        "POST", PASSWORDS, 204, body=_password(PASSWORD), headers=KEY
    ),
    ("account.change_password", "wrong-password"): lambda on: on.asks("POST", PASSWORDS, 422, body=_password("wrong")),
    ("csp.create_report", "one"): lambda _: Asked("POST", "/v1/csp/reports", 204, {"body": REPORT, "headers": CSP}),
    ("system.get_health", "asked"): lambda on: Asked("GET", "/v1/health", 200),
    ("system.get_config", "asked"): lambda on: Asked("GET", "/v1/config", 200),
    ("system.get_readiness", "asked"): lambda on: Asked("GET", "/v1/ready", 200),
    ("system.get_openapi", "asked"): lambda on: Asked("GET", "/v1/openapi.json", 200),
    ("system.get_docs", "asked"): lambda on: Asked("GET", "/v1/docs", 200),
    ("system.get_docs_asset", "asked"): lambda on: Asked("GET", "/v1/docs/swagger-ui-bundle.js", 200),
    **SHELVES,
}
