"""create_app(): what lies between API Gateway and a handler that is one sentence.

API Gateway is the router: a function has one route, so nothing is matched at run time (docs/adr/0003).
"""

import gc
from collections.abc import Callable, Sequence
from typing import Any

from pydantic import BaseModel

from neoforge import clock, observability
from neoforge.api import cors
from neoforge.api.etag import NotModified, none_match, tag_of_body, tag_of_version
from neoforge.api.problems import problem_of
from neoforge.api.request import Request
from neoforge.api.response import JSON, POLICY, Response, rate_limit, security
from neoforge.api.routing import Route, declare
from neoforge.errors import Forbidden
from neoforge.ratelimit import window
from neoforge.settings import settings

Access = Callable[[Request], None]  # lets a caller in, or raises
Call = Callable[..., Response]  # the handler, and the rendering of what it returns
Execute = Callable[[Request, Call], Response]
Declaration = Callable[[Callable[..., Any]], Callable[..., Any]]

PRIVATE = "private, no-cache"
NO_STORE = "no-store"


def for_seconds(seconds: int) -> str:
    """Give the Cache-Control of a public answer; a CDN may give an old one while it asks for a new one (RFC 5861)."""
    return f"public, max-age={seconds}, stale-while-revalidate={2 * seconds}"


def public(_: Request) -> None:
    """Let everybody in."""


def run(_: Request, call: Call) -> Response:
    """Run a handler that writes nothing."""
    return call()


class App:
    """One endpoint."""

    route: Route

    def __init__(self, access: Access, execute: Execute, policy: str) -> None:
        self.access = access
        self.execute = execute
        self.policy = policy

    def get(self, path: str, *, cache: str = PRIVATE) -> Declaration:
        """Declare a read. `cache` is the Cache-Control of its answers."""
        return self._declare("GET", path, cache=cache)

    def post(
        self,
        path: str,
        *,
        status: int = 201,
        location: str | None = None,
        cache: str = PRIVATE,
        problems: Sequence[str] = (),
    ) -> Declaration:
        """Declare a POST. `location` is the path of what was made, with members of the answer in braces."""
        return self._declare("POST", path, status=status, location=location, cache=cache, problems=problems)

    def patch(self, path: str, *, problems: Sequence[str] = ()) -> Declaration:
        """Declare a merge patch."""
        return self._declare("PATCH", path, problems=problems)

    def delete(self, path: str, *, problems: Sequence[str] = ()) -> Declaration:
        """Declare a deletion."""
        return self._declare("DELETE", path, status=204, problems=problems)

    def handler(self, event: dict[str, Any], context: Any) -> dict[str, Any]:
        """Answer an event of API Gateway's proxy integration. Every failure is answered with a problem document."""
        started = clock.monotonic()
        request = Request(event, context)
        observability.begin(request.id)
        with clock.limited(request.deadline), window.collect_usage() as quotas:
            response = cors.preflight() if request.method == "OPTIONS" else self._respond(request)
        reports = None if settings.environment == "production" else f"{request.base_url}/v1/csp/reports"
        response.headers |= security(reports, self.policy) | cors.headers(request) | rate_limit(quotas)
        response.headers["X-Request-Id"] = request.id
        response.headers["Vary"] = "Origin" if self.access is public else "Authorization, Origin"
        milliseconds = round((clock.monotonic() - started) * 1000, 1)
        observability.end({"route": request.route, "status": response.status, "duration_ms": milliseconds})
        return response.proxy_result()

    def _respond(self, request: Request) -> Response:
        try:
            self.access(request)
            arguments = self.route.arguments(request)
            response = self.execute(request, lambda **given: self._call(request, arguments | given))
        except NotModified as current:
            return self._not_modified(current.tag)
        except Exception as error:  # noqa: BLE001 - the one place where errors become answers
            if isinstance(error, Forbidden):
                who = window.pseudonym(request.subject)
                observability.security("AuthorizationRefused", account=who, route=request.route)
            return problem_of(error).response(request.id)
        tag = response.headers.get("ETag")
        if request.method == "GET" and tag and not none_match(request.headers.get("if-none-match"), tag):
            return self._not_modified(tag)
        response.headers.setdefault("Cache-Control", self.route.cache)
        return response

    def _not_modified(self, tag: str) -> Response:
        return Response(304, {"ETag": tag, "Cache-Control": self.route.cache})

    def _call(self, request: Request, arguments: dict[str, Any]) -> Response:
        result = self.route.function(**arguments)
        if result is None:
            return Response(204)
        if not isinstance(result, BaseModel):
            return result.response(request)  # type: ignore[no-any-return]  # a Page, a File
        headers, body = {"Content-Type": JSON}, result.model_dump_json()
        if (version := getattr(result, "version", None)) is not None:
            headers["ETag"] = tag_of_version(version)
        elif self.route.method == "GET" and self.route.cache != NO_STORE:
            headers["ETag"] = tag_of_body(body)
        if self.route.location is not None:
            headers["Location"] = request.base_url + self.route.location.format_map(vars(result))
        return Response(self.route.status, headers, body)

    def _declare(
        self,
        method: str,
        path: str,
        *,
        status: int = 200,
        location: str | None = None,
        cache: str = PRIVATE,
        problems: Sequence[str] = (),
    ) -> Declaration:
        def keep(function: Callable[..., Any]) -> Callable[..., Any]:
            self.route = declare(
                function, method, path, status=status, location=location, cache=cache, problems=problems
            )
            _imported()
            return function

        return keep


def create_app(*, access: Access, execute: Execute = run, policy: str = POLICY) -> App:
    """Make an endpoint. `access` says who may call it; there is no default, so nothing is public by oversight.

    policy: the Content-Security-Policy of its answers; another one for a page only.
    """
    return App(access, execute, policy)


def _imported() -> None:
    """Turn garbage collection on again: what was imported stays, and need never be looked at."""
    gc.freeze()
    gc.enable()
