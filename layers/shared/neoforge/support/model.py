"""Tickets, and who may change them."""

from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints

from neoforge import clock
from neoforge.accounts.access_item import Caller
from neoforge.accounts.model import Email, UserId
from neoforge.errors import Forbidden
from neoforge.models import Body, Document, Line, Timestamp, Version, VisibleText, difference

TicketId = Annotated[
    str, StringConstraints(pattern=r"^tkt_[0-9a-f-]{36}$"), Field(examples=["tkt_01a20538-11bf-7304-bb36-19bcf1775ed8"])
]
Subject = Annotated[Line, StringConstraints(max_length=200), Field(examples=["I cannot log in"])]
Message = Annotated[
    VisibleText, StringConstraints(max_length=10_000), Field(examples=["It says that my password is wrong."])
]
TicketStatus = Annotated[Literal["open", "pending", "resolved", "closed"], Field(examples=["open"])]

STAFF = frozenset({"support", "admin"})
OWNER_STATUSES = ("open", "closed")


class NewTicket(Body):
    """Fields of a new ticket."""

    subject: Subject
    message: Message
    email: Email | None = Field(
        None, description="Required without an account. With one, it defaults to the account's e-mail."
    )


class TicketChange(Body):
    """A merge patch of a ticket (RFC 7396): absent members are left unchanged."""

    subject: Subject = ""  # never applied: only members that were sent are
    message: Message = ""
    status: TicketStatus = "open"


class Ticket(Document):
    """A ticket."""

    id: TicketId
    subject: Subject
    message: Message
    status: TicketStatus
    email: Email
    user_id: UserId | None = Field(description="Account of the owner; `null` if the ticket was created without one.")
    created_at: Timestamp
    updated_at: Timestamp
    version: Version

    @classmethod
    def new(cls, user_id: str | None, email: str, draft: NewTicket) -> Self:
        """Create version 1 of a ticket, open."""
        ticket_id = clock.new_id("tkt")
        now = clock.time_of_id(ticket_id)
        return cls(
            id=ticket_id,
            subject=draft.subject,
            message=draft.message,
            status="open",
            email=email,
            user_id=user_id,
            created_at=now,
            updated_at=now,
            version=1,
        )

    def check_change(self, caller: Caller, change: TicketChange) -> None:
        """Raise Forbidden unless the owner changes text, closes or reopens, or staff change the status."""
        changed = difference(self, change.changes())
        if caller.user_id != self.user_id and changed.keys() - {"status"}:
            raise Forbidden("Only its owner may change the text of a ticket.")
        if not caller.roles & STAFF and changed.get("status", "open") not in OWNER_STATUSES:
            raise Forbidden("Only staff may give a ticket this status.")
