"""Entity tags, and conditional reads (RFC 9110, 8.8.3 and 13.1.2)."""

import hashlib
import re

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


def none_match(header: str | None, tag: str) -> bool:
    """Evaluate If-None-Match (weak comparison). A malformed header is ignored."""
    if header is None:
        return True
    if header.strip() == "*":
        return False
    opaque = tag.removeprefix("W/").strip('"')
    return all(listed != opaque for _, listed in parse_tags(header))
