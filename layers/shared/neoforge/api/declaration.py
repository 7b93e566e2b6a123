"""Declarations: a handler's signature says what it takes from the request.

name in the path                   path parameter, validated by its type; an invalid one is 404
name with a default                query parameter, validated by its type
pydantic model                     body: application/json, and for PATCH application/merge-patch+json (RFC 7396)
type with from_request             PageRequest, Request
Annotated[…, FromRequest(read)]    Caller, Limiter, Precondition
given by the app's `execute`       work: UnitOfWork, committed together with the answer

A handler that is declared in any other way cannot be imported.
"""

import inspect
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple, get_type_hints

from pydantic import BaseModel, TypeAdapter

from neoforge.api.problems import ProblemType
from neoforge.api.request import Request
from neoforge.api.routing import BODY_TYPES, Route


class DeclarationError(TypeError):
    """A handler is declared wrongly."""

    def __init__(self, function: Callable[..., Any], message: str) -> None:
        code = function.__code__
        super().__init__(f"{code.co_filename}:{code.co_firstlineno}: {function.__name__}(): {message}")


class FromRequest(NamedTuple):
    """Annotates the type of a parameter with how its value is read from the request."""

    from_request: Callable[[Request], Any]


class _Parameters:
    """The parameters of a handler by kind."""

    def __init__(self, function: Callable[..., Any], method: str, path: str, gives: Mapping[str, type]) -> None:
        self.function, self.method = function, method
        self.path: dict[str, TypeAdapter[Any]] = {}
        self.query: dict[str, TypeAdapter[Any]] = {}
        self.body: tuple[str, type[BaseModel]] | None = None
        self.injected: dict[str, Callable[[Request], Any]] = {}
        hints, parameters = get_type_hints(function, include_extras=True), inspect.signature(function).parameters
        self.returned = hints.get("return")
        for name in re.findall(r"{(\w+)}", path):
            if name not in hints:
                raise DeclarationError(function, f"{{{name}}} of {path} is missing: add a parameter {name} with a type")
            self.path[name] = TypeAdapter(hints[name])
        for name, kind in gives.items():
            if hints.get(name) is not kind:
                message = f"its `execute` gives {name}: add a parameter {name}: {kind.__name__}, or change `execute`"
                raise DeclarationError(function, message)
        for name, parameter in parameters.items():
            if name not in {*self.path, *gives}:
                self._add(name, hints.get(name), has_default=parameter.default is not parameter.empty)

    def _add(self, name: str, kind: Any, *, has_default: bool) -> None:
        sources = [kind, *getattr(kind, "__metadata__", ())]
        if readers := [source.from_request for source in sources if hasattr(source, "from_request")]:
            self.injected[name] = readers[0]
        elif isinstance(kind, type) and issubclass(kind, BaseModel):
            self._set_body(name, kind)
        elif has_default:
            self.query[name] = TypeAdapter(kind)
        else:
            message = (
                f"{name} is of no known kind: put {{{name}}} into the path, give it a default if it is a query"
                " parameter, a type with from_request, or `execute=idempotent` if it is work: UnitOfWork"
            )
            raise DeclarationError(self.function, message)

    def _set_body(self, name: str, model: type[BaseModel]) -> None:
        if self.method not in BODY_TYPES or self.body:
            raise DeclarationError(self.function, f"{name}: a {self.method} cannot take this body; remove it")
        model.model_rebuild()  # now, and not with the first request
        self.body = name, model


def declare(
    function: Callable[..., Any],
    method: str,
    path: str,
    *,
    gives: Mapping[str, type],
    summary: str,
    description: str,
    cache: str,
    status: int = 200,
    location: str | None = None,
    in_list: bool = False,
    problems: Sequence[ProblemType],
) -> Route:
    """Return the route of a handler. Raises DeclarationError."""
    parameters = _Parameters(function, method, path, gives)
    members = getattr(parameters.returned, "model_fields", {})
    for name in re.findall(r"{(\w+)}", location or ""):
        if name not in members:
            raise DeclarationError(function, f"location names {{{name}}}, which the answer does not have: correct it")
    for problem in problems:
        if not isinstance(problem, ProblemType):
            raise DeclarationError(function, f"problems has {problem!r}: use members of ProblemType")
    return Route(
        method=method,
        path=path,
        function=function,
        summary=summary,
        description=description,
        status=status,
        location=location,
        in_list=in_list,
        cache=cache,
        problems=problems,
        parameters=parameters.path,
        query=parameters.query,
        body=parameters.body,
        injected=parameters.injected,
    )
