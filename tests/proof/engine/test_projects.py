"""Projects at the limit of their owner, created at the same moment."""

from neoforge.dynamodb import expressions
from neoforge.dynamodb.expressions import Update
from tests.api import call
from tests.catalog.world import Session
from tests.proof.engine.workers import Fleet, invocation

MANY = 20


def test_of_many_at_the_limit_of_an_account_exactly_the_last_one_passes(ada: Session, fleet: Fleet) -> None:
    total = Update(f"USER#{ada.user_id}", "PROJECT#~TOTAL", "ADD #total :all", {":all": 9_999}, {"#total": "total"})
    expressions.update(total)
    post = invocation("POST", "/v1/projects", body={"name": "One"}, token=ada.token)
    answers = fleet.answers(*[post] * MANY)
    assert sorted(answer.status for answer in answers) == [201, *[409] * (MANY - 1)]
    refused = {answer.json()["type"].rpartition("/")[2] for answer in answers if answer.status == 409}
    assert refused == {"limit-reached"}
    assert call("GET", "/v1/projects", token=ada.token).json()["total"] == 10_000
