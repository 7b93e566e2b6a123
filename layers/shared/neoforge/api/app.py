"""create_app(): what lies between API Gateway and a handler.

API Gateway is the router: a function has one route, so nothing is matched at run time (docs/adr/0003).
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from pydantic import BaseModel

from neoforge import clock, observability, startup
from neoforge.api import cors
from neoforge.api.declaration import declare
from neoforge.api.etag import NotModified, check_target, if_modified, tag_of_body, tag_of_version
from neoforge.api.problems import ProblemType, problem_of
from neoforge.api.request import Request
from neoforge.api.response import (
    CONTENT_SECURITY_POLICY,
    JSON,
    Response,
    rate_limit_headers,
    security_headers,
)
from neoforge.api.routing import Route
from neoforge.errors import Forbidden
from neoforge.settings import settings

Access = Callable[[Request], None]  # admits a caller, or raises
Call = Callable[..., Response]  # calls the handler, and renders what it returns
Declaration = Callable[[Callable[..., Any]], Callable[..., Any]]


class Execution(NamedTuple):
    """How a handler is executed: `run` takes the request, the JSON value of its body, and the call to the handler."""

    run: Callable[[Request, Any, Call], Response]
    gives: Mapping[str, type]  # arguments that `run` passes to the call, by name


PRIVATE = "private, no-cache"
NO_STORE = "no-store"
IMMUTABLE = "public, max-age=31536000, immutable"  # of what has a hash of its content in its name (RFC 8246)
VARY = "Accept-Encoding, Origin"  # API Gateway compresses
VARY_BY_CALLER = "Accept-Encoding, Authorization, Origin"
RUN = Execution(lambda _request, _json, call: call(), {})  # for handlers that write nothing


def for_seconds(seconds: int) -> str:
    """Return the Cache-Control of a public answer. A CDN may serve a stale one while it revalidates (RFC 5861)."""
    return f"public, max-age={seconds}, stale-while-revalidate={2 * seconds}"


def public(_: Request) -> None:
    """Admit everyone."""


class App:
    """One endpoint."""

    route: Route

    def __init__(self, access: Access, execute: Execution, content_security_policy: str) -> None:
        self.access = access
        self.execute = execute
        self.content_security_policy = content_security_policy

    def get(
        self,
        path: str,
        *,
        summary: str,
        description: str = "",
        cache: str = PRIVATE,
        problems: Sequence[ProblemType] = (),
    ) -> Declaration:
        """Declare a GET. `cache` is the Cache-Control of its answers."""
        return self._declare("GET", path, summary=summary, description=description, cache=cache, problems=problems)

    def post(
        self,
        path: str,
        *,
        summary: str,
        description: str = "",
        status: int = 201,
        location: str | None = None,
        in_list: bool = False,
        cache: str = PRIVATE,
        problems: Sequence[ProblemType] = (),
    ) -> Declaration:
        """Declare a POST. `location` is the path of the created resource, with members of the answer in braces.

        in_list: a GET of the path lists what was created.
        """
        return self._declare(
            "POST",
            path,
            summary=summary,
            description=description,
            status=status,
            location=location,
            in_list=in_list,
            cache=cache,
            problems=problems,
        )

    def patch(
        self, path: str, *, summary: str, description: str = "", problems: Sequence[ProblemType] = ()
    ) -> Declaration:
        """Declare a PATCH, whose body is a merge patch (RFC 7396)."""
        return self._declare("PATCH", path, summary=summary, description=description, cache=PRIVATE, problems=problems)

    def delete(
        self, path: str, *, summary: str, description: str = "", problems: Sequence[ProblemType] = ()
    ) -> Declaration:
        """Declare a DELETE."""
        return self._declare(
            "DELETE",
            path,
            summary=summary,
            description=description,
            status=204,
            cache=PRIVATE,
            problems=problems,
        )

    def handler(self, event: dict[str, Any], context: Any) -> dict[str, Any]:
        """Answer an event of API Gateway's proxy integration. Every failure is answered with a problem document."""
        started = clock.monotonic()
        request = Request(event, context)
        observability.begin(request.id)
        with clock.limited(request.deadline):
            response = cors.preflight() if request.method == "OPTIONS" else self._respond(request)
        reports = None if settings.environment == "production" else f"{request.base_url}/v1/csp/reports"
        response.headers |= security_headers(reports, self.content_security_policy) | cors.headers(request)
        response.headers |= rate_limit_headers(request.usages)
        response.headers["X-Request-Id"] = request.id
        response.headers["Vary"] = VARY if self.access is public else VARY_BY_CALLER
        milliseconds = round((clock.monotonic() - started) * 1000, 1)
        observability.end({"route": request.route, "status": response.status, "duration_ms": milliseconds})
        return response.proxy_result()

    def _respond(self, request: Request) -> Response:
        try:
            request.check_path()
            self.access(request)
            arguments, json = self.route.read(request)
            response = self.execute.run(request, json, lambda **given: self._call(request, arguments | given))
            if request.method == "GET":
                response = if_modified(request, response)
        except Exception as error:  # noqa: BLE001 - the one place where errors become answers
            if isinstance(error, Forbidden) and request.caller:
                account = request.caller.pseudonym
                observability.security_event("AuthorizationRefused", account=account, route=request.route)
            return problem_of(error).response(request.id)
        response.headers.setdefault("Cache-Control", self.route.cache)
        return response

    def _call(self, request: Request, arguments: dict[str, Any]) -> Response:
        if self.route.method == "POST":
            check_target(request, in_list=self.route.in_list)
        try:
            result = self.route.function(**arguments)
        except NotModified as current:
            return Response(304, {"Content-Type": JSON, "ETag": current.tag})
        if result is None:
            return Response(204)
        if not isinstance(result, BaseModel):
            return result.response(request, self.route.query)  # type: ignore[no-any-return]  # a Page, a File
        headers, body = {"Content-Type": JSON}, result.model_dump_json()
        if (version := getattr(result, "version", None)) is not None:
            headers["ETag"] = tag_of_version(version)
        elif self.route.method == "GET" and self.route.cache != NO_STORE:
            headers["ETag"] = tag_of_body(body)
        if self.route.location is not None:
            headers["Location"] = request.base_url + self.route.location.format_map(vars(result))
        return Response(self.route.status, headers, body)

    def _declare(self, method: str, path: str, **declared: Any) -> Declaration:
        def keep(function: Callable[..., Any]) -> Callable[..., Any]:
            self.route = declare(function, method, path, gives=self.execute.gives, **declared)
            startup.finish()
            return function

        return keep


def create_app(
    *, access: Access, execute: Execution = RUN, content_security_policy: str = CONTENT_SECURITY_POLICY
) -> App:
    """Create an endpoint. `access` admits its callers; it has no default, so that nothing is public by oversight."""
    return App(access, execute, content_security_policy)
