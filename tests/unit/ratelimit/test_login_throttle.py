import pytest

from neoforge.errors import QuotaExceeded
from neoforge.ratelimit.login_throttle import MAX_SECONDS, MEMORY_SECONDS, LoginThrottle
from tests.functions.helpers import failing
from tests.unit.conftest import Counted
from tests.unit.helpers import EMAIL, FixedClock, items

pytestmark = pytest.mark.usefixtures("dynamodb")
SOURCE = "192.0.2.1"


def fail(times: int, at: FixedClock, email: str = EMAIL, source: str = SOURCE) -> None:
    """Fail a number of times, each as soon as it is allowed."""
    for _ in range(times):
        at.seconds += wait(email, source)
        LoginThrottle.read(email, source).failed()


def wait(email: str = EMAIL, source: str = SOURCE) -> int:
    """Return the delay of the next attempt in seconds."""
    try:
        LoginThrottle.read(email, source)
    except QuotaExceeded as error:
        return error.seconds
    return 0


def test_each_failure_from_the_third_on_doubles_the_delay(at: FixedClock) -> None:
    waits = []
    for _ in range(16):
        fail(1, at)
        waits.append(wait())
    assert waits == [0, 0, 1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900, 900, 900]
    assert MAX_SECONDS == 900


@pytest.mark.parametrize("failures", [3, 5, 10, 13])
def test_the_next_attempt_is_allowed_after_the_reported_delay_and_not_before(failures: int, at: FixedClock) -> None:
    fail(failures, at)
    start, seconds = at.seconds, wait()
    for passed, left in ((0.25, seconds), (seconds - 0.75, 1), (seconds - 0.001, 1), (seconds, 0)):
        at.seconds = start + passed
        assert wait() == left


def test_another_source_and_another_account_are_not_delayed(at: FixedClock) -> None:
    fail(10, at)
    assert wait(source="192.0.2.2") == 0
    assert wait(email="grace@example.com") == 0
    assert wait(email=EMAIL.upper()) == wait() > 0


def test_an_attempt_during_the_delay_does_not_extend_it(at: FixedClock, counted: Counted) -> None:
    fail(5, at)
    assert [wait() for _ in range(5)] == [4] * 5
    assert counted()["QuotaExceeded"] == 5 + 2  # two of them in `fail`


def test_a_success_deletes_the_failures(at: FixedClock) -> None:
    fail(4, at)
    at.seconds += wait()
    LoginThrottle.read(EMAIL, SOURCE).succeeded()
    assert items() == []
    fail(2, at)
    assert wait() == 0


def test_a_success_without_failures_writes_nothing() -> None:
    with failing() as sent:
        LoginThrottle.read(EMAIL, SOURCE).succeeded()
    assert [one["operation"] for one in sent] == ["GetItem"]


def test_failures_expire_after_a_day_even_if_they_are_still_stored(at: FixedClock) -> None:
    fail(20, at)
    at.seconds += MEMORY_SECONDS
    assert LoginThrottle.read(EMAIL, SOURCE).failures == 0
    fail(1, at)
    assert LoginThrottle.read(EMAIL, SOURCE).failures == 1


def test_concurrent_failures_all_count(at: FixedClock) -> None:
    fail(1, at)
    for guess in [LoginThrottle.read(EMAIL, SOURCE) for _ in range(5)]:
        guess.failed()
    assert wait() == 2 ** (6 - 3)


def test_a_failure_counts_even_if_a_concurrent_success_was_faster(at: FixedClock) -> None:
    fail(2, at)
    right, wrong = LoginThrottle.read(EMAIL, SOURCE), LoginThrottle.read(EMAIL, SOURCE)
    right.succeeded()
    wrong.failed()
    assert LoginThrottle.read(EMAIL, SOURCE).failures == 1


def test_the_item_expires_and_contains_neither_email_nor_address(at: FixedClock) -> None:
    fail(3, at)
    (item,) = items()
    assert EMAIL not in str(item)
    assert SOURCE not in str(item)
    assert int(item["expires_at"]["N"]) == int(at.seconds) + MEMORY_SECONDS
