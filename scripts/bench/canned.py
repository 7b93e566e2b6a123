"""A DynamoDB that answers from memory, over HTTP or without: the account and project of the files in events/."""

import json
import zlib
from collections.abc import Callable, Mapping
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any, Self

from scripts.bench.events import event

PROJECTS = 20
TIME = "2026-11-22T09:30:00.000Z"
# The parts of a request's body that tell which item it reads.
READ = ('"ACCESS"', '"CREDENTIAL"', '"PROJECT#')
Item = dict[str, Any]


def items(hash_password: Callable[[str], str]) -> dict[str, Item]:
    """Make the items that are read, by the part of a request that names them, and the collection as PROJECTS."""
    get, login = event("projects.get"), json.loads(event("auth.login")["body"])
    user_id, session_id, secret = get["headers"]["Authorization"].removeprefix("Bearer ").split(".")
    sessions = {session_id: {"token_hash": sha256(secret.encode()).hexdigest(), "expires_at": 4e9}}
    project = {
        "id": get["pathParameters"]["project_id"],
        "name": "Website relaunch",
        "description": "New design, same content.",
        "created_at": TIME,
        "updated_at": TIME,
        "version": 1,
    }
    documents = {
        READ[0]: {"roles": ["user"], "sessions": sessions},
        READ[1]: {"user_id": user_id, "password_hash": hash_password(login["password"])},
        READ[2]: project,
    }
    pk = f"USER#{user_id}"
    made = {name: _item(pk, name.strip('"'), document=json.dumps(value)) for name, value in documents.items()}
    made[READ[2]]["sk"] = {"S": f"PROJECT#{project['id']}"}
    return made | {"PROJECTS": _item(pk, "PROJECTS", total=PROJECTS, revision=PROJECTS)}


def _item(pk: str, sk: str, **attributes: Any) -> Item:
    """Type the attributes of an item."""
    values = {"pk": pk, "sk": sk, "version": 1} | attributes
    return {name: {"S": value} if isinstance(value, str) else {"N": str(value)} for name, value in values.items()}


def as_attributes(project: Item) -> Item:
    """Make a project of 14 single attributes, as it would be stored without a document (facts of 2026-11-22)."""
    document = json.loads(project["document"]["S"])
    more = dict.fromkeys(("starts_at", "ends_at"), TIME) | {"state": "active", "colour": "#0a7bd1", "members": 3}
    more |= {"owner_id": project["pk"]["S"], "tag": "web"}
    return _item(project["pk"]["S"], project["sk"]["S"], **document, **more)


class Answers:
    """The body of each answer, made once. wide: a Query gives items of 14 attributes, not of a document."""

    def __init__(self, stored: Mapping[str, Item], *, wide: bool = False) -> None:
        project = as_attributes(stored[READ[2]]) if wide else stored[READ[2]]
        found = [stored["PROJECTS"], *[project] * PROJECTS]
        self._items = {name.encode(): _body({"Item": stored[name]}) for name in READ}
        self._query = _body({"Items": found, "Count": len(found), "ScannedCount": len(found)})
        self._empty = _body({})

    def answer(self, operation: str, request: bytes) -> tuple[bytes, str]:
        """Give body and CRC32 of the answer to a request."""
        if operation == "Query":
            return self._query
        if operation == "GetItem":
            return next((body for name, body in self._items.items() if name in request), self._empty)
        return self._empty


def _body(content: Any) -> tuple[bytes, str]:
    body = json.dumps(content).encode()
    return body, str(zlib.crc32(body))


class Canned:
    """The HTTP server, while it is entered."""

    def __init__(self, answers: Answers) -> None:
        handler = type("Handler", (_Handler,), {"answers": answers})
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self.endpoint = f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> Self:
        Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1  # head and body leave as one: as two, the second waits 40 ms for the client's delayed acknowledgement
    answers: Answers

    def do_POST(self) -> None:
        request = self.rfile.read(int(self.headers["Content-Length"]))
        operation = self.headers["X-Amz-Target"].partition(".")[2]
        body, crc = self.answers.answer(operation, request)
        self.send_response(200)
        self.send_header("Content-Type", "application/x-amz-json-1.0")
        self.send_header("Content-Length", str(len(body)))
        self.send_header("X-Amz-Crc32", crc)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""
