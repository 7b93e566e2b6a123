"""Access without an account; the limiter is tested in tests/unit/ratelimit."""

import pytest

from neoforge.accounts.tokens import Token
from neoforge.api.auth import by_source, optional_user
from neoforge.errors import QuotaExceeded, Unauthenticated, Unavailable
from neoforge.ratelimit.policy import Policy, policies
from tests.functions.helpers import client_error, failing
from tests.unit.helpers import let_in, new_user, request

pytestmark = pytest.mark.usefixtures("dynamodb", "pauses")
AWAY = client_error("ThrottlingException")


@pytest.fixture
def token() -> Token:
    return let_in(new_user())


def test_by_source_counts_by_the_source_that_api_gateway_saw(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(policies(), "auth", Policy("auth", 3, 60))

    def come(number: int, source_ip: str = "192.0.2.1") -> bool:
        forged = f"198.51.100.{number}"
        names = ("X-Forwarded-For", "Forwarded", "X-Real-IP", "True-Client-IP", "CF-Connecting-IP")
        headers = dict.fromkeys(names, forged)
        made = request("POST", "/v1/auth/login", headers=headers, source_ip=source_ip)
        by_source(made)  # refuses nobody: the handler knows who is known by more than the address
        return made.usages[0].exceeded

    assert [come(number) for number in range(4)] == [False, False, False, True]
    assert not come(4, source_ip="192.0.2.2")


def test_by_source_is_unavailable_while_requests_cannot_be_counted() -> None:
    with failing(AWAY, operation="UpdateItem"), pytest.raises(Unavailable):
        by_source(request("POST", "/v1/auth/login"))


def test_optional_user_counts_a_request_with_a_token_against_its_account(token: Token) -> None:
    made = request("POST", headers={"Authorization": f"Bearer {token.issue('access')}"})
    optional_user(made)
    assert made.caller
    assert made.caller.user_id == token.user_id
    assert [usage.policy.name for usage in made.usages] == ["write"]


@pytest.mark.parametrize("authorization", ["", "Bearer x", "Basic x"])
def test_optional_user_refuses_an_invalid_token(authorization: str) -> None:
    with pytest.raises(Unauthenticated):
        optional_user(request("POST", headers={"Authorization": authorization}))


def test_optional_user_counts_a_request_without_a_token_by_source_against_anonymous(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(policies(), "anonymous", Policy("anonymous", 2, 60))
    for number in range(2):
        made = request("POST", headers={"X-Forwarded-For": f"198.51.100.{number}"})
        optional_user(made)
        assert made.caller is None
    with pytest.raises(QuotaExceeded):
        optional_user(request("POST"))
    optional_user(request("POST", source_ip="192.0.2.2"))
    by_source(request("POST", "/v1/auth/login"))


def test_optional_user_is_unavailable_while_requests_cannot_be_counted() -> None:
    with failing(AWAY, operation="UpdateItem"), pytest.raises(Unavailable):
        optional_user(request("POST"))
