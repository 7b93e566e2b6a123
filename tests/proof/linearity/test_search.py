"""The checker finds an order where there is one, and refuses histories that no order explains."""

from dataclasses import replace
from typing import Any

import pytest

from tests.proof.linearity.model import Answer, Create, Delete, FirstPage, LaterPage, Patch, Read, Request, canonical
from tests.proof.linearity.search import Call, History

BEFORE, AFTER = "2026-11-22T09:30:00.000Z", "2026-11-22T09:31:00.000Z"
NOT_FOUND, STALE = Answer(404, "not-found"), Answer(412, "precondition-failed")
REUSED, IN_PROGRESS = Answer(422, "idempotency-key-reused"), Answer(409, "request-in-progress")
A, B, C = "prj_a", "prj_b", "prj_c"


def document(project_id: str, name: str, version: int = 1) -> dict[str, Any]:
    times = {"created_at": BEFORE, "updated_at": BEFORE if version == 1 else AFTER}
    return {"id": project_id, "name": name, "description": None, "version": version, **times}


def shown(project_id: str, name: str, version: int = 1) -> Answer:
    return Answer(200, canonical(document(project_id, name, version)), f'"v{version}"')


def made(project_id: str, name: str) -> Answer:
    return shown(project_id, name)._replace(status=201, location=f"/v1/projects/{project_id}")


def page(total: int, revision: int, *items: dict[str, Any], follows: bool = False, number: int = 1) -> Answer:
    neighbours = {"next_cursor": True if follows else None, "previous_cursor": True if number > 1 else None}
    counts = {"total": total, "page": number, "page_size": 1, "pages": total}
    return Answer(200, canonical({"items": list(items), **counts, **neighbours}), f'W/"r{revision}"')


def call(request: Request, answer: Answer, started: float = 0.0, ended: float = 9.0) -> Call:
    return Call(request, answer, started, ended)


@pytest.fixture
def history() -> History:
    """Two projects, b the newer one."""
    history = History()
    for project_id, name in ((A, "one"), (B, "two")):
        assert history.explain([call(Create(name), made(project_id, name))])
    return history


def test_one_after_the_other_is_right(history: History) -> None:
    assert history.explain([call(Patch(A, "new", if_match=1), shown(A, "new", 2))])
    assert history.explain([call(Patch(A, "newer", if_match=1), STALE)])
    assert history.explain([call(Patch(A, None), shown(A, "new", 2))])
    assert history.explain([call(Read(A, if_none_match=2), Answer(304, etag='"v2"'))])
    assert history.explain([call(Delete(A, if_match=2), Answer(204))])
    assert history.explain([call(Delete(A), NOT_FOUND)])
    assert history.explain([call(FirstPage(1), page(1, 4, document(B, "two")))])
    assert history.explain([call(FirstPage(1, if_none_match=4), Answer(304, etag='W/"r4"'))])


def test_concurrent_calls_may_happen_in_any_order(history: History) -> None:
    renamed = [call(Patch(A, name), shown(A, name, version)) for name, version in (("x", 3), ("y", 2))]
    reads = [call(Read(A), shown(A, "one")), call(Read(A), shown(A, "y", 2)), call(Read(A), shown(A, "x", 3))]
    assert history.explain([*reads, *renamed])


def test_a_lost_update_is_found(history: History) -> None:
    assert not history.explain([call(Patch(A, name), shown(A, name, 2)) for name in ("x", "y")])


def test_two_winners_of_one_version_are_found(history: History) -> None:
    answers = [shown(A, "x", 2), shown(A, "y", 3)]
    calls = [call(Patch(A, name, if_match=1), one) for name, one in zip(("x", "y"), answers, strict=True)]
    assert not history.explain(calls)


def test_a_read_that_began_after_a_change_and_does_not_see_it_is_found(history: History) -> None:
    change = call(Patch(A, "x"), shown(A, "x", 2), 0, 1)
    old = call(Read(A), shown(A, "one"), 2, 3)
    assert not history.explain([change, old])
    assert history.explain([change, old._replace(started=0.5)])


def test_a_change_that_is_unseen_in_the_next_batch_is_found(history: History) -> None:
    assert history.explain([call(Patch(A, "x"), shown(A, "x", 2))])
    assert not history.explain([call(Read(A), shown(A, "one"))])
    assert not history.explain([call(Read(A, if_none_match=1), Answer(304, etag='"v1"'))])


