"""Requests at the same moment, each in a process of its own as on Lambda."""

from typing import Any

import pytest

from neoforge.dynamodb.transaction import UnitOfWork
from tests import notes
from tests.api import call
from tests.catalog.world import Session
from tests.notes import NewNote
from tests.proof.engine.dynamodb import DONE, PERSON, census
from tests.proof.engine.scenarios import same
from tests.proof.engine.workers import Fleet, invocation

MANY = 20
ONE = [*PERSON, "NOTE version=1", "NOTE total=1 revision=1"]


@pytest.fixture
def path(ada: Session) -> str:
    """A project of hers, version 1."""
    work = UnitOfWork()
    note = notes.create(work, ada.user_id, NewNote(name="Old", description="old"))
    work.commit()
    return f"/v1/notes/{note.id}"


def keyed(ada: Session) -> dict[str, Any]:
    return {"body": {"name": "One"}, "token": ada.token, "headers": {"Idempotency-Key": "k"}}


def test_many_requests_with_one_key_make_one_note(ada: Session, fleet: Fleet) -> None:
    post = keyed(ada)
    answers = fleet.answers(*[invocation("POST", "/v1/notes", **post) for _ in range(MANY)])
    assert {answer.status for answer in answers} <= {201, 409}
    assert all(answer.headers["Retry-After"] for answer in answers if answer.status == 409)
    final = [answer if answer.status == 201 else call("POST", "/v1/notes", **post) for answer in answers]
    assert len(final) == MANY
    assert all(same(answer) == same(final[0]) for answer in final)
    assert final[0].status == 201
    assert sum("Idempotent-Replayed" not in answer.headers for answer in final) == 1
    assert census() == sorted([*ONE, DONE])


def test_many_requests_whose_locks_expire_at_once_make_one_note(ada: Session, fleet: Fleet) -> None:
    post = keyed(ada)
    answers = fleet.answers(*[invocation("POST", "/v1/notes", milliseconds=1, **post) for _ in range(MANY)])
    assert {answer.status for answer in answers} <= {201, 409, 503}
    last = call("POST", "/v1/notes", **post)
    assert last.status == 201
    assert all(same(answer) == same(last) for answer in answers if answer.status == 201)
    assert census() == sorted([*ONE, DONE])


def test_many_requests_without_a_key_are_all_counted(ada: Session, fleet: Fleet) -> None:
    post = invocation("POST", "/v1/notes", body={"name": "One"}, token=ada.token)
    answers = fleet.answers(*[post] * MANY)
    assert [answer.status for answer in answers] == [201] * MANY
    assert len({answer.json()["id"] for answer in answers}) == MANY
    left = [*PERSON, *["NOTE version=1"] * MANY, f"NOTE total={MANY} revision={MANY}"]
    assert census() == sorted(left)


def test_no_update_is_lost(ada: Session, path: str, fleet: Fleet) -> None:
    bodies = [{"name" if number % 2 else "description": f"change {number}"} for number in range(MANY)]
    answers = fleet.answers(*[invocation("PATCH", path, body=body, token=ada.token) for body in bodies])
    assert [answer.status for answer in answers] == [200] * MANY
    state = {"name": "Old", "description": "old"}
    changed = sorted(zip(answers, bodies, strict=True), key=lambda pair: int(pair[0].json()["version"]))
    for version, (answer, body) in enumerate(changed, start=2):
        state |= body
        assert answer.headers["ETag"] == f'"v{version}"'
        assert {name: answer.json()[name] for name in state} == state
    left = [*PERSON, f"NOTE version={MANY + 1}", f"NOTE total=1 revision={MANY + 1}"]
    assert census() == sorted(left)


@pytest.mark.parametrize("method", ["PATCH", "DELETE"])
def test_of_two_changes_of_one_version_one_is_refused(ada: Session, path: str, fleet: Fleet, method: str) -> None:
    patches = [
        invocation("PATCH", path, body={"name": "New"}, token=ada.token, headers={"If-Match": '"v1"'}),
        invocation(
            method,
            path,
            body={"name": "Newer"} if method == "PATCH" else None,
            token=ada.token,
            headers={"If-Match": '"v1"'},
        ),
    ]
    statuses = {answer.status for answer in fleet.answers(*patches)}
    assert statuses in ([{200, 412}] if method == "PATCH" else [{200, 412}, {204, 404}])


def test_a_note_is_deleted_once(ada: Session, path: str, fleet: Fleet) -> None:
    answers = fleet.answers(*[invocation("DELETE", path, token=ada.token)] * MANY)
    assert sorted(answer.status for answer in answers) == [204] + [404] * (MANY - 1)
    assert census() == sorted([*PERSON, "NOTE total=0 revision=2"])
