"""Guessing passwords on a stack with real rate limits: no faster at once, and nobody is shut out."""

import re
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from scripts.api import Api, Response
from scripts.local.stack import local_stack
from tests.api import PASSWORD, Account, new_account
from tests.proof.stack.callers import at_once, log_in, together
from tests.proof.stack.conftest import StackUnderTest

FREE = 3  # wrong passwords before the first wait
GUESSES = 8  # at once
ADDRESSES = 70  # more than logins are allowed in a minute
QUOTA, WINDOW = 60, 70  # guesses at an account from addresses that it was not used from, and seconds that one counts
SECONDS = 30  # that a wait of one second may take on a busy machine
OF_THE_ANSWER = {"date", "ratelimit", "x-amz-id-2", "x-amz-request-id", "x-amzn-requestid", "x-request-id"}
WRONG, OTHER = "wrong password", "rainbow umbrella on the moon"


@pytest.fixture(scope="module")
def stack() -> Iterator[StackUnderTest]:
    with local_stack(auth=True) as local:
        yield StackUnderTest(local)


@pytest.fixture
def api(stack: StackUnderTest) -> Iterator[Api]:
    with Api(stack.url) as api:
        yield api


@pytest.fixture
def account(api: Api) -> Account:
    return new_account(api)


def guess(api: Api, email: str, password: str = WRONG) -> Response:
    return api.request("POST", "/v1/auth/login", body={"email": email, "password": password})


def statuses(answers: list[Response]) -> Counter[int]:
    return Counter(answer.status for answer in answers)


@pytest.mark.parametrize("existing", [True, False], ids=["address in use", "unknown address"])
def test_of_guesses_at_once_three_are_evaluated_also_while_processes_start(
    existing: bool, stack: StackUnderTest, account: Account
) -> None:
    email = account.email if existing else f"nobody-{account.email}"
    with Api(stack.url, source=f"127.0.2.{1 + existing}") as stranger:
        answers = at_once(lambda: guess(stranger, email), GUESSES)
    assert statuses(answers) == {401: FREE, 429: GUESSES - FREE}


def test_the_right_password_among_guesses_at_once_is_accepted_no_earlier_than_one_after_another(
    stack: StackUnderTest, account: Account
) -> None:
    with Api(stack.url, source="127.0.2.3") as stranger:
        at_once(lambda: guess(stranger, account.email), GUESSES)
        answers, deadline = [guess(stranger, account.email, PASSWORD)], time.monotonic() + SECONDS
        while answers[-1].status == 429 and time.monotonic() < deadline:
            time.sleep(float(answers[-1].headers["Retry-After"]) / 4)
            answers.append(guess(stranger, account.email, PASSWORD))
    assert answers[0].status == 429
    assert answers[-1].status == 200


def test_one_wrong_guess_from_each_of_many_addresses_shuts_the_owner_out_of_nothing(
    stack: StackUnderTest, api: Api, account: Account
) -> None:
    session = log_in(api, account.email)
    with ExitStack() as exits:
        strangers = [exits.enter_context(Api(stack.url, source=f"127.0.3.{n}")) for n in range(1, ADDRESSES + 1)]
        started = time.monotonic()
        guesses = [lambda one=one: guess(one, account.email) for one in strangers]
        answers = [answer for n in range(0, ADDRESSES, 2) for answer in together(guesses[n : n + 2])]
        assert time.monotonic() - started < WINDOW, "too slow to tell anything"
    assert statuses(answers) == {401: QUOTA, 429: ADDRESSES - QUOTA}
    assert guess(api, account.email, PASSWORD).status == 200
    change = {"current_password": PASSWORD, "new_password": OTHER}
    assert session.ask("POST", "/v1/account/password", change).status == 204
    assert guess(api, account.email, OTHER).status == 200


def test_logins_of_the_owner_from_many_addresses_use_up_nothing(stack: StackUnderTest, account: Account) -> None:
    with ExitStack() as exits:
        places = [exits.enter_context(Api(stack.url, source=f"127.0.4.{n}")) for n in range(1, ADDRESSES + 1)]
        logins = [lambda one=one: guess(one, account.email, PASSWORD) for one in places]
        answers = [answer for n in range(0, ADDRESSES, 2) for answer in together(logins[n : n + 2])]
    assert statuses(answers) == {200: ADDRESSES}


def test_an_address_in_use_and_an_unknown_one_are_answered_alike_after_any_number_of_failures(
    stack: StackUnderTest, account: Account
) -> None:
    told = []
    for number, email in enumerate([account.email, f"x{account.email[1:]}"]):
        with Api(stack.url, source=f"127.0.5.{1 + number}") as stranger:
            answers = [guess(stranger, email) for _ in range(FREE + 2)]
        told.append([(a.status, _without_ids(a), _left(a), len(a.body)) for a in answers])
    assert [one[0] for one in told[0]] == [401] * FREE + [429] * 2
    for known, unknown in zip(*told, strict=True):
        assert known == unknown


def _left(answer: Response) -> str:
    return re.sub(r";t=\d+", "", answer.headers["RateLimit"])


def _without_ids(answer: Response) -> list[tuple[str, str]]:
    return sorted(pair for pair in answer.headers.items() if pair[0] not in OF_THE_ANSWER)
