"""What a browser and a careful client rely on: CORS, security headers, conditional requests, links, correlation."""

import json
import secrets
from collections.abc import Iterator

import pytest

from scripts.api import Api, Response
from tests.api import PASSWORD, routes
from tests.proof.stack.conftest import StackUnderTest
from tests.proof.stack.logs import logged
from tests.proof.stack.problems import EXPOSED, ORIGIN, SECURITY, Scene, reporting, scene_of

FOREIGN = "https://evil.example.com"
PATHS = sorted({path for _, path in routes()})


@pytest.fixture(scope="module")
def scene(stack: StackUnderTest) -> Iterator[Scene]:
    with scene_of(stack) as scene:
        yield scene


def concrete(path: str, scene: Scene) -> str:
    return path.replace("/v1/projects/{project_id}", scene.project)


def preflight(scene: Scene, path: str, origin: str) -> Response:
    method = next(method for method, route in routes() if route == path)
    wanted = {"Access_Control_Request_Method": method, "Access_Control_Request_Headers": "authorization,content-type"}
    return scene.ask("OPTIONS", concrete(path, scene), token=None, Origin=origin, **wanted)


@pytest.mark.parametrize("path", PATHS)
def test_a_preflight_of_an_allowed_origin_lets_every_method_of_the_path_pass(path: str, scene: Scene) -> None:
    answer = preflight(scene, path, ORIGIN)
    assert (answer.status, answer.body) == (204, b"")
    assert answer.headers["Access-Control-Allow-Origin"] == ORIGIN
    methods = {method for method, route in routes() if route == path}
    assert methods <= set(answer.headers["Access-Control-Allow-Methods"].split(", "))
    allowed = answer.headers["Access-Control-Allow-Headers"].lower().split(", ")
    assert {"authorization", "content-type", "idempotency-key", "if-match", "if-none-match"} <= set(allowed)
    assert "Origin" in answer.headers["Vary"].split(", ")
    assert answer.headers["Access-Control-Max-Age"] == "7200"
    assert "Access-Control-Allow-Credentials" not in answer.headers


@pytest.mark.parametrize("path", PATHS)
def test_a_preflight_of_a_foreign_origin_is_not_allowed(path: str, scene: Scene) -> None:
    answer = preflight(scene, path, FOREIGN)
    assert answer.status == 204
    assert "Access-Control-Allow-Origin" not in answer.headers
    assert "Origin" in answer.headers["Vary"].split(", ")


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/v1/health", 200),
        ("GET", "/v1/config", 200),
        ("GET", "/v1/projects", 200),
        ("GET", "PROJECT", 200),
        ("POST", "/v1/projects", 201),
        ("PATCH", "PROJECT", 200),
        ("OPTIONS", "/v1/projects", 204),
    ],
)
def test_a_good_answer_has_security_and_cors_headers_and_a_request_id(
    method: str, path: str, status: int, scene: Scene
) -> None:
    answer = scene.ask(
        method, path.replace("PROJECT", scene.project), {"name": "x"} if method in {"POST", "PATCH"} else None
    )
    cors = {"Access-Control-Allow-Origin": ORIGIN, "Access-Control-Expose-Headers": EXPOSED}
    expected = SECURITY | reporting(scene.stack.url) | cors
    assert answer.status == status
    assert {header: answer.headers.get(header) for header in expected} == expected
    assert answer.headers["X-Request-Id"]
    foreign = scene.ask(method, path.replace("PROJECT", scene.project), Origin=FOREIGN)
    assert "Access-Control-Allow-Origin" not in foreign.headers


@pytest.mark.parametrize(
    ("method", "path", "route", "status"),
    [
        ("GET", "PROJECT", "GET /v1/projects/{project_id}", 200),
        ("GET", "/v1/projects/prj", "GET /v1/projects/{project_id}", 404),
        ("POST", "/v1/projects", "POST /v1/projects", 415),
    ],
)
def test_the_request_id_of_an_answer_is_in_its_log_record(
    method: str, path: str, route: str, status: int, scene: Scene
) -> None:
    answer = scene.ask(method, path.replace("PROJECT", scene.project))
    record = next(record for record in logged(scene.stack, answer.headers["X-Request-Id"]) if "status" in record)
    assert (answer.status, record["status"], record["route"]) == (status, status, route)
    assert scene.account.token.rpartition(".")[2] not in json.dumps(record)


