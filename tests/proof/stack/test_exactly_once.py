"""Many callers at once, over HTTP: with one key there is one effect and one answer; without, each one counts."""

import secrets
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from scripts.api import Api, Response
from tests.api import PASSWORD, Account, new_account
from tests.proof.stack.callers import at_once
from tests.proof.stack.conftest import StackUnderTest

# A process for each caller takes half a second of both cores to start: twenty where the contract says twenty.
MANY, SOME, FEW = 20, 8, 4
RETRY_SECONDS = 30.0


@pytest.fixture(scope="module")
def api(stack: StackUnderTest) -> Iterator[Api]:
    """Start the processes by requests that are refused, so that those of the tests meet at the database."""
    with Api(stack.url) as api:
        at_once(lambda: api.request("POST", "/v1/projects"), MANY)
        at_once(lambda: api.request("POST", "/v1/auth/register"), MANY)
        at_once(lambda: api.request("PATCH", "/v1/projects/prj"), SOME)
        at_once(lambda: api.request("DELETE", "/v1/projects/prj"), FEW)
        yield api


@pytest.fixture
def account(api: Api) -> Account:
    return new_account(api)


def told_to_wait(answer: Response) -> bool:
    if answer.status != 409:
        return False
    assert answer.json()["type"].endswith("/problems/request-in-progress"), answer.body
    assert int(answer.headers["Retry-After"]) >= 1
    return True


def until_answered(request: Callable[[], Response]) -> Response:
    """Retry as a caller who was told to wait does."""
    deadline = time.monotonic() + RETRY_SECONDS
    while told_to_wait(answer := request()):
        assert time.monotonic() < deadline, "the request is still running"
        time.sleep(0.05)
    return answer


def outcome(answer: Response) -> tuple[Any, ...]:
    """What makes two answers the same one."""
    return (answer.status, answer.body, answer.headers.get("ETag"), answer.headers.get("Location"))


def the_one_answer(request: Callable[[], Response], callers: int) -> Response:
    """Send from every caller at once; each gets the one answer, or is told to wait and gets it then."""
    answers = at_once(request, callers)
    told = [answer for answer in answers if not told_to_wait(answer)]
    told += [until_answered(request) for _ in range(callers - len(told))] + [until_answered(request)]
    assert len({outcome(answer) for answer in told}) == 1, {answer.body for answer in told}
    assert sum("Idempotent-Replayed" not in answer.headers for answer in told) <= 1
    return told[0]


def projects(api: Api, account: Account) -> Any:
    return api.request("GET", "/v1/projects?page_size=100", token=account.token).json()


def stored(stack: StackUnderTest, account: Account, sk: str) -> dict[str, Any]:
    key = {"pk": {"S": f"USER#{account.id}"}, "sk": {"S": sk}}
    return dict(stack.clients.dynamodb.get_item(TableName=stack.table_name, Key=key, ConsistentRead=True)["Item"])


def test_creates_with_one_key_make_one_project(api: Api, account: Account, stack: StackUnderTest) -> None:
    headers = {"Idempotency-Key": secrets.token_hex(16)}
    answer = the_one_answer(
        lambda: api.request("POST", "/v1/projects", token=account.token, body={"name": "one"}, headers=headers), MANY
    )
    assert answer.status == 201
    page = projects(api, account)
    assert (page["items"], page["total"]) == ([answer.json()], 1)
    assert stored(stack, account, "PROJECT#~TOTAL")["revision"] == {"N": "1"}


def test_creates_with_one_key_and_two_accounts_make_two_projects(api: Api, account: Account) -> None:
    other = new_account(api)
    headers = {"Idempotency-Key": secrets.token_hex(16)}
    turns = iter([account.token, other.token] * MANY)

    def create() -> Response:
        return api.request("POST", "/v1/projects", token=next(turns), body={"name": "each"}, headers=headers)

    answers = [answer for answer in at_once(create, MANY) if not told_to_wait(answer)]
    assert {answer.status for answer in answers} == {201}
    assert [projects(api, one)["total"] for one in (account, other)] == [1, 1]
    assert len({answer.body for answer in answers}) == 2


