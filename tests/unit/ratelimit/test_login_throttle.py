import pytest

from neoforge.dynamodb import expressions
from neoforge.dynamodb.expressions import Update
from neoforge.dynamodb.transaction import UnitOfWork
from neoforge.errors import QuotaExceeded
from neoforge.ratelimit import login_throttle
from neoforge.ratelimit.login_throttle import FREE, KNOWN_SECONDS, MAX_SECONDS, MEMORY_SECONDS, Guess
from tests.functions.helpers import failing
from tests.unit.conftest import Counted
from tests.unit.helpers import EMAIL, FixedClock, items

pytestmark = pytest.mark.usefixtures("dynamodb")
SOURCE = "192.0.2.1"


def reserve(email: str = EMAIL, source: str = SOURCE) -> Guess:
    return login_throttle.reserve(*login_throttle.key(email, source))


def accept(guess: Guess) -> None:
    work = UnitOfWork()
    work.update(guess.accept())
    work.commit()


def wait(email: str = EMAIL, source: str = SOURCE) -> int:
    """Reserve a guess, and return 0, or the seconds that it has to wait."""
    try:
        reserve(email, source)
    except QuotaExceeded as error:
        return error.seconds
    return 0


def sent_by_a_guess() -> list[str]:
    with failing() as sent:
        reserve()
    return [one["operation"] for one in sent]


def test_each_failure_from_the_third_on_doubles_the_wait(at: FixedClock) -> None:
    waits = []
    for _ in range(16):
        waits.append(wait())
        at.seconds += waits[-1]
        if waits[-1]:
            reserve()
    assert waits == [0, 0, 0, 1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900, 900]
    assert MAX_SECONDS == 900


@pytest.mark.parametrize("failures", [3, 5, 10, 13])
def test_the_next_guess_is_allowed_after_the_reported_wait_and_not_before(failures: int, at: FixedClock) -> None:
    for _ in range(failures):
        reserve()
        at.seconds += MAX_SECONDS
    at.seconds -= MAX_SECONDS
    start, seconds = at.seconds, wait()
    for passed, left in ((0.25, seconds), (seconds - 0.75, 1), (seconds - 0.001, 1), (seconds, 0)):
        at.seconds = start + passed
        assert wait() == left


def test_another_source_another_account_and_a_session_do_not_wait(at: FixedClock) -> None:
    assert [wait() for _ in range(FREE + 1)] == [0, 0, 0, 1]
    assert wait(source="192.0.2.2") == 0
    assert wait(email="grace@example.com") == 0
    login_throttle.reserve(*login_throttle.key(EMAIL, "ses_1"))


def test_a_guess_during_the_wait_counts_nothing(at: FixedClock, counted: Counted) -> None:
    for _ in range(FREE):
        reserve()
    assert [wait() for _ in range(5)] == [1] * 5
    at.seconds += 1
    assert [wait(), wait()] == [0, 2]
    assert counted() == {"QuotaExceeded": 6}


def test_a_right_password_removes_the_failures_and_makes_the_address_known(at: FixedClock) -> None:
    assert not reserve().known
    accept(reserve())
    (item,) = items()
    assert item.keys() == {"pk", "sk", "known_until", "expires_at"}
    assert int(item["expires_at"]["N"]) == int(item["known_until"]["N"]) == int(at.seconds) + KNOWN_SECONDS
    assert [reserve().known for _ in range(FREE)] == [True] * FREE
    assert wait() == 1


def test_an_address_is_known_for_90_days_after_the_last_right_password(at: FixedClock) -> None:
    accept(reserve())
    at.seconds += KNOWN_SECONDS - 1
    assert reserve().known
    at.seconds += 1  # TTL has deleted nothing yet
    assert not reserve().known
    assert KNOWN_SECONDS == 90 * 24 * 3600


def test_a_wrong_password_leaves_the_address_known_and_the_item_as_long_as_either_counts(at: FixedClock) -> None:
    accept(reserve())
    until = int(at.seconds) + KNOWN_SECONDS
    for passed, expires_at in ((60, until), (KNOWN_SECONDS - 60, int(at.seconds) + KNOWN_SECONDS + MEMORY_SECONDS)):
        at.seconds += passed
        reserve()
        (item,) = items()
        assert (int(item["known_until"]["N"]), int(item["expires_at"]["N"])) == (until, expires_at)


def test_without_failures_a_guess_is_one_update_whether_or_not_the_address_is_known(at: FixedClock) -> None:
    assert sent_by_a_guess() == ["UpdateItem"]
    accept(Guess(*login_throttle.key(EMAIL, SOURCE), known=True))
    assert sent_by_a_guess() == ["UpdateItem"]
    assert sent_by_a_guess() == ["UpdateItem"] * 2  # the first is refused, and tells what is stored


def test_what_is_forgotten_can_be_deleted(at: FixedClock) -> None:
    reserve().forget()
    assert items() == []


def test_failures_are_forgotten_after_a_day_even_if_they_are_still_stored(at: FixedClock) -> None:
    for _ in range(10):
        reserve()
        at.seconds += MAX_SECONDS
    at.seconds += MEMORY_SECONDS - MAX_SECONDS - 1
    assert wait() == 0  # the eleventh
    assert wait() == 2 ** (11 - FREE)
    at.seconds += MEMORY_SECONDS
    assert [wait() for _ in range(FREE + 1)] == [0, 0, 0, 1]


def test_an_item_that_is_deleted_meanwhile_counts_anew(at: FixedClock, monkeypatch: pytest.MonkeyPatch) -> None:
    guess, update = reserve(), expressions.update
    calls = []

    def deleting(one: Update) -> object:
        calls.append(one)
        if len(calls) == 2:
            guess.forget()
        return update(one)

    monkeypatch.setattr(expressions, "update", deleting)
    reserve()
    assert len(calls) == 3
    assert items()[0]["failures"]["N"] == "1"


def test_the_item_expires_and_contains_neither_email_nor_address(at: FixedClock) -> None:
    for _ in range(FREE):
        reserve()
    (item,) = items()
    assert EMAIL not in str(item)
    assert SOURCE not in str(item)
    assert int(item["expires_at"]["N"]) == int(at.seconds) + MEMORY_SECONDS
