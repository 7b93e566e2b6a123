"""The actions granted to a function are those that it uses: no more, and no fewer."""

import pytest

from scripts.build.template import Json
from tests.api import call, functions
from tests.contract.scenarios import SCENARIOS, project, world
from tests.functions.helpers import failing

PARTS = {"Put": "PutItem", "Update": "UpdateItem", "Delete": "DeleteItem", "ConditionCheck": "ConditionCheckItem"}


def used(sent: list[Json]) -> set[str]:
    """The actions that IAM asks for: a transaction is checked item by item."""
    actions = set()
    for one in sent:
        if one["operation"] == "TransactWriteItems":
            actions |= {PARTS[part] for item in one["TransactItems"] for part in item}
        else:
            actions.add(one["operation"])
    return {f"dynamodb:{action}" for action in actions}


def granted(name: str) -> set[str]:
    policies = functions()[name].get("Policies", [])
    return {action for policy in policies for statement in policy["Statement"] for action in statement["Action"]}


def test_every_function_has_its_scenario() -> None:
    assert SCENARIOS.keys() == functions().keys()


@pytest.mark.parametrize("name", functions())
def test_a_function_is_granted_what_it_uses(name: str, token: str) -> None:
    before = world(token)
    with failing() as sent:
        SCENARIOS[name](before)
    assert used(sent) == granted(name)


def test_recording_sees_the_parts_of_a_transaction(token: str) -> None:
    with failing() as sent:
        path = project(token)
        call("DELETE", path, token=token)
    assert used(sent) == {f"dynamodb:{name}" for name in ("PutItem", "UpdateItem", "DeleteItem")}
