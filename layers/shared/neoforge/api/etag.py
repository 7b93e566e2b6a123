"""Entity tags, and the conditions of reads and creations on them (RFC 9110, 8.8.3 and 13)."""

import hashlib
import re

from neoforge.api.request import Request
from neoforge.api.response import Response
from neoforge.errors import PreconditionFailed

_TAG = re.compile(r'(W/)?"([\x21\x23-\x7e\x80-\xff]*)"')
_LIST = re.compile(rf"\s*(?:{_TAG.pattern}\s*)?(?:,\s*(?:{_TAG.pattern}\s*)?)*")


class NotModified(Exception):
    """The caller has the current representation."""

    def __init__(self, tag: str) -> None:
        super().__init__(tag)
        self.tag = tag


def tag_of_version(version: int) -> str:
    """Return the strong tag of a resource."""
    return f'"v{version}"'


def tag_of_revision(revision: int) -> str:
    """Return the weak tag of a page, which identifies the state of the whole collection."""
    return f'W/"r{revision}"'


def tag_of_body(body: str) -> str:
    """Return the strong tag of a representation without a version."""
    return f'"{hashlib.sha256(body.encode()).hexdigest()[:32]}"'


def parse_tags(header: str) -> list[tuple[str, str]]:
    """Parse a list of tags into pairs of W/ or nothing, and the opaque tag. A malformed list is empty."""
    return _TAG.findall(header) if _LIST.fullmatch(header) else []


def match(header: str | None, tag: str | None) -> bool:
    """Evaluate If-Match (strong comparison). A malformed header matches nothing, and so does a weak `tag` or none."""
    if header is None or header.strip() == "*":
        return True
    return any(f'"{opaque}"' == tag for weak, opaque in parse_tags(header) if not weak)


def none_match(header: str | None, tag: str) -> bool:
    """Evaluate If-None-Match (weak comparison). A malformed header is ignored."""
    if header is None:
        return True
    if header.strip() == "*":
        return False
    opaque = tag.removeprefix("W/").strip('"')
    return all(listed != opaque for _, listed in parse_tags(header))


def names_all(header: str) -> bool:
    """Return whether If-None-Match of a write names every tag: an asterisk, or malformed, as it was to prevent one."""
    return header.strip() == "*" or not parse_tags(header)


def if_modified(request: Request, response: Response) -> Response:
    """Evaluate the conditions of a read, If-Match first (RFC 9110, 13.2.2). Raises PreconditionFailed."""
    tag = response.headers.get("ETag")
    if not match(request.headers.get("if-match"), tag):
        raise PreconditionFailed
    if tag is None or none_match(request.headers.get("if-none-match"), tag):
        return response
    # With the type of the 200: API Gateway would add another, and caches update what they keep (RFC 9111, 3.2).
    return Response(304, {"Content-Type": response.headers["Content-Type"], "ETag": tag})


def check_target(request: Request, *, in_list: bool) -> None:
    """Evaluate the conditions of a POST, whose target is a list or has no representation (docs/adr/0015).

    Raises PreconditionFailed, also if If-None-Match names any revision of a list: which one is current is not read.
    """
    wanted, known = request.headers.get("if-match"), request.headers.get("if-none-match")
    if wanted is not None and not (in_list and wanted.strip() == "*"):  # the tags of lists are weak
        raise PreconditionFailed
    if known is not None and in_list and (names_all(known) or _names_revision(known)):
        raise PreconditionFailed


def _names_revision(header: str) -> bool:
    return any(re.fullmatch("r[0-9]+", tag) for _, tag in parse_tags(header))
