"""The endpoints of the template with their apps, and which problems each can answer with."""

import importlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, get_origin, get_type_hints

from neoforge.api.app import NO_STORE, VARY, VARY_BY_CALLER, App, public
from neoforge.api.auth import by_source, newcomer, optional_user, requires_role
from neoforge.api.idempotency import idempotent
from neoforge.api.pagination import Page
from neoforge.api.preconditions import read_precondition
from neoforge.api.problems import ProblemType
from scripts.build.template import Json, gateway_responses
from scripts.docs.openapi import TEMPLATE, VALUES, components
from scripts.docs.openapi.reports import REPORTS

# API Gateway's own responses on a path that exists, before or instead of the function's.
GATEWAY = ("REQUEST_TOO_LARGE", "THROTTLED", "DEFAULT_5XX", "INTEGRATION_TIMEOUT")
BEARER: Json = {"bearer": []}


BODY_PROBLEMS = {
    ProblemType.MALFORMED_REQUEST,
    ProblemType.CONTENT_TOO_LARGE,
    ProblemType.UNSUPPORTED_MEDIA_TYPE,
    ProblemType.VALIDATION_FAILED,
}
IDEMPOTENCY_PROBLEMS = {
    ProblemType.INVALID_IDEMPOTENCY_KEY,
    ProblemType.REQUEST_IN_PROGRESS,
    ProblemType.IDEMPOTENCY_KEY_REUSED,
}


@dataclass(frozen=True)
class Endpoint:
    """A handler of the template."""

    tag: str
    app: App
    uses_table: bool

    @property
    def answer(self) -> Any:
        """The type of what the handler returns."""
        return get_type_hints(self.app.route.function)["return"]

    @property
    def tag_header(self) -> str | None:
        """The member of components.HEADERS that is the ETag of the answers; None if they have none."""
        if self.paged:
            return "ETag-List"
        if "version" in getattr(self.answer, "model_fields", {}):
            return "ETag"
        return "ETag-Body" if self.app.route.method == "GET" and self.app.route.cache != NO_STORE else None

    @property
    def vary(self) -> Json:
        """The Vary header."""
        return components.constant(VARY if self.app.access is public else VARY_BY_CALLER)

    @property
    def limited(self) -> bool:
        """True if requests count against a rate limit."""
        return self.app.access is not public

    @property
    def by_role(self) -> bool:
        """True if only accounts with some role are admitted."""
        return getattr(self.app.access, "__code__", None) is requires_role().__code__

    @property
    def security(self) -> list[Json]:
        """The alternatives of what a caller sends: nothing ({}), or an access token."""
        if self.app.access in {public, by_source, newcomer}:
            return []
        return [{}, BEARER] if self.app.access is optional_user else [BEARER]

    @property
    def reports(self) -> Json | None:
        """The body, if the handler parses it itself. Such a handler accepts any other body too."""
        return REPORTS.get(self.app.route.path)

    @property
    def paged(self) -> bool:
        """True if it returns a page of a list."""
        return get_origin(self.answer) is Page

    @property
    def conditional(self) -> bool:
        """True if it changes a resource that has versions."""
        return read_precondition in self.app.route.injected.values()


def endpoints() -> Iterator[Endpoint]:
    """Yield the endpoints of the template in its order."""
    for resource in TEMPLATE["Resources"].values():
        events = resource.get("Properties", {}).get("Events", {}) if "Function" in resource["Type"] else {}
        if any(event["Type"] == "Api" for event in events.values()):
            handler = resource["Properties"]["Handler"]
            module = importlib.import_module(handler.rpartition(".")[0])
            yield Endpoint(handler.partition(".")[0], module.app, uses_table="Policies" in resource["Properties"])


def problems(endpoint: Endpoint) -> list[ProblemType]:
    """Return the types of all problems that an endpoint can answer with, by status."""
    app, route = endpoint.app, endpoint.app.route
    causes: list[tuple[object, set[ProblemType]]] = [
        (BEARER in endpoint.security, {ProblemType.UNAUTHORIZED}),
        (endpoint.by_role, {ProblemType.FORBIDDEN}),
        (route.parameters, {ProblemType.NOT_FOUND}),
        (route.body, BODY_PROBLEMS),
        (endpoint.paged, {ProblemType.INVALID_CURSOR, ProblemType.VALIDATION_FAILED}),
        (route.query, {ProblemType.VALIDATION_FAILED}),
        (endpoint.conditional, {ProblemType.MALFORMED_REQUEST}),  # too many tags
        (app.execute is idempotent, IDEMPOTENCY_PROBLEMS),
        (endpoint.uses_table and not endpoint.reports, {ProblemType.SERVICE_UNAVAILABLE}),
    ]
    found = {ProblemType.PRECONDITION_FAILED}
    found |= {kind for holds, kinds in causes if holds for kind in kinds} | set(route.problems)
    own = gateway_responses(TEMPLATE, VALUES)
    found |= {ProblemType(json.loads(own[name].template)["type"].rpartition("/")[2]) for name in GATEWAY}
    return [kind for kind in ProblemType if kind in found]
