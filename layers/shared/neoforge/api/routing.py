"""A route: what a handler's signature declares, and how a request becomes its arguments.

name in the path          path parameter, validated by its type; what cannot name anything is 404
name with a default       query parameter, validated by its type
pydantic model            the body; application/json, and for PATCH application/merge-patch+json (RFC 7396)
type with from_request    read from the request: Caller, PageRequest, IfMatch, Request
work: UnitOfWork          given by the app's `execute`, which commits it with the answer
"""

import inspect
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple, get_type_hints
from urllib.parse import quote

from pydantic import BaseModel, TypeAdapter, ValidationError
from pydantic_core import from_json

from neoforge.api.problems import Problem, invalid
from neoforge.api.request import Request

OBJECT = "Input should be an object"  # pydantic would name our class
BODY_TYPES = {"POST": {"application/json"}, "PATCH": {"application/json", "application/merge-patch+json"}}


class Route(NamedTuple):
    """A handler with its declaration."""

    method: str
    path: str
    function: Callable[..., Any]
    status: int  # of its success
    location: str | None  # path of what was made, with members of the answer in braces
    cache: str  # Cache-Control of its answers
    parameters: Mapping[str, TypeAdapter[Any]]  # of the path
    query: Mapping[str, TypeAdapter[Any]]
    body: tuple[str, type[BaseModel]] | None
    injected: Mapping[str, Any]  # types with from_request
    problems: Sequence[str]  # of its own, beside the ones that follow from the rest; for the OpenAPI document

    def arguments(self, request: Request) -> dict[str, Any]:
        """Read the handler's arguments. Raises the problem of the first part that is not as declared."""
        arguments = {}
        for name, adapter in self.parameters.items():
            try:
                arguments[name] = adapter.validate_python(request.path_parameters.get(name))
            except ValidationError as error:
                raise Problem("not-found", "There is no such resource.") from error
        for name, adapter in self.query.items():
            if name in request.query:
                arguments[name] = _query(name, adapter, request.query[name])
        if self.body:
            arguments[self.body[0]] = _body(request, self.body[1])
        for name, kind in self.injected.items():
            arguments[name] = kind.from_request(request)
        return arguments


def declare(
    function: Callable[..., Any],
    method: str,
    path: str,
    *,
    status: int,
    location: str | None,
    cache: str,
    problems: Sequence[str],
) -> Route:
    """Make the route of a handler from its signature."""
    parameters, query, body, injected = {}, {}, None, {}
    hints = get_type_hints(function, include_extras=True)
    for name, parameter in inspect.signature(function).parameters.items():
        kind = hints[name]
        if f"{{{name}}}" in path:
            parameters[name] = TypeAdapter(kind)
        elif hasattr(kind, "from_request"):
            injected[name] = kind
        elif isinstance(kind, type) and issubclass(kind, BaseModel):
            kind.model_rebuild()
            body = (name, kind)
        elif parameter.default is not parameter.empty:
            query[name] = TypeAdapter(kind)
    return Route(method, path, function, status, location, cache, parameters, query, body, injected, problems)


def _query(name: str, adapter: TypeAdapter[Any], text: str) -> Any:
    """Read a query parameter. Raises validation-failed."""
    try:
        value = adapter.validate_strings(text)
    except ValidationError as error:
        found = error.errors(include_url=False, include_input=False)
        raise invalid(*[(f"#/query/{name}", e["msg"]) for e in found]) from error
    if isinstance(value, int) and str(value) != text:  # pydantic takes 1_0 and 7.0 too
        raise invalid((f"#/query/{name}", "Input should be a whole number in decimal digits"))
    return value


def _body(request: Request, model: type[BaseModel]) -> BaseModel:
    """Read the body. Raises unsupported-media-type, content-too-large, malformed-request or validation-failed."""
    content = request.body()
    allowed = BODY_TYPES[request.method]
    if request.media_type not in allowed:
        accepted = {"Accept-Patch": ", ".join(sorted(allowed))} if request.method == "PATCH" else None  # RFC 5789, 2.2
        raise Problem("unsupported-media-type", f"The body must be {' or '.join(sorted(allowed))}.", headers=accepted)
    try:
        request.json = from_json(content, allow_inf_nan=False)
    except ValueError as error:
        raise Problem("malformed-request", "The body is not valid JSON.") from error
    try:
        return model.model_validate(request.json)
    except ValidationError as error:
        found = error.errors(include_url=False, include_input=False)
        details = [(_pointer(e["loc"]), OBJECT if e["type"] == "model_type" else e["msg"]) for e in found]
        raise invalid(*details) from error


def _pointer(location: tuple[int | str, ...]) -> str:
    """Write a JSON pointer as a URI fragment (RFC 6901, 6)."""
    return "#" + "".join("/" + quote(str(part).replace("~", "~0").replace("/", "~1"), safe="~") for part in location)