def test_registrations_with_one_key_make_one_account(api: Api, stack: StackUnderTest) -> None:
    body = {"email": f"{secrets.token_hex(8)}@example.com", "password": PASSWORD, "display_name": "Ada"}
    headers = {"Idempotency-Key": secrets.token_hex(16)}
    answer = the_one_answer(lambda: api.request("POST", "/v1/auth/register", body=body, headers=headers), MANY)
    assert answer.status == 201
    found = stack.clients.dynamodb.scan(
        TableName=stack.table_name,
        FilterExpression="sk = :sk AND contains(document, :email)",
        ExpressionAttributeValues={":sk": {"S": "ACCOUNT"}, ":email": {"S": body["email"]}},
    )["Items"]
    assert [item["pk"]["S"] for item in found] == [f"USER#{answer.json()['id']}"]


def test_registrations_without_a_key_let_one_have_the_address(api: Api) -> None:
    body = {"email": f"{secrets.token_hex(8)}@example.com", "password": PASSWORD, "display_name": "Ada"}
    answers = at_once(lambda: api.request("POST", "/v1/auth/register", body=body), SOME)
    assert sorted(answer.status for answer in answers) == [201] + [409] * (SOME - 1)
    assert {answer.json()["type"].rpartition("/")[2] for answer in answers if answer.status == 409} == {"email-taken"}


def test_changes_with_one_key_raise_the_version_once(api: Api, account: Account, stack: StackUnderTest) -> None:
    made = api.request("POST", "/v1/projects", token=account.token, body={"name": "before"}).json()
    path, headers = f"/v1/projects/{made['id']}", {"Idempotency-Key": secrets.token_hex(16), "If-Match": '"v1"'}
    answer = the_one_answer(
        lambda: api.request("PATCH", path, token=account.token, body={"name": "after"}, headers=headers), SOME
    )
    assert (answer.status, answer.json()["version"]) == (200, 2)
    assert api.request("GET", path, token=account.token).json() == answer.json()
    assert stored(stack, account, "PROJECT#~TOTAL")["revision"] == {"N": "2"}


def test_changes_of_one_version_without_a_key_let_one_win(api: Api, account: Account) -> None:
    made = api.request("POST", "/v1/projects", token=account.token, body={"name": "before"}).json()
    path = f"/v1/projects/{made['id']}"
    names = iter([f"after {number}" for number in range(SOME)])
    answers = at_once(
        lambda: api.request(
            "PATCH", path, token=account.token, body={"name": next(names)}, headers={"If-Match": '"v1"'}
        ),
        SOME,
    )
    assert sorted(answer.status for answer in answers) == [200] + [412] * (SOME - 1)
    winner = next(answer for answer in answers if answer.status == 200)
    assert api.request("GET", path, token=account.token).json() == winner.json()


def test_deletions_with_one_key_count_once(api: Api, account: Account, stack: StackUnderTest) -> None:
    for name in ("gone", "kept"):
        made = api.request("POST", "/v1/projects", token=account.token, body={"name": name}).json()
        path = f"/v1/projects/{made['id']}"
    headers = {"Idempotency-Key": secrets.token_hex(16)}
    answer = the_one_answer(lambda: api.request("DELETE", path, token=account.token, headers=headers), FEW)
    assert (answer.status, answer.body) == (204, b"")
    assert projects(api, account)["total"] == 1
    assert stored(stack, account, "PROJECT#~TOTAL")["revision"] == {"N": "3"}


def test_creates_without_a_key_all_count(api: Api, account: Account, stack: StackUnderTest) -> None:
    answers = at_once(lambda: api.request("POST", "/v1/projects", token=account.token, body={"name": "each"}), MANY)
    assert {answer.status for answer in answers} == {201}
    page = projects(api, account)
    assert (page["total"], len(page["items"])) == (MANY, MANY)
    assert {item["id"] for item in page["items"]} == {answer.json()["id"] for answer in answers}
    assert stored(stack, account, "PROJECT#~TOTAL")["revision"] == {"N": str(MANY)}
