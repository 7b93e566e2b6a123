import re
import time
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from neoforge import clock

ID = re.compile(r"prj_[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
SECONDS = st.floats(0, 4_000_000_000)


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "1970-01-01T00:00:00.000Z"),
        (1795339800.5, "2026-11-22T09:30:00.500Z"),
        (951782399.999, "2000-02-28T23:59:59.999Z"),
    ],
)
def test_a_timestamp_is_rfc_3339_in_utc_with_milliseconds(seconds: float, text: str) -> None:
    assert clock.timestamp(seconds) == text


@given(SECONDS, SECONDS)
def test_timestamps_sort_by_time(one: float, other: float) -> None:
    if one <= other:
        assert clock.timestamp(one) <= clock.timestamp(other)


@given(SECONDS)
def test_a_timestamp_is_less_than_a_millisecond_off(seconds: float) -> None:
    assert abs(datetime.fromisoformat(clock.timestamp(seconds)).timestamp() - seconds) < 0.001


def test_an_id_is_a_uuid_of_version_7_with_its_prefix() -> None:
    assert ID.fullmatch(clock.new_id("prj"))


def test_ids_are_unique_and_sort_by_creation_time() -> None:
    ids = [clock.new_id("prj") for _ in range(200)]  # each lies a millisecond further in the future
    assert ids == sorted(set(ids))


def test_the_time_of_an_id_is_when_it_was_created() -> None:
    before = clock.timestamp(time.time() - 0.001)
    assert before <= clock.time_of_id(clock.new_id("prj")) <= clock.timestamp(time.time() + 1)
    assert clock.time_of_id("prj_01a20538-11bf-7304-bb36-19bcf1775ed8") == clock.timestamp(0x01A2053811BF / 1000)


def test_secrets_are_43_url_safe_characters_and_unique() -> None:
    secrets = {clock.new_secret() for _ in range(1000)}
    assert len(secrets) == 1000
    assert all(re.fullmatch(r"[\w-]{43}", secret, re.ASCII) for secret in secrets)


def test_a_client_request_token_has_at_most_36_characters() -> None:
    assert 1 <= len(clock.new_token()) <= 36
    assert clock.new_token() != clock.new_token()


@pytest.mark.parametrize(("attempt", "longest"), [(0, 0.01), (1, 0.02), (4, 0.16), (5, 0.2), (1000, 0.2)])
def test_a_pause_grows_to_200_ms_with_full_jitter(
    attempt: int, longest: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    slept: list[float] = []
    monkeypatch.setattr(time, "sleep", slept.append)
    for _ in range(200):
        clock.pause(attempt)
    assert max(slept) <= longest
    assert min(slept) < longest / 4
    assert max(slept) > longest / 2


def test_the_monotonic_clock_never_goes_back() -> None:
    moments = [clock.monotonic() for _ in range(100)]
    assert moments == sorted(moments)
    assert abs(clock.now() - time.time()) < 5


def test_a_deadline_applies_within_its_block_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "monotonic", lambda: 100.0)
    assert not clock.overdue()
    with clock.limited(99.0):
        assert clock.overdue()
        with clock.limited(101.0):
            assert not clock.overdue()
            assert not clock.overdue(1.0)
            assert clock.overdue(1.1)
        assert clock.overdue()
    assert not clock.overdue()


@pytest.mark.parametrize(("share", "least", "most"), [(0, 0, 0), (1, 2000, 2000), (0.1, 100, 300), (0.5, 850, 1150)])
def test_a_chance_is_true_with_its_probability(share: float, least: int, most: int) -> None:
    """The bounds are more than six standard deviations away."""
    assert least <= sum(clock.chance(share) for _ in range(2000)) <= most