def test_no_two_requests_share_an_id_though_the_client_chooses_one_and_a_write_says_who_and_from_where(
    scene: Scene,
) -> None:
    chosen = "1b4e28ba-2fa1-41d2-883f-0016d3cca427"
    headers = dict.fromkeys(("X_Request_Id", "X_Amzn_RequestId", "X_Amzn_Trace_Id", "X_Amz_Apigw_Id"), chosen)
    answers = [scene.ask("PATCH", "/v1/account", {}, **headers) for _ in range(2)]
    ids = [answer.headers["X-Request-Id"] for answer in answers]
    assert len({chosen, *ids}) == 3
    lines = [record for request_id in ids for record in logged(scene.stack, request_id)]
    assert [line["route"] for line in lines] == ["PATCH /v1/account"] * 2
    assert len({(line["account"], line["source"]) for line in lines}) == 1
    assert "127.0.0.1" not in json.dumps(lines)


def assert_not_modified(answer: Response, first: Response) -> None:
    assert (answer.status, answer.body) == (304, b"")
    for name in ("ETag", "Cache-Control", "Vary"):
        assert answer.headers[name] == first.headers[name]


@pytest.mark.parametrize("path", ["/v1/projects", "/v1/projects?page_size=1", "PROJECT"])
def test_what_the_caller_has_already_is_not_sent_again(path: str, scene: Scene) -> None:
    path = path.replace("PROJECT", scene.project)
    first = scene.ask("GET", path)
    tag = first.headers["ETag"]
    weak = tag if tag.startswith("W/") else f"W/{tag}"
    for condition in (tag, weak, "*", f'"other", {tag}'):
        assert_not_modified(scene.ask("GET", path, If_None_Match=condition), first)
    assert scene.ask("GET", path, If_None_Match='"other"').body == first.body
    assert scene.ask("PATCH", scene.project, {"name": secrets.token_hex(8)}).status == 200
    changed = scene.ask("GET", path, If_None_Match=tag)
    assert (changed.status, changed.headers["ETag"] != tag) == (200, True)


def test_a_change_of_a_stale_version_changes_nothing(scene: Scene) -> None:
    before = scene.ask("GET", scene.project)
    current = before.headers["ETag"]
    for condition in ('"v99999"', f"W/{current}", "nonsense"):
        for method, body in (("PATCH", {"name": "lost"}), ("DELETE", None)):
            assert scene.ask(method, scene.project, body, If_Match=condition).status == 412
    assert scene.ask("GET", scene.project).body == before.body
    changed = scene.ask("PATCH", scene.project, {"description": None}, If_Match=f'"v99999", {current}')
    assert changed.status == 200


def test_a_location_leads_to_what_was_made(scene: Scene) -> None:
    made = scene.ask("POST", "/v1/projects", {"name": "x", "description": "line\nline \u20ac"})
    assert made.headers["Location"].startswith(f"{scene.stack.url}/v1/projects/prj_")
    found = scene.ask("GET", made.headers["Location"].removeprefix(scene.stack.url))
    assert (found.json(), found.headers["ETag"]) == (made.json(), made.headers["ETag"])


def test_links_lead_to_the_neighbours(scene: Scene) -> None:
    for name in ("x", "y"):
        scene.ask("POST", "/v1/projects", {"name": name})
    first = scene.ask("GET", "/v1/projects?page_size=1")
    url = first.headers["Link"].partition(">")[0].removeprefix("<")
    second = scene.ask("GET", url.removeprefix(scene.stack.url))
    assert second.json()["page"] == 2
    links = dict(part.rsplit("; ", 1)[::-1] for part in second.headers["Link"].split(", "))
    back = scene.ask("GET", links['rel="prev"'].strip("<>").removeprefix(scene.stack.url))
    assert back.json()["items"] == first.json()["items"]


def test_a_session_remembers_the_address_that_the_gateway_saw_and_no_forged_one(scene: Scene) -> None:
    forged = dict.fromkeys(("X-Forwarded-For", "X-Real-IP", "CF-Connecting-IP", "True-Client-IP"), "203.0.113.7")
    forged |= {"Forwarded": "for=203.0.113.7", "User-Agent": "a browser"}
    with Api(scene.stack.url, source="127.0.0.9") as api:
        body = {"email": scene.account.email, "password": PASSWORD}
        session = api.request("POST", "/v1/auth/login", body=body, headers=forged).json()["session"]
    key = {"pk": {"S": f"USER#{scene.account.id}"}, "sk": {"S": f"SESSION#{session['id']}"}}
    item = scene.stack.clients.dynamodb.get_item(TableName=scene.stack.table_name, Key=key)["Item"]
    stored = json.loads(item["document"]["S"])
    assert (stored["ip_address"], stored["user_agent"]) == ("127.0.0.9", "a browser")
