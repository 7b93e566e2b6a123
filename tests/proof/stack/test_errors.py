"""Every problem that a request can bring about, provoked over HTTP. What a broken cloud brings: test_failures.

`forbidden` comes from API Gateway only as long as no route asks for a role: see test_failures.py.
"""

import secrets
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from neoforge.api.problems import ProblemType
from scripts.api import Response
from scripts.local.gateway import MAX_BODY_BYTES
from tests.api import PASSWORD, new_account
from tests.proof.stack.conftest import StackUnderTest
from tests.proof.stack.problems import ORIGIN, Scene, assert_problem, scene_of
from tests.proof.stack.test_failures import FAILURES

Provoke = Callable[[Scene], Response]
NOTHING = "/v1/projects/prj_01890000-0000-7000-8000-000000000000"


@pytest.fixture(scope="module")
def scene(stack: StackUnderTest) -> Iterator[Scene]:
    with scene_of(stack) as scene:
        yield scene


def ask(method: str, path: str, body: Any = None, **options: Any) -> Provoke:
    return lambda scene: scene.ask(method, path.replace("PROJECT", scene.project), body, **options)


def post(body: Any, **headers: str) -> Provoke:
    return ask("POST", "/v1/projects", body, **headers)


def register(**change: str) -> Provoke:
    def provoke(scene: Scene) -> Response:
        account = {"email": scene.account.email.upper(), "password": PASSWORD, "display_name": "Ada"}
        return scene.ask("POST", "/v1/auth/register", account | change, token=None)

    return provoke


def wrong_password(scene: Scene) -> Response:
    return scene.ask("POST", "/v1/auth/login", {"email": scene.account.email, "password": "wrong"}, token=None)


def forged_secret(scene: Scene) -> Response:
    user, session, secret = scene.account.token.split(".")
    return scene.ask("GET", "/v1/projects", token=f"{user}.{session}.{secret[::-1]}")


def somebody_elses(scene: Scene) -> Response:
    return scene.ask("GET", scene.project, token=new_account(scene.api).token)


def tampered_cursor(scene: Scene) -> Response:
    scene.ask("POST", "/v1/projects", {"name": "so that there are two pages"})
    cursor = scene.ask("GET", "/v1/projects?page_size=1").json()["next_cursor"]
    return scene.ask("GET", f"/v1/projects?cursor={cursor[:-4]}AAAA")


def still_running(scene: Scene) -> Response:
    """Repeat a request whose record says that the first one is still running."""
    key, body = secrets.token_hex(16), {"name": secrets.token_hex(16)}
    assert scene.ask("POST", "/v1/projects", body, Idempotency_Key=key).status == 201
    client, table = scene.stack.clients.dynamodb, scene.stack.table_name
    found = client.scan(
        TableName=table,
        FilterExpression="sk = :kind AND contains(answer.body, :name)",
        ExpressionAttributeValues={":kind": {"S": "IDEMPOTENCY"}, ":name": {"S": body["name"]}},
    )["Items"]
    client.update_item(
        TableName=table,
        Key={name: found[0][name] for name in ("pk", "sk")},
        UpdateExpression="SET #status = :running, locked_until = :later REMOVE answer",
        ExpressionAttributeNames={"#status": "status"},
        ExpressionAttributeValues={":running": {"S": "INPROGRESS"}, ":later": {"N": "9999999999999"}},
    )
    return scene.ask("POST", "/v1/projects", body, Idempotency_Key=key)


def at_the_limit(scene: Scene) -> Response:
    """Create one more project than an account may have."""
    account = new_account(scene.api)
    scene.stack.clients.dynamodb.update_item(
        TableName=scene.stack.table_name,
        Key={"pk": {"S": f"USER#{account.id}"}, "sk": {"S": "PROJECT#~TOTAL"}},
        UpdateExpression="ADD #total :all",
        ExpressionAttributeNames={"#total": "total"},
        ExpressionAttributeValues={":all": {"N": "10000"}},
    )
    return scene.ask("POST", "/v1/projects", {"name": "one more"}, token=account.token)


def reused_key(scene: Scene) -> Response:
    key = secrets.token_hex(16)
    assert scene.ask("POST", "/v1/projects", {"name": "first"}, Idempotency_Key=key).status == 201
    return scene.ask("POST", "/v1/projects", {"name": "second"}, Idempotency_Key=key)


