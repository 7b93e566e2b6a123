"""What the tests of the functions and of their contract share: problems, and a failing database."""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

import http_sf
from botocore.exceptions import ClientError

from neoforge.api import problems
from neoforge.dynamodb import expressions
from neoforge.dynamodb.client import get_client
from neoforge.dynamodb.expressions import Update
from neoforge.settings import settings
from scripts.build.template import Json
from tests.api import PASSWORD, Response, call


class Left(NamedTuple):
    """What an answer says of a limit."""

    quota: int
    window: int
    remaining: int
    seconds: int


def limits(response: Response) -> dict[str, Left]:
    """Read both headers of an answer as structured fields (RFC 9651), by policy; none of both is none."""
    fields = [response.headers[name] for name in ("RateLimit-Policy", "RateLimit") if name in response.headers]
    if not fields:
        return {}
    policies, left = ({name: dict(members) for name, members in _members(field)} for field in fields)
    assert policies.keys() == left.keys()
    for name in policies:
        assert type(name) is str  # a string, not a token
        assert (set(policies[name]), set(left[name])) == ({"q", "w"}, {"r", "t"})
        assert all(type(number) is int for number in (*policies[name].values(), *left[name].values()))
    return {name: Left(**_named(policies[name] | left[name])) for name in policies}


def _members(field: str) -> list[Any]:
    members: Any = http_sf.parse(field.encode("ascii"), tltype="list")
    assert len(dict(members)) == len(members)  # none twice
    return list(members)


def _named(parameters: dict[str, int]) -> dict[str, int]:
    names = {"q": "quota", "w": "window", "r": "remaining", "t": "seconds"}
    return {names[short]: number for short, number in parameters.items()}


def log_in(email: str = "ada@example.com", password: str = PASSWORD, **request: Any) -> Json:
    """Begin a session, and return its tokens."""
    response = call("POST", "/v1/auth/login", body={"email": email, "password": password}, **request)
    assert response.status == 200, response.text
    tokens: Json = response.json()
    return tokens


def use(token: str) -> int:
    """Status of a request with a token."""
    return call("GET", "/v1/account", token=token).status


def metrics(text: str, name: str) -> float:
    """How often something was counted, as the log tells."""
    return sum(sum(line[name]) for line in map(json.loads, text.splitlines()) if name in line)


def assert_problem(response: Response, name: str) -> Json:
    """Assert that an answer is the problem document of this type, and give it."""
    status, title = problems.ProblemType(name).status, problems.ProblemType(name).title
    document: Json = response.json()
    assert (response.status, document["title"], document["status"]) == (status, title, status), document
    assert response.headers["Content-Type"] == "application/problem+json"
    assert response.headers["Cache-Control"] == "no-store"
    assert document["type"] == f"{settings.docs_base_url}/problems/{name}"
    assert document["request_id"] == response.headers["X-Request-Id"]
    assert document["instance"] == f"urn:uuid:{document['request_id']}"
    assert document["detail"]
    assert document.keys() - {"errors"} == {"type", "title", "status", "detail", "instance", "request_id"}
    return document


def invalid(response: Response) -> list[str]:
    """Pointers to what of a request is not valid."""
    return [error["pointer"] for error in assert_problem(response, "validation-failed")["errors"]]


def read(path: str, token: str | None = None, **query: str) -> Response:
    """Read what may be kept, by a cache of anybody if there is no token; a second time it is 304."""
    full = call("GET", path, token=token, query=query)
    assert full.status == 200, full.text
    condition = {"If-None-Match": full.headers["ETag"]}
    short = call("GET", path, token=token, query=query, headers=condition)
    assert (short.status, short.text) == (304, "")
    for name in ("ETag", "Vary", "Cache-Control", "Content-Type"):  # API Gateway would name JSON for an answer without
        assert short.headers[name] == full.headers[name]
    private = ("private, no-cache", "Accept-Encoding, Authorization, Origin")
    kept = (full.headers["Cache-Control"], full.headers["Vary"])
    if token is None:
        seconds = re.fullmatch(r"public, max-age=(\d+), stale-while-revalidate=(\d+)", kept[0])
        assert seconds
        assert all(int(number) > 0 for number in seconds.groups())
        assert kept[1] == "Accept-Encoding, Origin"
    else:
        assert kept == private
    return full


def walk(path: str, size: int, token: str | None = None, **query: str) -> list[str]:
    """Ids of a list, page by page to its end and back, which has to be the same."""
    forwards, backwards = list[str](), list[str]()
    page = call("GET", path, token=token, query=query | {"page_size": str(size)}).json()
    while True:
        forwards += [item["id"] for item in page["items"]]
        assert page["total"] >= len(forwards)
        if page["next_cursor"] is None:
            break
        page = call("GET", path, token=token, query=query | {"cursor": page["next_cursor"]}).json()
    while True:
        backwards = [item["id"] for item in page["items"]] + backwards
        if page["previous_cursor"] is None:
            break
        page = call("GET", path, token=token, query=query | {"cursor": page["previous_cursor"]}).json()
    assert (forwards, page["page"], page["total"]) == (backwards, 1, len(forwards))
    return forwards


def set_total(token: str, counted: tuple[str, str], total: int) -> None:
    """Set how many resources an account has. counted: where, such as USER, and of which kind, such as PROJECT."""
    place, kind = counted
    pk = f"{place}#{call('GET', '/v1/account', token=token).json()['id']}"
    expression = "SET #total = :total, revision = :total"
    expressions.update(Update(pk, f"{kind}#~TOTAL", expression, {":total": total}, {"#total": "total"}))


def client_error(code: str, *reasons: str, status: int = 400) -> ClientError:
    """An error as DynamoDB answers it; with the cancellation reasons of a transaction, if there are any."""
    response: Any = {"Error": {"Code": code, "Message": ""}, "ResponseMetadata": {"HTTPStatusCode": status}}
    if reasons:
        response["CancellationReasons"] = [{"Code": reason} for reason in reasons]
    return ClientError(response, "Operation")


@contextmanager
def failing(*errors: Exception | None, operation: str | None = None, lost: bool = False) -> Iterator[list[Json]]:
    """Fail the next calls to the database (None: let one through; `lost`: only its answer); give what was sent."""
    events, left = get_client().meta.events, list(errors)
    sent: list[Json] = []

    def fail(model: Any, **_: Any) -> None:
        if operation in {None, model.name} and left and (error := left.pop(0)):
            raise error

    def record(params: Any, model: Any, **_: Any) -> None:
        sent.append({"operation": model.name} | json.loads(params["body"]))

    moment = f"{'after' if lost else 'before'}-call.dynamodb"
    events.register_first("before-call.dynamodb", record)
    events.register(moment, fail)
    try:
        yield sent
    finally:
        events.unregister("before-call.dynamodb", record)
        events.unregister(moment, fail)
