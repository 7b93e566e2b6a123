"""Conditional changes (RFC 9110, 13.1.1)."""

import re
from typing import Self

from neoforge.api.etag import parse_tags
from neoforge.api.problems import Problem, ProblemType
from neoforge.api.request import Request
from neoforge.models import Precondition

MAX_TAGS = 100  # operands that DynamoDB accepts in a condition


class IfMatch(Precondition):
    """If-Match as the precondition of a change."""

    __slots__ = ()

    @classmethod
    def from_request(cls, request: Request) -> Self:
        """Read the header (strong comparison). A weak, foreign or malformed tag matches no version."""
        header = request.headers.get("if-match")
        if header is None or header.strip() == "*":
            return cls(None)
        numbers = (tag[1:] for weak, tag in parse_tags(header) if not weak and re.fullmatch(r"v[1-9]\d{0,14}", tag))
        versions = frozenset(map(int, numbers))
        if len(versions) > MAX_TAGS:
            raise Problem(ProblemType.MALFORMED_REQUEST, f"If-Match names more than {MAX_TAGS} versions.")
        return cls(versions)
