import pytest

from neoforge.api import cors
from neoforge.settings import settings
from tests.unit.helpers import request


@pytest.mark.parametrize("origin", sorted(settings.allowed_origins))
def test_an_allowed_origin_gets_the_cors_headers(origin: str) -> None:
    headers = cors.headers(request(headers={"ORIGIN": origin}))
    assert headers == {"Access-Control-Allow-Origin": origin, "Access-Control-Expose-Headers": cors.EXPOSED}


@pytest.mark.parametrize(
    "origin", ["*", "null", "", "http://localhost:5173/", "HTTP://LOCALHOST:5173", "http://localhost"]
)
def test_any_other_origin_gets_no_cors_headers(origin: str) -> None:
    assert cors.headers(request(headers={"Origin": origin})) == {}
    assert cors.headers(request()) == {}


def test_preflights_do_not_share_their_headers() -> None:
    cors.preflight().headers["X"] = "1"
    assert "X" not in cors.preflight().headers


def test_credentials_are_never_allowed() -> None:
    assert not any("Credentials" in name for name in cors.PREFLIGHT)
