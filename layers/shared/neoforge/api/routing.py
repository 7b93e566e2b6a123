"""Routes: how a request becomes the arguments of a handler, as its signature declares them (see declaration.py)."""

import re
from collections.abc import Callable, Mapping, Sequence
from json import loads
from typing import Any, NamedTuple
from urllib.parse import quote

from pydantic import BaseModel, TypeAdapter, ValidationError
from pydantic_core import from_json

from neoforge.api.problems import Problem, ProblemType, invalid
from neoforge.api.request import Request

OBJECT = "Input should be an object"  # pydantic would name our class
MAX_ERRORS = 100  # that a problem tells of a body; an answer must not be many times as large as its request
MAX_POINTER = 256  # characters
UTF_8 = {"utf-8", "utf8", "us-ascii"}
ACCEPTED_CODINGS = "gzip, deflate, identity"  # the first two are decoded by API Gateway
BODY_TYPES = {"POST": {"application/json"}, "PATCH": {"application/json", "application/merge-patch+json"}}
_DIGITS = re.compile("0|[1-9][0-9]*")


class Input(NamedTuple):
    """The arguments of a handler, and the JSON value of the body; None for a route without one."""

    arguments: dict[str, Any]
    json: Any


class Route(NamedTuple):
    """A handler with its declaration."""

    method: str
    path: str
    function: Callable[..., Any]
    summary: str
    description: str
    status: int  # of the success
    location: str | None  # path of the created resource, with members of the answer in braces
    in_list: bool  # a GET of the path lists what was created
    cache: str  # Cache-Control of the answers
    problems: Sequence[ProblemType]  # besides those that follow from everything else; for the OpenAPI document
    parameters: Mapping[str, TypeAdapter[Any]]  # of the path
    query: Mapping[str, TypeAdapter[Any]]
    body: tuple[str, type[BaseModel]] | None
    injected: Mapping[str, Callable[[Request], Any]]  # by parameter, how it is read from the request

    def read(self, request: Request) -> Input:
        """Read the handler's arguments. Raises the problem of the first part that is not as declared."""
        arguments: dict[str, Any] = {}
        json = None
        for name, adapter in self.parameters.items():
            try:
                arguments[name] = adapter.validate_python(request.path_parameters.get(name))
            except ValidationError as error:
                raise Problem(ProblemType.NOT_FOUND, "There is no such resource.") from error
        for name, adapter in self.query.items():
            if name in request.query:
                arguments[name] = read_query(request, name, adapter)
        if self.body:
            name, model = self.body
            json = _json(request)
            arguments[name] = _validate(model, json)
        for name, read in self.injected.items():
            arguments[name] = read(request)
        return Input(arguments, json)


def read_query(request: Request, name: str, adapter: TypeAdapter[Any]) -> Any:
    """Read a query parameter; None if it was not sent. Raises validation-failed, also for one that was sent twice."""
    values = request.query.get(name)
    if values is None:
        return None
    if len(values) > 1:
        raise invalid((f"#/query/{name}", "Input should be given once"))
    try:
        value = adapter.validate_strings(values[0])
    except ValidationError as error:
        found = error.errors(include_url=False, include_input=False)
        raise invalid(*[(f"#/query/{name}", e["msg"]) for e in found]) from error
    if type(value) is int and not _DIGITS.fullmatch(values[0]):  # pydantic accepts 020, +1, 1_0 and 7.0 too
        raise invalid((f"#/query/{name}", "Input should be a whole number in decimal digits"))
    return value


def _json(request: Request) -> Any:
    """Parse the body. Raises unsupported-media-type, content-too-large or malformed-request."""
    content = request.body()
    allowed = BODY_TYPES[request.method]
    media_type, charsets = request.content_type
    if not request.is_decoded:
        detail = f"The body must be in one of the codings {ACCEPTED_CODINGS}."
        headers = {"Accept-Encoding": ACCEPTED_CODINGS}  # RFC 9110, 15.5.16
        raise Problem(ProblemType.UNSUPPORTED_MEDIA_TYPE, detail, headers=headers)
    if media_type not in allowed:
        accepted = {"Accept-Patch": ", ".join(sorted(allowed))} if request.method == "PATCH" else None  # RFC 5789, 2.2
        detail = f"The body must be {' or '.join(sorted(allowed))}."
        raise Problem(ProblemType.UNSUPPORTED_MEDIA_TYPE, detail, headers=accepted)
    if not UTF_8.issuperset(charsets):
        raise Problem(ProblemType.UNSUPPORTED_MEDIA_TYPE, "The body must be in UTF-8.")  # RFC 8259, 8.1
    try:
        json = from_json(content, allow_inf_nan=False)
        loads(content, object_pairs_hook=_unique)  # pydantic lets the last of two members of one name count
    except ValueError as error:
        raise Problem(ProblemType.MALFORMED_REQUEST, "The body is not valid JSON.") from error
    return json


def _unique(members: list[tuple[str, Any]]) -> dict[str, Any]:
    """Return an object. Raises malformed-request, as programs differ in which of two members counts (RFC 8259, 4)."""
    found = dict(members)
    if len(found) < len(members):
        raise Problem(ProblemType.MALFORMED_REQUEST, "The body names a member twice.")
    return found


def _validate(model: type[BaseModel], json: Any) -> BaseModel:
    """Validate the JSON value of the body. Raises validation-failed."""
    try:
        return model.model_validate(json)
    except ValidationError as error:
        found = error.errors(include_url=False, include_input=False)
        details = [(_pointer(e["loc"]), OBJECT if e["type"] == "model_type" else e["msg"]) for e in found[:MAX_ERRORS]]
        raise invalid(*details) from error


def _pointer(location: tuple[int | str, ...]) -> str:
    """Return a JSON pointer as a URI fragment (RFC 6901, 6); to the whole body if it would be long."""
    pointer = "".join("/" + quote(str(part).replace("~", "~0").replace("/", "~1"), safe="~") for part in location)
    return f"#{pointer if len(pointer) <= MAX_POINTER else ''}"
