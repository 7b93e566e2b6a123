import json
from typing import Any

import pytest
from pydantic import BaseModel

from neoforge.api.app import App, create_app, for_seconds, public
from neoforge.api.etag import tag_of_body
from neoforge.api.request import Request
from neoforge.errors import Forbidden, QuotaExceeded
from neoforge.ratelimit.policy import Policy
from neoforge.ratelimit.window import WindowCounter
from neoforge.settings import settings
from scripts.build.template import Json
from tests.api import Context, event


class Thing(BaseModel):
    id: str = "1"
    version: int = 3


class Plain(BaseModel):
    a: str = "é"


def answer(app: App, method: str = "GET", **parts: Any) -> Json:
    made = event(method, "/v1/notes", **parts)[1]
    return app.handler(made, Context())


def app_of(result: Any, **declaration: Any) -> App:
    app = create_app(access=public)
    app.get("/v1/notes", summary="Get", **declaration)(lambda: result)
    return app


def test_access_has_no_default() -> None:
    with pytest.raises(TypeError, match="access"):
        create_app()  # type: ignore[call-arg]


def test_access_is_checked_before_anything_is_read() -> None:
    def nobody(_: Request) -> None:
        raise Forbidden

    class Body(BaseModel):
        a: int

    app = create_app(access=nobody)
    called: list[Body] = []

    @app.post("/v1/notes", summary="Create")
    def make(body: Body) -> None:
        called.append(body)

    assert answer(app, "POST", body="{")["statusCode"] == 403
    assert called == []


def test_the_etag_is_that_of_the_version_or_else_of_the_body() -> None:
    assert answer(app_of(Thing()))["headers"]["ETag"] == '"v3"'
    plain = answer(app_of(Plain()))
    tag = plain["headers"]["ETag"]
    assert tag == tag_of_body(plain["body"]) != answer(app_of(Plain(a="b")))["headers"]["ETag"]
    again = answer(app_of(Plain()), headers={"If-None-Match": tag})
    assert (again["statusCode"], again["headers"]["ETag"], again["body"]) == (304, tag, "")


def test_an_answer_that_is_not_stored_or_not_of_a_get_has_no_etag() -> None:
    assert "ETag" not in answer(app_of(Plain(), cache="no-store"))["headers"]
    app = create_app(access=public)
    app.post("/v1/notes", summary="Create")(Plain)
    assert "ETag" not in answer(app, "POST")["headers"]


def test_a_public_answer_may_be_served_for_seconds_and_stale_while_revalidating() -> None:
    assert for_seconds(15) == "public, max-age=15, stale-while-revalidate=30"
    headers = answer(app_of(Plain()))["headers"]
    assert headers["Cache-Control"] == "private, no-cache"  # unless it says so


def test_an_answer_is_json_in_utf_8() -> None:
    result = answer(app_of(Plain()))
    assert (result["body"], result["isBase64Encoded"]) == ('{"a":"é"}', False)
    assert result["headers"]["Content-Type"] == "application/json; charset=utf-8"


def test_an_answer_without_a_body_is_204() -> None:
    result = answer(app_of(None))
    assert (result["statusCode"], result["body"]) == (204, "")


def test_a_location_is_filled_with_members_of_the_answer() -> None:
    app = create_app(access=public)

    @app.post("/v1/notes", summary="Create", location="/v1/things/{id}/{version}")
    def create() -> Thing:
        return Thing()

    result = answer(app, "POST")
    assert result["statusCode"] == 201
    assert result["headers"]["Location"].endswith("/api/v1/things/1/3")


def test_a_public_answer_does_not_vary_with_the_caller() -> None:
    assert answer(app_of(Plain()))["headers"]["Vary"] == "Accept-Encoding, Origin"


def test_304_is_for_reads_only() -> None:
    app = create_app(access=public)
    app.post("/v1/notes", summary="Create")(Thing)
    assert answer(app_of(Thing()), headers={"If-None-Match": '"v3"'})["statusCode"] == 304
    assert answer(app, "POST", headers={"If-None-Match": '"v3"'})["statusCode"] == 201


@pytest.mark.parametrize("cache", ["no-store", "public, max-age=5, stale-while-revalidate=10"])
def test_the_declared_cache_control_is_that_of_200_and_304(cache: str) -> None:
    app = app_of(Thing(), cache=cache)
    for headers in ({}, {"If-None-Match": "*"}):
        assert answer(app, headers=headers)["headers"]["Cache-Control"] == cache


def test_an_error_in_rendering_the_answer_is_a_problem_too() -> None:
    result = answer(app_of(object()))
    assert (result["statusCode"], json.loads(result["body"])["title"]) == (500, "Internal error")


def test_options_never_calls_the_handler() -> None:
    app = create_app(access=public)
    app.get("/v1/notes", summary="Get")(lambda: pytest.fail("called"))
    assert answer(app, "OPTIONS")["statusCode"] == 204


def test_one_request_leaves_no_headers_for_the_next() -> None:
    first, second = (answer(app_of(Plain()), headers={"Origin": one}) for one in ("https://app.example.com", "x"))
    assert "Access-Control-Allow-Origin" in first["headers"]
    assert "Access-Control-Allow-Origin" not in second["headers"]


@pytest.mark.parametrize("error", [None, Forbidden(), QuotaExceeded(7), RuntimeError("bug")], ids=repr)
def test_every_answer_has_the_rate_limit_headers_of_its_request(error: Exception | None) -> None:
    def count(request: Request) -> None:
        request.usages.append(WindowCounter(Policy("read", 5, 60), 1e9).usage({"read#100000000": 2}))
        if error:
            raise error

    app = create_app(access=count)
    app.get("/v1/notes", summary="Get")(Plain)
    for _ in range(2):
        headers = answer(app)["headers"]
        assert (headers["RateLimit-Policy"], headers["RateLimit"]) == ('"read";q=5;w=60', '"read";r=3;t=70')
    assert "RateLimit" not in answer(app, "OPTIONS")["headers"]
    assert "RateLimit" not in answer(app_of(Plain()))["headers"]


@pytest.mark.parametrize(("environment", "reports"), [("local", True), ("staging", True), ("production", False)])
def test_browsers_report_violations_outside_production(
    environment: str, reports: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "environment", environment)
    headers = answer(app_of(Plain()))["headers"]
    assert ("Reporting-Endpoints" in headers) == reports
    assert ("/api/v1/csp/reports; report-to csp" in headers["Content-Security-Policy"]) == reports
