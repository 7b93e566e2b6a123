"""Records what a deployed function asks of DynamoDB."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple

from scripts.api import Api
from scripts.local.aws import Clients
from tests.proof.stack.deployed import configured


class Call(NamedTuple):
    """A call to DynamoDB, and the status of its answer: 400 for a write that is refused."""

    operation: str
    partition: str
    status: int


@contextmanager
def recorded(clients: Clients, handler: str) -> Iterator[list[Call]]:
    """Record the calls of a function."""
    calls: list[Call] = []
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(_Recorder, clients.endpoint, calls)) as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        url = f"http://127.0.0.1:{server.server_port}"
        try:
            with configured(clients, handler, {"AWS_ENDPOINT_URL_DYNAMODB": url}, 10):
                yield calls
        finally:
            server.shutdown()


class _Recorder(BaseHTTPRequestHandler):
    """Stands before DynamoDB."""

    protocol_version = "HTTP/1.1"

    def __init__(self, database: str, calls: list[Call], *arguments: Any) -> None:
        self._database, self._calls = database, calls
        super().__init__(*arguments)

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        with Api(self._database) as database:
            answer = database.request("POST", self.path, body=body, headers=dict(self.headers))
        operation = self.headers["X-Amz-Target"].rpartition(".")[2]
        key = json.loads(body).get("Key", {}).get("pk", {}).get("S", "")
        self._calls.append(Call(operation, key, answer.status))
        self.send_response(answer.status)
        self.send_header("Content-Type", "application/x-amz-json-1.0")
        self.send_header("Content-Length", str(len(answer.body)))
        self.end_headers()
        self.wfile.write(answer.body)

    def log_message(self, *_: object) -> None:
        """Quiet."""
