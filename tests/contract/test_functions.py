"""A function's path, file, handler, logical id and event spell the same words. Schedules: test_schedules.py."""

import importlib
import json
from collections import Counter
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from neoforge.accounts.roles import grant
from neoforge.api.app import App
from scripts import ROOT
from tests.api import PASSWORD, Context, call, event_file, functions
from tests.catalog import ENDPOINTS
from tests.catalog.model import ADMINS, OPERATORS

FILES = sorted(path.relative_to(ROOT / "functions") for path in (ROOT / "functions").rglob("*.py"))
FUNCTIONS = functions()
ROUTED = [name for name, function in FUNCTIONS.items() if not function["Handler"].startswith("schedules.")]
each_function = pytest.mark.parametrize("name", FUNCTIONS)
each_routed = pytest.mark.parametrize("name", ROUTED)


def module(name: str) -> ModuleType:
    return importlib.import_module(FUNCTIONS[name]["Handler"].rpartition(".")[0])


def routes(name: str) -> list[tuple[str, str]]:
    """Methods and paths of a function."""
    events = FUNCTIONS[name]["Events"].values()
    return [(one["Properties"]["Method"], one["Properties"]["Path"]) for one in events if one["Type"] == "Api"]


def route(name: str) -> tuple[str, str]:
    (found,) = [one for one in routes(name) if one[0] != "OPTIONS"]
    return found


def test_there_is_something_to_check() -> None:
    assert len(FUNCTIONS) == len(FILES) > 5


@each_function
def test_a_handler_can_be_called(name: str) -> None:
    handler = FUNCTIONS[name]["Handler"].rpartition(".")[2]
    assert callable(getattr(module(name), handler))


@each_routed
def test_a_handler_is_its_apps(name: str) -> None:
    assert module(name).handler == module(name).app.handler
    assert isinstance(module(name).app, App)


def test_every_file_is_a_function() -> None:
    handlers = sorted(f"{'.'.join(file.with_suffix('').parts)}.handler" for file in FILES)
    assert handlers == sorted(function["Handler"] for function in FUNCTIONS.values())


@each_function
def test_the_logical_id_spells_the_file(name: str) -> None:
    folder, file, _ = FUNCTIONS[name]["Handler"].split(".")
    words = f"{folder}_{file}".split("_")
    assert name == "".join(word.capitalize() for word in words)


@each_routed
def test_the_route_is_the_apps(name: str) -> None:
    declared = module(name).app.route
    assert route(name) == (declared.method, declared.path)


@each_routed
def test_the_docstring_and_the_description_begin_with_the_route(name: str) -> None:
    words = " ".join(route(name))
    assert (module(name).__doc__ or "").startswith(f"{words} — ")
    assert FUNCTIONS[name]["Description"] == words


@each_routed
def test_the_folder_is_the_paths(name: str) -> None:
    """system/ holds what has no resource of its own, such as /v1/health."""
    folder = FUNCTIONS[name]["Handler"].partition(".")[0]
    parts = [part.strip("{}") for part in route(name)[1].split("/")[2:]]
    assert folder == "system" or parts[0] == folder


def test_no_two_functions_have_one_route() -> None:
    counted = Counter(one for name in FUNCTIONS for one in routes(name))
    assert [one for one, count in counted.items() if count > 1] == []


def test_every_path_has_one_preflight() -> None:
    every = [one for name in ROUTED for one in routes(name)]
    preflights = Counter(path for method, path in every if method == "OPTIONS")
    assert preflights == {path: 1 for _, path in every}


@each_routed
def test_every_event_of_a_function_is_of_the_one_api(name: str) -> None:
    for one in FUNCTIONS[name]["Events"].values():
        assert one["Properties"]["RestApiId"] == {"Ref": "Api"}


# ---------------------------------------------------------------- events/

# https://docs.aws.amazon.com/lambda/latest/dg/services-apigateway.html#apigateway-example-event
MEMBERS = {
    "resource",
    "path",
    "httpMethod",
    "headers",
    "multiValueHeaders",
    "queryStringParameters",
    "multiValueQueryStringParameters",
    "pathParameters",
    "stageVariables",
    "requestContext",
    "body",
    "isBase64Encoded",
}
CONTEXT = {
    "resourceId",
    "resourcePath",
    "httpMethod",
    "extendedRequestId",
    "requestTime",
    "path",
    "accountId",
    "protocol",
    "stage",
    "domainPrefix",
    "requestTimeEpoch",
    "requestId",
    "identity",
    "domainName",
    "deploymentId",
    "apiId",
}
IDENTITY = {
    "cognitoIdentityPoolId",
    "accountId",
    "cognitoIdentityId",
    "caller",
    "sourceIp",
    "principalOrgId",
    "accessKey",
    "cognitoAuthenticationType",
    "cognitoAuthenticationProvider",
    "userArn",
    "userAgent",
    "user",
}


def recorded(name: str) -> dict[str, Any]:
    made: dict[str, Any] = json.loads(event_file(FUNCTIONS[name]["Handler"]).read_text())
    return made


def test_every_event_is_of_a_function() -> None:
    found = {path.relative_to(ROOT) for path in Path(ROOT, "events").rglob("*.json")}
    assert found == {event_file(function["Handler"]).relative_to(ROOT) for function in FUNCTIONS.values()}


@each_routed
def test_an_event_is_complete(name: str) -> None:
    made = recorded(name)
    assert made.keys() == MEMBERS
    assert made["requestContext"].keys() == CONTEXT
    assert made["requestContext"]["identity"].keys() == IDENTITY


@each_routed
def test_an_event_agrees_with_the_template_and_with_itself(name: str) -> None:
    made = recorded(name)
    gateway = made["requestContext"]
    assert (made["httpMethod"], made["resource"]) == route(name)
    assert (gateway["httpMethod"], gateway["resourcePath"]) == route(name)
    assert made["path"] == made["resource"].format_map(made["pathParameters"] or {})
    assert gateway["path"] == f"/{gateway['stage']}{made['path']}"
    for multiple, single in (
        ("multiValueHeaders", "headers"),
        ("multiValueQueryStringParameters", "queryStringParameters"),
    ):
        assert made[multiple] == (made[single] and {key: [value] for key, value in made[single].items()})


@each_routed
def test_an_event_is_one_that_its_handler_takes(name: str, token: str) -> None:
    """With live tokens in the place of those in the file; 404 for what the path names, unless there always is one."""
    made = recorded(name)
    if "Authorization" in made["headers"]:
        made["multiValueHeaders"]["Authorization"] = [f"Bearer {token}"]
    if ENDPOINTS[FUNCTIONS[name]["Handler"].removesuffix(".handler")].access in {ADMINS, OPERATORS}:
        grant("ada@example.com", "admin")
    if name == "AuthRefresh":
        login = call("POST", "/v1/auth/login", body={"email": "ada@example.com", "password": PASSWORD})
        made["body"] = json.dumps({"refresh_token": login.json()["refresh_token"]})

    status = module(name).handler(made, Context())["statusCode"]
    nothing_there = made["pathParameters"] and name != "SystemGetDocsAsset"
    assert status == (404 if nothing_there else module(name).app.route.status)
