"""Breaks the deployed stack for a while, in the ways in which a cloud breaks."""

import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from scripts.api import Api
from scripts.build.template import Json
from scripts.local.aws import Clients
from tests.api import TEMPLATE


def default(parameter: str) -> str:
    """Return the value of a template parameter, which the stack under test does not override."""
    return str(TEMPLATE["Parameters"][parameter]["Default"])


def function_name(clients: Clients, handler: str) -> str:
    """Name of the deployed function with this handler."""
    pages = clients.lambda_.get_paginator("list_functions").paginate()
    return next(
        function["FunctionName"] for page in pages for function in page["Functions"] if function["Handler"] == handler
    )


def granted(clients: Clients, handler: str) -> tuple[str, dict[str, Json]]:
    """Role of a deployed function, and its inline policies by name."""
    configuration = clients.lambda_.get_function_configuration(FunctionName=function_name(clients, handler))
    role = configuration["Role"].rpartition("/")[2]
    names = clients.iam.list_role_policies(RoleName=role)["PolicyNames"]
    policies: dict[str, Any] = {
        name: clients.iam.get_role_policy(RoleName=role, PolicyName=name)["PolicyDocument"] for name in names
    }
    return role, policies


def actions_of(statement: Json) -> list[str]:
    """Return the actions of a statement; SAM writes a single one without a list."""
    found = statement["Action"]
    return [found] if isinstance(found, str) else found


@contextmanager
def without_action(clients: Clients, handler: str, action: str) -> Iterator[None]:
    """Take an action from a function's role."""
    role, policies = granted(clients, handler)
    for name, document in policies.items():
        rest = [
            statement | {"Action": [one for one in actions_of(statement) if one != action]}
            for statement in document["Statement"]
        ]
        cut = [statement for statement in rest if statement["Action"]]
        if cut:
            text = json.dumps(document | {"Statement": cut})
            clients.iam.put_role_policy(RoleName=role, PolicyName=name, PolicyDocument=text)
        else:
            clients.iam.delete_role_policy(RoleName=role, PolicyName=name)
    try:
        yield
    finally:
        for name, document in policies.items():
            clients.iam.put_role_policy(RoleName=role, PolicyName=name, PolicyDocument=json.dumps(document))


@contextmanager
def configured(clients: Clients, handler: str, variables: dict[str, str], seconds: int) -> Iterator[None]:
    """Point the live alias to a version of the function with other variables and time-out."""
    function, client = function_name(clients, handler), clients.lambda_
    before = client.get_function_configuration(FunctionName=function)
    live = client.get_alias(FunctionName=function, Name="live")["FunctionVersion"]
    own = before["Environment"]["Variables"]
    try:
        client.update_function_configuration(
            FunctionName=function, Environment={"Variables": own | variables}, Timeout=seconds
        )
        version = client.publish_version(FunctionName=function)["Version"]
        client.update_alias(FunctionName=function, Name="live", FunctionVersion=version)
        yield
    finally:
        client.update_alias(FunctionName=function, Name="live", FunctionVersion=live)
        client.update_function_configuration(
            FunctionName=function, Environment={"Variables": own}, Timeout=before["Timeout"]
        )


@contextmanager
def without_database(clients: Clients, handler: str, *, silent: bool = False, seconds: int = 10) -> Iterator[None]:
    """Point a function at a database that refuses connections; or takes them and never answers."""
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        if silent:
            server.listen(64)
        url = f"http://127.0.0.1:{server.getsockname()[1]}"
        with configured(clients, handler, {"AWS_ENDPOINT_URL_DYNAMODB": url}, seconds):
            yield


@contextmanager
def without_count(clients: Clients, handler: str) -> Iterator[None]:
    """Point a function at a database that updates nothing at the moment, and does everything else."""
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(_NoUpdates, clients.endpoint)) as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        url = f"http://127.0.0.1:{server.server_port}"
        try:
            with configured(clients, handler, {"AWS_ENDPOINT_URL_DYNAMODB": url}, 10):
                yield
        finally:
            server.shutdown()


class _NoUpdates(BaseHTTPRequestHandler):
    """Stands before DynamoDB and throttles UpdateItem."""

    protocol_version = "HTTP/1.1"

    def __init__(self, database: str, *arguments: Any) -> None:
        self._database = database
        super().__init__(*arguments)

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if self.headers["X-Amz-Target"].endswith(".UpdateItem"):
            self._answer(400, b'{"__type": "com.amazonaws.dynamodb.v20120810#ThrottlingException", "message": ""}')
            return
        with Api(self._database) as database:
            answer = database.request("POST", self.path, body=body, headers=dict(self.headers))
        self._answer(answer.status, answer.body)

    def _answer(self, status: int, content: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/x-amz-json-1.0")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        """Quiet."""


@contextmanager
def throttled(clients: Clients, api_id: str) -> Iterator[None]:
    """Throttle every request at API Gateway."""

    def limit(rate: str, burst: str) -> None:
        values = {"rateLimit": rate, "burstLimit": burst}
        clients.apigateway.update_stage(
            restApiId=api_id,
            stageName="api",
            patchOperations=[
                {"op": "replace", "path": f"/*/*/throttling/{name}", "value": value} for name, value in values.items()
            ],
        )

    try:
        limit("0", "0")
        yield
    finally:
        limit(default("ThrottleRate"), default("ThrottleBurst"))


@contextmanager
def denied(clients: Clients, api_id: str) -> Iterator[None]:
    """Deny everybody access to the API by a resource policy."""
    statement = {"Effect": "Deny", "Principal": "*", "Action": "execute-api:Invoke", "Resource": "execute-api:/*"}

    def policy(text: str) -> None:
        operations: Any = [{"op": "replace", "path": "/policy", "value": text}]
        clients.apigateway.update_rest_api(restApiId=api_id, patchOperations=operations)

    try:
        policy(json.dumps({"Version": "2012-10-17", "Statement": [statement]}))
        yield
    finally:
        policy("")