def test_a_tag_of_another_version_is_found(history: History) -> None:
    assert not history.explain([call(Read(A), shown(A, "one")._replace(etag='"v2"'))])


def test_an_empty_patch_that_makes_a_version_is_found(history: History) -> None:
    assert not history.explain([call(Patch(A, None), shown(A, "one", 2))])


def test_a_key_that_creates_twice_is_found(history: History) -> None:
    request = Create("x", key="k")
    twice = [call(request, made(project_id, "x")) for project_id in ("prj_x", "prj_y")]
    assert not history.explain(twice)
    assert not history.explain([twice[0], call(request, made("prj_y", "x")._replace(replayed=True))])


def test_replays_are_right_also_when_the_resource_is_gone(history: History) -> None:
    request, first = Create("x", key="k"), made(C, "x")
    replay = call(request, first._replace(replayed=True))
    assert history.explain([call(request, first), replay])
    assert history.explain([call(Delete(C), Answer(204))])
    assert history.explain([replay])
    assert history.explain([call(replace(request, name="y"), REUSED)])
    assert not history.explain([call(replace(request, name="y"), made("prj_d", "y"))])


def test_a_replay_of_a_change_wins_over_its_condition(history: History) -> None:
    request = Patch(A, "x", if_match=1, key="k")
    assert history.explain([call(request, shown(A, "x", 2))])
    assert history.explain([call(request, shown(A, "x", 2)._replace(replayed=True))])
    assert not history.explain([call(request, STALE)])


def test_a_refusal_is_not_kept_for_its_key(history: History) -> None:
    assert history.explain([call(Patch(A, "x", if_match=2, key="k"), STALE)])
    assert history.explain([call(Patch(A, "x", key="k"), shown(A, "x", 2))])


@pytest.mark.parametrize(
    ("other", "answer"), [(Create("x", key="k"), IN_PROGRESS), (Create("y", key="k"), REUSED)], ids=["409", "422"]
)
def test_a_key_is_locked_only_while_another_request_has_it(history: History, other: Create, answer: Answer) -> None:
    first = call(Create("x", key="k"), made(C, "x"), 0, 1)
    assert history.explain([first, call(other, answer, 0.5, 3)])
    late = History()
    assert late.explain([first]) is True
    assert late.explain([call(other, answer)]) is (answer == REUSED)
    assert not late.explain([call(replace(other, key="other"), answer)])


def test_a_wrong_total_is_found(history: History) -> None:
    assert history.explain([call(Delete(B), Answer(204))])
    assert not history.explain([call(FirstPage(1), page(2, 3, document(A, "one")))])
    assert not history.explain([call(FirstPage(1), page(1, 2, document(A, "one")))])
    assert history.explain([call(FirstPage(1), page(1, 3, document(A, "one")))])


def test_a_page_in_another_order_is_found(history: History) -> None:
    assert not history.explain([call(FirstPage(1), page(2, 2, document(A, "one"), follows=True))])
    assert not history.explain([call(FirstPage(1), page(2, 2, document(B, "two"), follows=False))])
    assert history.explain([call(FirstPage(1), page(2, 2, document(B, "two"), follows=True))])


def test_an_id_that_sorts_before_an_older_one_is_found(history: History) -> None:
    assert not history.explain([call(Create("x"), made("prj_aa", "x"))])
    first, second = call(Create("x"), made("prj_y", "x"), 0, 1), call(Create("y"), made("prj_x", "y"), 2, 3)
    assert not history.explain([first, second])
    assert history.explain([first, second._replace(started=0.5)])


def test_a_later_page_may_count_before_it_lists_but_not_the_other_way_round(history: History) -> None:
    deleted = call(Delete(A), Answer(204))
    old_count, new_count = page(2, 2, number=2), page(1, 3, document(A, "one"), number=2)
    assert history.explain([deleted, call(LaterPage(1, 2, B), old_count)])
    other = History()
    for project_id, name in ((A, "one"), (B, "two")):
        assert other.explain([call(Create(name), made(project_id, name))])
    assert not other.explain([deleted, call(LaterPage(1, 2, B), new_count)])


def test_a_deleted_project_that_is_still_changed_is_found(history: History) -> None:
    gone = call(Delete(A), Answer(204), 0, 1)
    assert not history.explain([gone, call(Patch(A, "x"), shown(A, "x", 2), 2, 3)])
    assert history.explain([gone, call(Patch(A, "x"), shown(A, "x", 2), 0, 3)])
