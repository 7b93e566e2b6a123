from typing import Any

from neoforge.dynamodb.resource_store import ResourceStore
from neoforge.support import repository
from neoforge.support.model import Ticket

PREFIX = "tkt_"
KINDS = ("TICKET",)


def stores(_: str, content: Any) -> list[ResourceStore]:
    ticket = Ticket.model_validate(content)
    return [*repository._unfiltered(ticket), *repository._of_status(ticket)]
