"""GET /v1/health."""

from tests.api import call
from tests.functions.helpers import failing


def test_health_is_ok_and_asks_nothing_of_the_database() -> None:
    with failing(*[OSError("down")] * 10) as sent:
        response = call("GET", "/v1/health")
    assert (response.status, response.json()) == (200, {"status": "ok"})
    assert response.headers["Cache-Control"] == "no-store"
    assert sent == []
