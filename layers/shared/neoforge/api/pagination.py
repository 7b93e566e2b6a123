"""Pages of a collection, and the signed cursors between them.

A cursor is base64url(MAC + "size:page:direction:position"). The MAC (HMAC-SHA-256, truncated to 128 bits) also covers
the collection, its owner and the filters, so a cursor is valid only for the list that returned it.
"""

import base64
import json
import math
from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Annotated, Literal, NamedTuple, Protocol, Self
from urllib.parse import urlencode

from pydantic import BaseModel, Field, TypeAdapter

from neoforge import limits
from neoforge.api.etag import NotModified, none_match, tag_of_revision
from neoforge.api.problems import Problem, ProblemType
from neoforge.api.request import Request
from neoforge.api.response import JSON, Response
from neoforge.api.routing import read_query
from neoforge.signing import is_signature, sign

if TYPE_CHECKING:  # functions that list import it anyway, and the others need no database client
    from neoforge.dynamodb.resource_store import CollectionStats, Slice

MAC_BYTES = 16

_SIZE: TypeAdapter[int] = TypeAdapter(Annotated[int, Field(ge=1, le=limits.MAX_PAGE_SIZE)])
_CURSOR: TypeAdapter[str] = TypeAdapter(str)

Direction = Literal["first", "next", "previous"]


class Pages(Protocol):
    """A list that can be read in pages."""

    @property
    def scope(self) -> str: ...
    def stats(self) -> "CollectionStats": ...
    def first_page(self, size: int) -> "Slice": ...
    def next_page(self, position: str, size: int, stats: "CollectionStats | None") -> "Slice": ...
    def previous_page(self, position: str, size: int, stats: "CollectionStats | None") -> "Slice": ...


class Position(NamedTuple):
    """Where a page begins."""

    size: int
    page: int
    direction: Direction
    key: str


class PageRequest(NamedTuple):
    """The page that is requested."""

    request: Request
    size: int | None
    cursor: str | None

    @classmethod
    def from_request(cls, request: Request) -> Self:
        """Read page_size and cursor. Raises validation-failed."""
        return cls(request, read_query(request, "page_size", _SIZE), read_query(request, "cursor", _CURSOR))


class Page[Model: BaseModel](NamedTuple):
    """A page of a list, newest first."""

    items: list[Model]
    total: int
    page: int
    page_size: int
    pages: int
    next_cursor: str | None
    previous_cursor: str | None
    revision: int  # of the collection; for the ETag, not part of the body

    def response(self, request: Request, parameters: Collection[str]) -> Response:
        """Return the page with its weak ETag, and links (RFC 8288) to its neighbours, with these query parameters."""
        items = ",".join(item.model_dump_json() for item in self.items)
        rest = {name: getattr(self, name) for name in PAGE_MEMBERS}
        headers = {"Content-Type": JSON, "ETag": tag_of_revision(self.revision)}
        links = [
            _link(request, parameters, {"page_size": str(self.page_size), "cursor": cursor}, rel)
            for cursor, rel in ((self.next_cursor, "next"), (self.previous_cursor, "prev"))
            if cursor
        ]
        if links:
            headers["Link"] = ", ".join(links)
        return Response(200, headers, f'{{"items":[{items}],{json.dumps(rest, separators=(",", ":"))[1:]}')


PAGE_MEMBERS = ("total", "page", "page_size", "pages", "next_cursor", "previous_cursor")


def paginate[Model: BaseModel](
    wanted: PageRequest, pages: Pages, model: type[Model], filters: Mapping[str, str] | None = None
) -> Page[Model]:
    """Read a page. Raises invalid-cursor, and NotModified, before reading any items, if If-None-Match does not hold."""
    scope = json.dumps([pages.scope, sorted((filters or {}).items())])
    position = _position(wanted, scope)
    condition = wanted.request.headers.get("if-none-match")
    stats = pages.stats() if condition is not None else None
    if stats and not none_match(condition, tag_of_revision(stats.revision)):
        raise NotModified(tag_of_revision(stats.revision))
    found = _read(pages, position, stats)
    size = position.size
    number = max(2, position.page) if found.previous_position else 1
    return Page(
        items=[model.model_validate_json(document) for document in found.documents],
        total=found.stats.total,
        page=number,
        page_size=size,
        pages=_pages(found, size, number),
        next_cursor=_encode(Position(size, number + 1, "next", found.next_position), scope)
        if found.next_position
        else None,
        previous_cursor=(
            _encode(Position(size, max(1, number - 1), "previous", found.previous_position), scope)
            if found.previous_position
            else None
        ),
        revision=found.stats.revision,
    )


def _position(wanted: PageRequest, scope: str) -> Position:
    if wanted.cursor is None:
        return Position(wanted.size or limits.DEFAULT_PAGE_SIZE, 1, "first", "")
    return _decode(wanted.cursor, scope, wanted.size)


def _read(pages: Pages, position: Position, stats: "CollectionStats | None") -> "Slice":
    if position.direction == "first":
        return pages.first_page(position.size)
    read = pages.next_page if position.direction == "next" else pages.previous_page
    return read(position.key, position.size, stats)


def _pages(found: "Slice", size: int, number: int) -> int:
    """Return the number of pages: one that was short, as its bytes were spent, leaves more for those that follow."""
    known = number + (found.next_position is not None) if found.documents else 0
    return max(math.ceil(found.stats.total / size), known)


def _link(request: Request, parameters: Collection[str], page: dict[str, str], rel: str) -> str:
    """Return a link (RFC 8288) with nothing else that the caller sent: API Gateway limits headers to 10,240 bytes."""
    filters = {name: value for name in parameters for value in request.query.get(name, ())}
    return f'<{request.base_url}{request.path}?{urlencode(filters | page)}>; rel="{rel}"'


def _encode(position: Position, scope: str) -> str:
    payload = ":".join(map(str, position)).encode()
    mac = sign(_purpose(scope), payload)[:MAC_BYTES]
    return base64.urlsafe_b64encode(mac + payload).rstrip(b"=").decode()


def _decode(cursor: str, scope: str, size: int | None) -> Position:
    """Verify and decode a cursor. Raises invalid-cursor, with the same message for every reason."""
    try:
        data = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
    except ValueError:
        data = b""
    if base64.urlsafe_b64encode(data).rstrip(b"=").decode() != cursor:
        data = b""  # base64 has several encodings of some bytes; only ours is accepted
    mac, payload = data[:MAC_BYTES], data[MAC_BYTES:]
    if is_signature(mac, MAC_BYTES, _purpose(scope), payload):
        page_size, page, direction, key = payload.decode().split(":", 3)
        position = Position(int(page_size), int(page), "next" if direction == "next" else "previous", key)
        if size in {None, position.size}:
            return position
    raise Problem(
        ProblemType.INVALID_CURSOR, "The cursor was not made for this list, these filters and this page size."
    )


def _purpose(scope: str) -> str:
    return f"cursor\n{scope}"
