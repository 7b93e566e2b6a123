"""The precondition of a change: If-Match and If-None-Match (RFC 9110, 13.1)."""

import re
from typing import Annotated

from neoforge import models
from neoforge.api.declaration import FromRequest
from neoforge.api.etag import names_all, parse_tags
from neoforge.api.problems import Problem, ProblemType
from neoforge.api.request import Request

MAX_TAGS = 100  # operands that DynamoDB accepts in a condition


def read_precondition(request: Request) -> models.Precondition:
    """Read the versions that a change applies to. Raises malformed-request.

    If-Match compares strongly: a weak, foreign or malformed tag names no version. If-None-Match compares weakly;
    a malformed one names every version, as it was to prevent something.
    """
    wanted, known = request.headers.get("if-match"), request.headers.get("if-none-match")
    versions = None if wanted is None or wanted.strip() == "*" else _versions("If-Match", wanted, weak=False)
    if known is None:
        return models.Precondition(versions)
    if names_all(known):
        return models.Precondition(frozenset())  # a resource that exists has a representation
    excluded = _versions("If-None-Match", known, weak=True)
    return models.Precondition(None, excluded) if versions is None else models.Precondition(versions - excluded)


# What a handler may take as a parameter.
Precondition = Annotated[models.Precondition, FromRequest(read_precondition)]


def _versions(name: str, header: str, *, weak: bool) -> frozenset[int]:
    tags = [tag for prefix, tag in parse_tags(header) if weak or not prefix]
    versions = frozenset(int(tag[1:]) for tag in tags if re.fullmatch("v[1-9][0-9]{0,14}", tag))
    if len(versions) > MAX_TAGS:
        raise Problem(ProblemType.MALFORMED_REQUEST, f"{name} names more than {MAX_TAGS} versions.")
    return versions