# Problem, what is wrong, how to provoke it.
FROM_FUNCTIONS: list[tuple[str, str, Provoke]] = [
    ("malformed-request", "cut off", post(b'{"name":')),
    ("malformed-request", "no body", ask("POST", "/v1/projects", Content_Type="application/json")),
    ("malformed-request", "half a surrogate", post(rb'{"name": "\ud800"}')),
    ("malformed-request", "deeply nested", post(b"[" * 100_000)),
    ("malformed-request", "not a number of JSON", post(b'{"name": NaN}')),
    ("invalid-cursor", "nonsense", ask("GET", "/v1/projects?cursor=nonsense")),
    ("invalid-cursor", "empty", ask("GET", "/v1/projects?cursor=")),
    ("invalid-cursor", "not ASCII", ask("GET", "/v1/projects?cursor=%E2%82%AC%00")),
    ("invalid-cursor", "tampered", tampered_cursor),
    ("invalid-idempotency-key", "empty", post({"name": "x"}, Idempotency_Key="")),
    ("invalid-idempotency-key", "blank inside", post({"name": "x"}, Idempotency_Key="a b")),
    ("invalid-idempotency-key", "256 characters", post({"name": "x"}, Idempotency_Key="x" * 256)),
    ("invalid-idempotency-key", "quote left open", post({"name": "x"}, Idempotency_Key='"x')),
    ("unauthorized", "no token", ask("GET", "/v1/projects", token=None)),
    ("unauthorized", "no token of ours", ask("POST", "/v1/projects", b"not even JSON", token="x.y.z")),
    ("unauthorized", "other scheme", ask("GET", "/v1/projects", token=None, Authorization="Basic eDp5")),
    ("unauthorized", "forged secret", forged_secret),
    ("unauthorized", "wrong password", wrong_password),
    (
        "unauthorized",
        "unknown address",
        ask("POST", "/v1/auth/login", {"email": "nobody@example.com", "password": "x"}, token=None),
    ),
    ("not-found", "get", ask("GET", NOTHING)),
    ("not-found", "change", ask("PATCH", NOTHING, {"name": "x"}, Idempotency_Key="change")),
    ("not-found", "delete", ask("DELETE", NOTHING, If_Match='"v1"', Idempotency_Key="delete")),
    ("not-found", "no id of ours", ask("GET", "/v1/projects/%00%E2%82%AC")),
    ("not-found", "somebody else's", somebody_elses),
    ("request-in-progress", "first still runs", still_running),
    ("email-taken", "in other case", register()),
    ("limit-reached", "projects", at_the_limit),
    ("precondition-failed", "change", ask("PATCH", "PROJECT", {"name": "x"}, If_Match='"v9"')),
    ("precondition-failed", "delete", ask("DELETE", "PROJECT", If_Match='W/"v1"')),
    ("content-too-large", "300 KiB", post({"name": "x", "description": "x" * 300 * 1024})),
    ("unsupported-media-type", "text", post({"name": "x"}, Content_Type="text/plain")),
    ("unsupported-media-type", "merge patch posted", post({"name": "x"}, Content_Type="application/merge-patch+json")),
    ("unsupported-media-type", "other patch", ask("PATCH", "PROJECT", [], Content_Type="application/json-patch+json")),
    ("validation-failed", "name missing", post({})),
    ("validation-failed", "not an object", post(b"null")),
    ("validation-failed", "unknown member", post({"name": "x", "version": 2})),
    ("validation-failed", "page too large", ask("GET", "/v1/projects?page_size=101")),
    ("validation-failed", "common password", register(email="new@example.com", password="password123")),
    ("idempotency-key-reused", "other body", reused_key),
]
FROM_THE_GATEWAY: list[tuple[str, str, Provoke]] = [
    ("not-found", "path", ask("GET", "/v1/nothing", token=None)),
    ("not-found", "path, with a token", ask("GET", "/v1/nothing")),
    ("not-found", "path, with basic credentials", ask("GET", "/v1/nothing", token=None, Authorization="Basic eDp5")),
    ("not-found", "method", ask("DELETE", "/v1/projects", token=None)),
    ("not-found", "method, with a token", ask("PUT", "/v1/projects", {"name": "x"})),
    ("content-too-large", "11 MiB", post(bytes(MAX_BODY_BYTES + 1024 * 1024))),
]


def cases(provoked: list[tuple[str, str, Provoke]]) -> list[Any]:
    return [pytest.param(name, provoke, id=f"{name}: {what}") for name, what, provoke in provoked]


@pytest.mark.parametrize(("name", "provoke"), cases(FROM_FUNCTIONS))
def test_a_problem_of_a_function_is_a_whole_document(name: str, provoke: Provoke, scene: Scene) -> None:
    answer = provoke(scene)
    assert_problem(answer, name, scene, origin=ORIGIN)
    assert "Origin" in answer.headers["Vary"].split(", ")


@pytest.mark.parametrize(("name", "provoke"), cases(FROM_THE_GATEWAY))
def test_a_problem_of_the_gateway_is_a_whole_document(name: str, provoke: Provoke, scene: Scene) -> None:
    assert_problem(provoke(scene), name, scene, origin="*")


def test_a_problem_without_an_allowed_origin_lets_no_page_read_it(scene: Scene) -> None:
    answer = scene.ask("GET", NOTHING, Origin="https://evil.example.com")
    assert (answer.status, answer.headers.get("Access-Control-Allow-Origin")) == (404, None)


def test_a_wrong_password_and_an_unknown_address_get_the_same_words(scene: Scene) -> None:
    wrong = wrong_password(scene).json()
    unknown = scene.ask("POST", "/v1/auth/login", {"email": "nobody@example.com", "password": "x"}, token=None).json()
    assert {name: wrong[name] for name in ("type", "title", "detail")} == {
        name: unknown[name] for name in ("type", "title", "detail")
    }


def test_every_problem_of_the_contract_is_provoked() -> None:
    provoked = {name for name, *_ in FROM_FUNCTIONS + FROM_THE_GATEWAY} | {failure.problem for failure in FAILURES}
    assert provoked == {kind.value for kind in ProblemType}
