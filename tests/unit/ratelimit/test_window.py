"""The sliding window, on an item in memory; that DynamoDB does the same with the expression is in accounts."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from neoforge.ratelimit import window
from neoforge.ratelimit.policy import Policy, policies
from neoforge.ratelimit.window import Usage, WindowCounter

POLICIES = st.builds(Policy, st.just("read"), st.integers(1, 12), st.sampled_from([1, 6, 10, 60, 3600]))
MOMENTS = st.floats(1_700_000_000, 2_000_000_000)
# Between two requests, in parts of the window: bursts, the edges of buckets and of windows, long pauses.
GAPS = st.lists(st.floats(0, 0.3) | st.sampled_from([0, 1 / 6, 5 / 6, 1, 7 / 6, 3]), max_size=60)

Image = dict[str, float]


def count(image: Image, policy: Policy, now: float) -> Usage:
    """Count a request as the expression says: add to one bucket, remove some."""
    made = WindowCounter(policy, now)
    removed = made.names
    added = removed.pop("#b0")
    image[added] = image.get(added, 0) + 1
    for name in removed.values():
        image.pop(name, None)
    return made.usage(image)


def moments(policy: Policy, start: float, gaps: list[float]) -> list[float]:
    return [start + policy.seconds * sum(gaps[:number]) for number in range(len(gaps) + 1)]


@given(POLICIES, MOMENTS, GAPS)
def test_no_window_admits_more_than_the_quota(policy: Policy, start: float, gaps: list[float]) -> None:
    image: Image = {}
    passed = [now for now in moments(policy, start, gaps) if not count(image, policy, now).exceeded]
    assert passed
    for first, one_too_many in zip(passed, passed[policy.quota :], strict=False):
        assert one_too_many - first >= policy.seconds


@given(POLICIES, MOMENTS, st.lists(st.floats(0, 50), max_size=15))
def test_the_remaining_quota_counts_down_one_by_one(policy: Policy, start: float, after: list[float]) -> None:
    image: Image = {}
    for used, seconds in enumerate(sorted(after), 1):
        found = count(image, policy, start + seconds * policy.seconds / 60)
        assert found.remaining == max(0, policy.quota - used)
        assert found.exceeded == (used > policy.quota)


@given(POLICIES, MOMENTS, st.lists(st.floats(0, 0.2), min_size=1, max_size=15))
@example(Policy("read", 12, 60), 1_795_338_000.0, [0.0, 0.01])
def test_requests_count_down_even_if_the_clocks_of_their_callers_differ(
    policy: Policy, start: float, ahead: list[float]
) -> None:
    image: Image = {}
    left = [count(image, policy, start - policy.seconds * part).remaining for part in ahead]
    assert left == [max(0, policy.quota - used) for used in range(1, len(ahead) + 1)]


@given(POLICIES, MOMENTS, GAPS)
@example(Policy("read", 1, 60), 1_795_338_000.0, [0, 0, 0])
def test_the_next_request_passes_after_the_reported_seconds_and_not_before(
    policy: Policy, start: float, gaps: list[float]
) -> None:
    image: Image = {}
    for now in moments(policy, start, gaps):
        found = count(image, policy, now)
        assert 1 <= found.seconds <= policy.seconds * 7 / 6 + 1
        if found.exceeded:
            assert not count({**image}, policy, now + found.seconds).exceeded
            assert found.seconds == 1 or count({**image}, policy, now + found.seconds - 1).exceeded


@given(POLICIES, MOMENTS, GAPS)
def test_some_of_the_quota_comes_back_after_the_reported_seconds(
    policy: Policy, start: float, gaps: list[float]
) -> None:
    image: Image = {}
    for now in moments(policy, start, gaps):
        found = count(image, policy, now)
        if not found.exceeded:
            assert count({**image}, policy, now + found.seconds).remaining >= found.remaining


@given(POLICIES, MOMENTS, GAPS)
def test_only_stale_buckets_are_removed(policy: Policy, start: float, gaps: list[float]) -> None:
    kept: Image = {}  # every bucket there ever was
    cleared: Image = {}
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(policies(), policy.name, policy)
        for now in moments(policy, start, gaps):
            name = WindowCounter(policy, now).names["#b0"]
            kept[name] = kept.get(name, 0) + 1
            for stale in window.stale_buckets(cleared, now):
                del cleared[stale]
            assert count(cleared, policy, now) == WindowCounter(policy, now).usage(kept)
            assert len(cleared) <= window.BUCKETS + 1
            assert set(window.stale_buckets(kept, now)) == kept.keys() - cleared.keys()


def test_an_item_without_buckets_has_no_stale_ones() -> None:
    assert window.stale_buckets({"pk": "USER#1", "roles": frozenset({"user"}), "version": 1}, 0) == []


def test_policies_count_separately() -> None:
    image: Image = {}
    read, write = Policy("read", 2, 60), Policy("write", 2, 60)
    left = [count(image, policy, 1e9).remaining for policy in (read, write, read, write, read)]
    assert left == [1, 1, 0, 0, 0]


def test_the_expression_adds_to_one_bucket_and_removes_six_stale_ones() -> None:
    made = WindowCounter(Policy("read", 2, 60), 1_795_338_005.0)
    assert made.expression == "ADD #b0 :one REMOVE #b1, #b2, #b3, #b4, #b5, #b6"
    assert made.names == {
        "#b0": "read#179533800",
        **{f"#b{age}": f"read#{179533800 - 6 - age}" for age in range(1, 7)},
    }
