"""The answers to requests. Imported by the measured processes, so by nothing that they have not got."""

import json
import zlib
from functools import cache
from typing import Any, TypedDict

ACCESS = '"ACCESS"'
BUCKET = b'"#b0": "'  # precedes the name of the bucket that a request is counted in
CONTENT = "document"

type Item = dict[str, Any]
type Answer = tuple[bytes, str]  # body and CRC32


class Stored(TypedDict):
    """What can be read: items by the part of a GetItem that names them, and pages by the part of a Query."""

    items: dict[str, Item]
    pages: dict[str, list[Item]]


class Answers:
    """The body of each answer, made once. wide: a Query returns items of single attributes instead of documents."""

    def __init__(self, stored: Stored, *, wide: bool = False) -> None:
        self._items = {name.encode(): _body({"Item": item}) for name, item in stored["items"].items()}
        self._pages = {
            name.encode(): _page([widened(item) for item in page] if wide else page)
            for name, page in stored["pages"].items()
        }
        access = stored["items"][ACCESS]
        self._feed_counters = _body({"Responses": {}})
        self._nothing = _page([])
        self._updated = _body({"Attributes": {}})
        self._empty = _body({})
        self._counted = cache(lambda bucket: _body({"Attributes": access | {bucket: {"N": "1"}}}))

    def answer(self, operation: str, request: bytes) -> Answer:
        """Return the answer to a request."""
        match operation:
            case "GetItem":
                return _first_named(self._items, request) or self._empty
            case "Query":
                return _first_named(self._pages, request) or self._nothing
            case "BatchGetItem":
                return self._feed_counters
            case "Scan":
                return self._nothing
            case "UpdateItem":
                _, counted, rest = request.partition(BUCKET)
                return self._counted(rest.partition(b'"')[0].decode()) if counted else self._updated
        return self._empty


def typed(attributes: dict[str, Any]) -> Item:
    """Type the attributes of an item: text, numbers, and anything else as JSON."""

    def value(content: Any) -> dict[str, str]:
        if isinstance(content, str):
            return {"S": content}
        return {"N": str(content)} if isinstance(content, int | float) else {"S": json.dumps(content)}

    return {name: value(content) for name, content in attributes.items()}


def widened(item: Item) -> Item:
    """Spread a document over single attributes, about 14 of them, as it would be stored without documents."""
    if CONTENT not in item:
        return item
    document = json.loads(item[CONTENT]["S"])
    more = dict.fromkeys(("starts_at", "ends_at"), document["created_at"])
    more |= {"state": "active", "colour": "#0a7bd1", "members": 3, "owner_id": item["pk"]["S"], "tag": "web"}
    keys = {name: item[name]["S"] for name in ("pk", "sk")}
    return typed(document | more | keys)


def _first_named(answers: dict[bytes, Answer], request: bytes) -> Answer | None:
    return next((answer for name, answer in answers.items() if name in request), None)


def _page(items: list[Item]) -> Answer:
    return _body({"Items": items, "Count": len(items), "ScannedCount": len(items)})


def _body(content: Any) -> Answer:
    body = json.dumps(content).encode()
    return body, str(zlib.crc32(body))
