"""A login with a wrong password and one with an unknown e-mail take the same time."""

from collections.abc import Iterator
from statistics import median
from time import perf_counter

import pytest
from argon2 import PasswordHasher

from neoforge.accounts import passwords
from neoforge.ratelimit.limiter import Limiter
from tests.api import event, invoke
from tests.callers import empty_table, sign_in

KNOWN, UNKNOWN = "ada@example.com", "eva@example.com"  # as long
CALLS = 200  # of each
HASHER: PasswordHasher = passwords._hasher  # with the real parameters


@pytest.fixture(autouse=True)
def _table() -> Iterator[None]:
    with empty_table():
        yield


def test_a_wrong_password_and_an_unknown_address_take_the_same_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """With the real parameters; interleaved, so that whatever else the machine does meets both. Nobody is counted:
    moto's updates would take more time than the hashes, and are the same for both."""
    monkeypatch.setattr(passwords, "_hasher", HASHER)
    monkeypatch.setattr(Limiter, "hit", lambda *_: None)
    sign_in(KNOWN)
    times: dict[str, list[float]] = {KNOWN: [], UNKNOWN: []}
    for number in range(CALLS):
        for email in (KNOWN, UNKNOWN) if number % 2 else (UNKNOWN, KNOWN):
            body = {"email": email, "password": "wrong password"}
            made = event("POST", "/v1/auth/login", body=body, source_ip=f"10.0.0.{number}")
            started = perf_counter()
            response = invoke(*made)
            times[email].append(perf_counter() - started)
            assert response.status == 401
    wrong, unknown = (median(seconds) for seconds in times.values())
    assert abs(wrong - unknown) < 0.1 * min(wrong, unknown), (wrong, unknown)
