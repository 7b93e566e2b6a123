"""A DynamoDB on loopback that answers from memory: the one account and project of the files in events/."""

import json
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any, ClassVar, Self

from argon2 import PasswordHasher

EVENTS = Path(__file__).resolve().parent.parent / "events"
PROJECTS = 20


class Canned:
    """The server, while it is entered, and the environment of a function that uses it."""

    def __enter__(self) -> Self:
        _Answers.items = _items()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _Answers)
        Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    @property
    def environment(self) -> dict[str, str]:
        """What template.yaml sets, and what Lambda does."""
        return {
            "ALLOWED_ORIGINS": "http://localhost:5173",
            "API_BASE_URL": "",
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_ENDPOINT_URL": f"http://127.0.0.1:{self._server.server_port}",
            "AWS_LAMBDA_FUNCTION_NAME": "bench",
            "AWS_REGION": "us-east-1",
            "AWS_DEFAULT_REGION": "us-east-1",
            "AWS_SECRET_ACCESS_KEY": "test",
            "DOCS_BASE_URL": "https://docs.example.com",
            "ENVIRONMENT": "local",
            "POWERTOOLS_METRICS_NAMESPACE": "NeoForge",
            "POWERTOOLS_SERVICE_NAME": "neoforge",
            "SIGNING_KEY": "bench",
            "TABLE_NAME": "bench",
        }


def _event(name: str) -> Any:
    return json.loads((EVENTS / f"{name}.json").read_text())


def _items() -> dict[str, Any]:
    """Make the items that are read, by sort key (its kind, for items with an id)."""
    get, login = _event("projects/get"), json.loads(_event("auth/login")["body"])
    user_id, session_id, secret = get["headers"]["Authorization"].removeprefix("Bearer ").split(".")
    sessions = {session_id: {"token_hash": sha256(secret.encode()).hexdigest(), "expires_at": 4e9}}
    hasher = PasswordHasher(time_cost=2, memory_cost=19456, parallelism=1)
    time = "2026-11-22T09:30:00.000Z"
    project = {
        "id": get["pathParameters"]["project_id"],
        "name": "Website relaunch",
        "description": "New design, same content.",
        "created_at": time,
        "updated_at": time,
        "version": 1,
    }
    documents = {
        "ACCESS": {"roles": ["user"], "sessions": sessions},
        "CREDENTIAL": {"user_id": user_id, "password_hash": hasher.hash(login["password"])},
        "PROJECT": project,
    }
    items = {sk: {"sk": sk, "document": json.dumps(document), "version": 1} for sk, document in documents.items()}
    items["PROJECT"]["sk"] = f"PROJECT#{project['id']}"
    items["PROJECTS"] = {"sk": "PROJECTS", "total": PROJECTS, "revision": PROJECTS}
    return {sk: {"pk": {"S": f"USER#{user_id}"}} | _typed(item) for sk, item in items.items()}


def _typed(item: dict[str, Any]) -> dict[str, Any]:
    return {name: {"S": value} if isinstance(value, str) else {"N": str(value)} for name, value in item.items()}


class _Answers(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    items: ClassVar[dict[str, Any]]

    def do_POST(self) -> None:
        request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        operation = self.headers["X-Amz-Target"].partition(".")[2]
        answer: Any = {}
        if operation == "GetItem":
            item = self.items.get(request["Key"]["sk"]["S"].partition("#")[0])
            answer = {"Item": item} if item else {}
        elif operation == "Query":
            answer = {
                "Items": [self.items["PROJECTS"], *[self.items["PROJECT"]] * PROJECTS],
                "Count": PROJECTS + 1,
                "ScannedCount": PROJECTS + 1,
            }
        body = json.dumps(answer).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/x-amz-json-1.0")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""
