import pytest

from neoforge.dynamodb.expressions import Update
from neoforge.dynamodb.transaction import UnitOfWork
from neoforge.errors import QuotaExceeded, Unavailable
from neoforge.ratelimit import window
from neoforge.ratelimit.limiter import MAX_STALE_BUCKETS, Limiter
from neoforge.ratelimit.policy import Policy, policies
from neoforge.signing import pseudonym
from tests.functions.helpers import client_error, failing
from tests.unit.conftest import Counted
from tests.unit.helpers import FixedClock, items

pytestmark = pytest.mark.usefixtures("dynamodb", "pauses")
SOURCE = "192.0.2.1"


@pytest.fixture(autouse=True)
def _limits(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("auth", "write"):
        monkeypatch.setitem(policies(), name, Policy(name, 3, 60))


def remaining(subject: str = SOURCE, policy: str = "auth") -> int:
    limiter = Limiter([])
    limiter.hit(policy, subject)
    return limiter.usages[0].remaining


def test_a_subject_exceeds_its_quota_with_the_first_request_over_it(at: FixedClock, counted: Counted) -> None:
    assert [remaining() for _ in range(3)] == [2, 1, 0]
    with pytest.raises(QuotaExceeded) as raised:
        Limiter([]).hit("auth", SOURCE)
    assert counted() == {"QuotaExceeded": 1}
    assert raised.value.seconds == 70  # the bucket under way, and a window
    at.seconds += 70
    assert remaining() == 2


def test_subjects_and_policies_count_separately() -> None:
    assert remaining() == remaining("192.0.2.2") == remaining(policy="write") == 2


def test_every_usage_of_a_request_is_recorded_also_the_one_that_exceeds_its_quota() -> None:
    usages: list[window.Usage] = []
    limiter = Limiter(usages)
    limiter.hit("write", SOURCE)
    for _ in range(3):
        limiter.hit("auth", SOURCE)
    with pytest.raises(QuotaExceeded):
        limiter.hit("auth", SOURCE)
    assert [(usage.policy.name, usage.remaining) for usage in usages] == [
        ("write", 2),
        ("auth", 2),
        ("auth", 1),
        ("auth", 0),
        ("auth", 0),
    ]


def take_back(update: Update) -> None:
    work = UnitOfWork()
    work.update(update)
    work.commit()


def test_what_is_reserved_counts_until_it_is_taken_back_and_is_not_recorded(at: FixedClock, counted: Counted) -> None:
    limiter = Limiter([])
    reserved = [limiter.reserve("auth", SOURCE, enforced=True) for _ in range(3)]
    assert (limiter.usages, counted()) == ([], {})
    with pytest.raises(QuotaExceeded):
        limiter.reserve("auth", SOURCE, enforced=True)
    assert [usage.remaining for usage in limiter.usages] == [0]
    for update in reserved[:2]:
        take_back(update)
    assert remaining() == 0


def test_what_is_taken_back_in_the_next_bucket_is_taken_from_its_own(at: FixedClock) -> None:
    update = Limiter([]).reserve("auth", SOURCE, enforced=True)
    at.seconds += 10
    Limiter([]).hit("auth", SOURCE)
    take_back(update)
    assert remaining() == 1
    at.seconds += 60
    assert remaining() == 0


def test_an_exceeded_quota_that_is_not_enforced_refuses_nobody_and_tells_nothing(counted: Counted) -> None:
    limiter = Limiter([])
    for _ in range(5):
        limiter.reserve("auth", SOURCE, enforced=False)
    assert (limiter.usages, counted()) == ([], {})


def test_counting_a_request_is_one_update() -> None:
    with failing() as sent:
        Limiter([]).hit("auth", SOURCE)
    assert [one["operation"] for one in sent] == ["UpdateItem"]


def test_the_item_expires_and_does_not_contain_its_subject(at: FixedClock) -> None:
    Limiter([]).hit("auth", SOURCE)
    (item,) = items()
    assert item["pk"]["S"] == f"RATE#auth#{pseudonym(SOURCE)}"
    assert SOURCE not in str(item)
    assert int(item["expires_at"]["N"]) == int(at.seconds) + 120  # nothing of it counts by then


def test_a_constantly_active_subject_has_at_most_13_buckets(at: FixedClock) -> None:
    for _ in range(40):
        at.seconds += 61
        Limiter([]).hit("auth", SOURCE)
    (item,) = items()
    assert len([name for name in item if name.startswith("auth#")]) <= 13


@pytest.mark.parametrize(
    "error", [client_error("ThrottlingException"), client_error("ServiceUnavailable", status=503)], ids=repr
)
def test_a_request_that_cannot_be_counted_is_unavailable(error: Exception) -> None:
    with failing(error, operation="UpdateItem"), pytest.raises(Unavailable):
        Limiter([]).hit("auth", SOURCE)


def test_a_count_that_meets_a_transaction_is_retried_and_counts_once() -> None:
    with failing(client_error("TransactionConflictException"), operation="UpdateItem"):
        assert remaining() == 2


def test_a_rarely_active_subject_has_few_buckets_even_if_ttl_deletes_nothing(at: FixedClock) -> None:
    for _ in range(100):
        at.seconds += 901
        assert remaining() == 2
    (item,) = items()
    assert len([name for name in item if name.startswith("auth#")]) <= MAX_STALE_BUCKETS + 1


def test_buckets_of_a_removed_policy_are_stale(at: FixedClock) -> None:
    assert window.stale_buckets({"pk": "RATE#gone#x", "gone#9999999999": 1}, at.seconds) == ["gone#9999999999"]
