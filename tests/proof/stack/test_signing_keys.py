"""A rotation of the signing key on a stack of its own, step by step as make rotate-key does it; then make prune."""

import json
from collections.abc import Iterator

import pytest

from scripts.api import Api
from scripts.local.stack import Local, local_stack
from scripts.ops import prune, signing_keys
from tests.api import PASSWORD, new_account
from tests.proof.stack.callers import Session, log_in
from tests.proof.stack.deployed import function_name


@pytest.fixture(scope="module")
def local() -> Iterator[Local]:
    with local_stack() as local:
        yield local


def step(local: Local, name: signing_keys.Step) -> None:
    """Change the secret, and deploy its new version."""
    clients = local.clients
    secret = signing_keys.secret_of(clients.cloudformation, "neoforge")
    local.parameters["SigningKeyVersion"] = signing_keys.change(clients.secretsmanager, secret, name)
    local.redeploy()


def keys(local: Local, handler: str, version: str = "live") -> list[str]:
    """Return the keys that a function has, by the alias that serves or by a version."""
    name = function_name(local.clients, handler)
    found = local.clients.lambda_.get_function_configuration(FunctionName=name, Qualifier=version)
    return found["Environment"]["Variables"].get("SIGNING_KEYS", "").split()


def versions(local: Local, handler: str) -> list[str]:
    name = function_name(local.clients, handler)
    found = local.clients.lambda_.list_versions_by_function(FunctionName=name)["Versions"]
    return [one["Version"] for one in found if one["Version"] != "$LATEST"]


def status(session: Session) -> int:
    return session.ask("GET", "/v1/account").status


def test_no_session_notices_a_rotation_and_no_old_key_is_left_behind(local: Local) -> None:
    (old,) = keys(local, "account.get.handler")
    with Api(local.url) as api:
        account = new_account(api)
        session, idle = log_in(api, account.email), log_in(api, account.email)
        for _ in range(2):
            assert session.ask("POST", "/v1/projects", {"name": "A"}).status == 201
        cursor = session.ask("GET", "/v1/projects?page_size=1").json()["next_cursor"]
        body = {"email": f"new-{account.email}", "password": PASSWORD, "display_name": "A"}
        registered = api.request("POST", "/v1/auth/register", body=body, headers={"Idempotency-Key": "k"})

        step(local, "announce")
        assert keys(local, "account.get.handler")[0] == old
        (_, new) = keys(local, "auth.refresh.handler")
        assert status(session) == 200
        session = session.refreshed()

        step(local, "replace")
        assert keys(local, "account.get.handler") == keys(local, "auth.refresh.handler") == [new, old]
        assert session.ask("GET", f"/v1/projects?cursor={cursor}").status == 200
        again = api.request("POST", "/v1/auth/register", body=body, headers={"Idempotency-Key": "k"})
        assert (again.status, again.body) == (registered.status, registered.body) == (201, registered.body)
        assert status(session) == 200
        session = session.refreshed()

        step(local, "retire")
        assert keys(local, "account.get.handler") == [new]
        assert (status(session), status(idle)) == (200, 401)

    assert keys(local, "system.get_health.handler") == []
    before = versions(local, "account.get.handler")
    assert old in {key for version in before for key in keys(local, "account.get.handler", version)}
    deleted = prune.prune(local.clients.cloudformation, local.clients.lambda_, "neoforge", keep=0)
    left = versions(local, "account.get.handler")
    assert (len(left), len(deleted) >= len(before) - 1) == (1, True)
    assert keys(local, "account.get.handler", left[0]) == [new]
    with Api(local.url) as api:
        assert status(Session(api, session.id, session.token, session.refresh_token)) == 200


def test_the_versions_that_are_kept_are_the_live_one_and_those_before_it(local: Local) -> None:
    name, client = function_name(local.clients, "system.get_health.handler"), local.clients.lambda_
    for number in range(3):
        client.update_function_configuration(FunctionName=name, Description=f"Edit {number}")
        client.publish_version(FunctionName=name)
    *_, previous, live, newest = sorted(map(int, versions(local, "system.get_health.handler")))
    client.update_alias(FunctionName=name, Name="live", FunctionVersion=str(live))
    prune.prune(local.clients.cloudformation, client, "neoforge", keep=1)
    assert sorted(map(int, versions(local, "system.get_health.handler"))) == [previous, live, newest]


@pytest.mark.parametrize(
    ("step", "before", "after"),
    [
        ("announce", "a", "a,x"),
        ("announce", "a,b", "a,x,b"),  # interrupted before its replacement was deployed: b may be what still signs
        ("announce", "a,b,c", "a,x,b"),
        ("replace", "a,b", "b,a"),
        ("replace", "a,b,c", "b,a,c"),
        ("retire", "a", "a"),
        ("retire", "a,b,c", "a"),
    ],
)
def test_each_step_keeps_what_still_signs(step: signing_keys.Step, before: str, after: str) -> None:
    assert signing_keys.changed(before.split(","), step, "x") == after.split(",")


def test_a_key_is_replaced_only_after_it_was_announced() -> None:
    with pytest.raises(signing_keys.OrderError):
        signing_keys.changed(["a"], "replace", "x")
    assert json.loads(json.dumps(signing_keys.STEPS)) == ["announce", "replace", "retire"]
