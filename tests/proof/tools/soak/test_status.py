"""`make soak` finds a service whose state is not that of its newest event."""

from dataclasses import replace

from scripts.proof.soak.domains.status import KIND
from tests.proof.tools.soak.conftest import Client

OF_ONE_SERVICE = replace(KIND, draft=lambda _: {"service_id": "soaked", "status": "operational"})


def test_a_state_that_is_not_of_the_newest_event_is_found(client: Client) -> None:
    for number in range(2):
        client.tell(client.create(OF_ONE_SERVICE, f"event {number}"))
    assert client.compare() == []
    newest = client.ledger.of_kind("evt")[0]
    client.tell(newest | {"occurred_at": "2020-01-01T00:00:00.000Z"})
    assert any(one.startswith("STATUS: soaked is") for one in client.compare())
