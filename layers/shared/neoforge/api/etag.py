"""Entity tags and conditional requests (RFC 9110, 8.8.3 and 13)."""

import hashlib
import re
from typing import Self

from neoforge.api.problems import Problem
from neoforge.api.request import Request
from neoforge.models import Precondition

MAX_TAGS = 100  # operands that DynamoDB takes in a condition
_TAG = re.compile(r'(W/)?"([\x21\x23-\x7e\x80-\xff]*)"')
_LIST = re.compile(rf"\s*(?:{_TAG.pattern}\s*)?(?:,\s*(?:{_TAG.pattern}\s*)?)*")


def tag_of_version(version: int) -> str:
    """Make the strong tag of a resource."""
    return f'"v{version}"'


def tag_of_revision(revision: int) -> str:
    """Make the weak tag of a page: it stands for the state of the whole collection."""
    return f'W/"r{revision}"'


def tag_of_body(body: str) -> str:
    """Make the strong tag of what has no version of its own."""
    return f'"{hashlib.sha256(body.encode()).hexdigest()[:32]}"'


def _tags(header: str) -> list[tuple[str, str]] | None:
    """Split a list of tags into (W/ or nothing, opaque tag); None if it is not one."""
    return _TAG.findall(header) if _LIST.fullmatch(header) else None


def none_match(header: str | None, tag: str) -> bool:
    """Tell whether If-None-Match holds: no tag of it equals `tag` (weak comparison). A malformed one is ignored."""
    if header is None:
        return True
    if header.strip() == "*":
        return False
    opaque = tag.removeprefix("W/").strip('"')
    return all(listed != opaque for _, listed in _tags(header) or [])


class NotModified(Exception):
    """The caller has this state already."""

    def __init__(self, tag: str) -> None:
        super().__init__(tag)
        self.tag = tag


class IfMatch(Precondition):
    """If-Match as the precondition of a change (RFC 9110, 13.1.1)."""

    __slots__ = ()

    @classmethod
    def from_request(cls, request: Request) -> Self:
        """Strong comparison: a weak, foreign or malformed tag matches no version."""
        header = request.headers.get("if-match")
        if header is None or header.strip() == "*":
            return cls(None)
        numbers = (tag[1:] for weak, tag in _tags(header) or [] if not weak and re.fullmatch(r"v[1-9]\d{0,14}", tag))
        versions = frozenset(map(int, numbers))
        if len(versions) > MAX_TAGS:
            raise Problem("malformed-request", f"If-Match names more than {MAX_TAGS} versions.")
        return cls(versions)
