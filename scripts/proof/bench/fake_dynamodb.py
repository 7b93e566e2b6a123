"""A DynamoDB that answers from memory, over HTTP or without: the account and project of the files in events/."""

import json
import zlib
from collections.abc import Callable, Mapping
from functools import cache
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any, Self

from scripts.proof.bench.events import event

PROJECTS, FEW = 20, 3
TIME = "2026-11-22T09:30:00.000Z"
NEVER = 4e9  # seconds since the epoch
# The parts of a request's body that tell which item it reads.
READ = ('"ACCESS"', '"ACCOUNT"', '"CREDENTIAL"', '"SESSION#', '"PROJECT#', '"TICKET#', '"pst_', '"STATUS"')
ACCESS, ACCOUNT, CREDENTIAL, SESSION, PROJECT, TICKET, POST, STATUS = READ
EVENT = '"AT#'
# The parts that tell of what a Query reads a page, the first one that is there; otherwise it is projects.
PAGES = {'"SESSION#': SESSION, "FEED#POST#": POST, "FEED#EVENT#": EVENT, '"TICKET': TICKET, '"STATUS"': STATUS}
PAGES |= {'"AT#': EVENT, '"DAY#': ""}
BUCKET = b'"#b0": "'  # stands before the name of the bucket that a request is counted in
Item = dict[str, Any]


def items(hash_password: Callable[[str], str]) -> dict[str, Item]:
    """Make the items that are read, by the part of a request that names them, and the collection as PROJECTS."""
    get, login, refresh = event("projects.get"), _body_of("auth.login"), _body_of("auth.refresh")
    user_id, session_id, secret = get["headers"]["Authorization"].removeprefix("Bearer ").split(".")
    refresh_secret = refresh["refresh_token"].rpartition(".")[2]
    times = {"created_at": TIME, "updated_at": TIME, "version": 1}
    project = {
        "id": get["pathParameters"]["project_id"],
        "name": "Website relaunch",
        "description": "New design, same content.",
    }
    account = {"id": user_id, "email": login["email"], "display_name": "Ada Lovelace", "roles": ["user"]}
    ticket = {"id": event("support.get")["pathParameters"]["ticket_id"], "status": "open", "email": login["email"]}
    ticket |= _body_of("support.create") | {"user_id": user_id}
    post = {"id": event("community.get")["pathParameters"]["post_id"], **_body_of("community.create")}
    post |= {"author": {"id": user_id, "display_name": "Ada Lovelace"}}
    happened = _body_of("status.create_event") | {"id": "evt_019ab8f5-9e10-7b3c-a274-5d6e7f8091a2", "occurred_at": TIME}
    service = {name: happened[name] for name in ("status", "description", "occurred_at")}
    service |= {"id": happened["service_id"], "since": TIME, "event_id": happened["id"], "rolled_up_to": TIME[:10]}
    session = {
        "created_at": TIME,
        "expires_at": NEVER,
        "last_seen_at": NEVER,
        "refresh_hash": _hash(refresh_secret),
        "user_agent": get["headers"]["User-Agent"],
        "ip_address": "192.0.2.1",
    }
    live = {
        "hash": {"S": _hash(secret)},
        "access_expires_at": {"N": str(NEVER)},
        "session_expires_at": {"N": str(NEVER)},
    }
    access = {
        "roles": {"SS": ["operator", "user"]},
        "state": {"S": "active"},
        "sessions": {"M": {session_id: {"M": live}}},
    }
    pk, email = f"USER#{user_id}", f"EMAIL#{_hash(login['email'])}"
    credential = {"user_id": user_id, "password_hash": hash_password(login["password"])}
    return {
        ACCESS: _item(pk, "ACCESS") | access,
        ACCOUNT: _item(pk, "ACCOUNT", document=json.dumps(account | times)),
        CREDENTIAL: _item(email, "CREDENTIAL", document=json.dumps(credential)),
        SESSION: _item(pk, f"SESSION#{session_id}", document=json.dumps(session)),
        PROJECT: _item(pk, f"PROJECT#{project['id']}", document=json.dumps(project | times)),
        TICKET: _item(pk, f"TICKET#{ticket['id']}", document=json.dumps(ticket | times)),
        POST: _item("FEED#POST#2025-11#0", post["id"], document=json.dumps(post | times)),
        EVENT: _item(f"SERVICE#{happened['service_id']}", f"AT#{TIME}#evt", document=json.dumps(happened | times)),
        STATUS: _item("STATUS", f"SERVICE#{service['id']}", document=json.dumps(service | times)),
        "PROJECTS": _item(pk, "PROJECTS", total=PROJECTS, revision=PROJECTS),
    }


def _body_of(module: str) -> Any:
    return json.loads(event(module)["body"])


def _hash(text: str) -> str:
    return sha256(text.encode()).hexdigest()


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
        project = as_attributes(stored[PROJECT]) if wide else stored[PROJECT]
        self._items = {name.encode(): _body({"Item": stored[name]}) for name in READ}
        self._projects = _page([stored["PROJECTS"], *[project] * PROJECTS])
        self._pages = {part.encode(): _page([stored[name]] * FEW if name else []) for part, name in PAGES.items()}
        self._totals = _body({"Responses": {}})  # of a feed
        self._nothing = _page([])
        self._empty = _body({})
        self._counted = cache(lambda bucket: _body({"Attributes": stored[ACCESS] | {bucket: {"N": "1"}}}))

    def answer(self, operation: str, request: bytes) -> tuple[bytes, str]:
        """Give body and CRC32 of the answer to a request."""
        if operation == "Query":
            return next((page for part, page in self._pages.items() if part in request), self._projects)
        if operation == "BatchGetItem":
            return self._totals
        if operation == "Scan":
            return self._nothing
        if operation == "GetItem":
            return next((body for name, body in self._items.items() if name in request), self._empty)
        if operation == "UpdateItem" and BUCKET in request:
            return self._counted(request.partition(BUCKET)[2].partition(b'"')[0].decode())
        return self._empty


def _page(found: list[Item]) -> tuple[bytes, str]:
    return _body({"Items": found, "Count": len(found), "ScannedCount": len(found)})


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
