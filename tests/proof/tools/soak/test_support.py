"""`make soak` finds a ticket in the collections of another status."""

from tests.proof.tools.soak.conftest import Client
from tests.proof.tools.soak.test_soak import DELETED


def test_a_ticket_among_those_of_another_status_is_found(client: Client) -> None:
    ticket = client.ledger.of_kind("tkt")[0]
    client.tell(ticket | {"status": "closed"})
    found = client.compare()
    assert sum(one.endswith("is lost, a client was told of it") for one in found) == 2
    assert sum("OPEN-TICKET" in one for one in found) == 2
    assert not any(one.endswith(DELETED) for one in found)
