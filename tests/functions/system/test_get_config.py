"""GET /v1/config."""

from tests.api import call
from tests.catalog import FUNCTIONS


def test_a_front_end_learns_what_it_needs() -> None:
    response = call("GET", "/v1/config")
    body = response.json()
    assert response.status == 200
    assert body["environment"] == "local"
    assert body["api_base"].startswith("https://")
    assert body["api_base"].endswith("/api/v1")
    assert body["limits"]["max_page_size"] == 100
    assert body["limits"]["default_page_size"] == 20
    assert body["limits"]["max_body_bytes"] == 256 * 1024
    assert body["limits"]["idempotency_seconds"] == 24 * 3600


def test_the_features_are_the_domains_of_the_catalogue_and_registration() -> None:
    always = {"account", "admin", "auth", "csp", "schedules", "system"}
    domains = {handler.partition(".")[0] for handler in FUNCTIONS} - always
    features = call("GET", "/v1/config").json()["features"]
    assert features == dict.fromkeys([*domains, "registration"], True)


def test_the_configuration_may_be_cached_by_anyone() -> None:
    headers = call("GET", "/v1/config").headers
    assert headers["Cache-Control"] == "public, max-age=300, stale-while-revalidate=600"
    assert "Authorization" not in headers["Vary"]


def test_the_configuration_tells_nothing_secret() -> None:
    text = call("GET", "/v1/config").text
    for inside in ("neoforge-test", "not-a-secret", "arn:", "SIGNING"):
        assert inside not in text
