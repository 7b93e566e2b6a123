"""Two resources of the tests' own, for what every resource has: bodies, conditions, idempotency, pages.

USER#<owner_id>   NOTE#<note_id>   the note
USER#<owner_id>   NOTE#~TOTAL      total and revision
FEED#NOTICE#…     NOTICE#<id>      a notice, in a feed
"""

from typing import Annotated, Self

from pydantic import Field, StringConstraints

from neoforge import clock
from neoforge.api.app import create_app, public
from neoforge.api.auth import Caller, authenticated
from neoforge.api.idempotency import idempotent
from neoforge.api.pagination import Page, PageRequest, paginate
from neoforge.api.preconditions import Precondition
from neoforge.dynamodb.collection import Collection
from neoforge.dynamodb.keys import user_partition
from neoforge.dynamodb.sharded_feed import ShardedFeed
from neoforge.dynamodb.transaction import UnitOfWork
from neoforge.models import Body, Document, Line, Text, Timestamp, Version, apply_patch

NoteId = Annotated[str, StringConstraints(pattern=r"^nte_[0-9a-f-]{36}$")]
Name = Annotated[Line, StringConstraints(max_length=120)]
Description = Annotated[Text, StringConstraints(max_length=2000)]


class NewNote(Body):
    name: Name
    description: Description | None = None


class NoteChange(Body):
    name: Name = ""  # never used: what was not sent is not applied
    description: Description | None = None


class Note(Document):
    id: NoteId
    name: Name
    description: Annotated[Description | None, Field()]
    created_at: Timestamp
    updated_at: Timestamp
    version: Version

    @classmethod
    def new(cls, draft: NewNote) -> Self:
        note_id = clock.new_id("nte")
        created_at = clock.time_of_id(note_id)
        return cls(id=note_id, created_at=created_at, updated_at=created_at, version=1, **draft.model_dump())


MAXIMUM = 1_000_000  # of an owner


def owned_by(owner_id: str) -> Collection:
    return Collection("NOTE", user_partition(owner_id))


list_notes = create_app(access=authenticated)
create_note = create_app(access=authenticated, execute=idempotent)
get_note = create_app(access=authenticated)
update_note = create_app(access=authenticated, execute=idempotent)
delete_note = create_app(access=authenticated, execute=idempotent)


@list_notes.get("/v1/notes", summary="List notes")
def _list(caller: Caller, page: PageRequest) -> Page[Note]:
    return paginate(page, owned_by(caller.user_id), Note)


def create(work: UnitOfWork, owner_id: str, draft: NewNote) -> Note:
    note = Note.new(draft)
    owned_by(owner_id).create(work, note, MAXIMUM)
    return note


@create_note.post("/v1/notes", summary="Create a note", location="/v1/notes/{id}", in_list=True)
def _create(caller: Caller, draft: NewNote, work: UnitOfWork) -> Note:
    return create(work, caller.user_id, draft)


def get(owner_id: str, note_id: str) -> Note:
    return Note.model_validate_json(owned_by(owner_id).get(note_id))


@get_note.get("/v1/notes/{note_id}", summary="Get a note")
def _get(caller: Caller, note_id: NoteId) -> Note:
    return get(caller.user_id, note_id)


@update_note.patch("/v1/notes/{note_id}", summary="Update a note")
def _update(caller: Caller, note_id: NoteId, change: NoteChange, precondition: Precondition, work: UnitOfWork) -> Note:
    note = get(caller.user_id, note_id)
    precondition.check(note)
    after = apply_patch(note, change.changes())
    if after is not note:
        owned_by(caller.user_id).replace(work, after, note.version)
    return after


@delete_note.delete("/v1/notes/{note_id}", summary="Delete a note")
def _delete(caller: Caller, note_id: NoteId, precondition: Precondition, work: UnitOfWork) -> None:
    owned_by(caller.user_id).delete(work, note_id, precondition)


class Notice(Document):
    id: str
    created_at: Timestamp
    version: Version


NOTICES = ShardedFeed("NOTICE")

list_notices = create_app(access=public)


@list_notices.get("/v1/notices", summary="List notices")
def _list_notices(page: PageRequest) -> Page[Notice]:
    return paginate(page, NOTICES, Notice)


# Handlers by method and path, as the template has them of other resources.
ROUTES = {
    ("GET", "/v1/notes"): "tests.notes.list_notes.handler",
    ("POST", "/v1/notes"): "tests.notes.create_note.handler",
    ("GET", "/v1/notes/{note_id}"): "tests.notes.get_note.handler",
    ("PATCH", "/v1/notes/{note_id}"): "tests.notes.update_note.handler",
    ("DELETE", "/v1/notes/{note_id}"): "tests.notes.delete_note.handler",
    ("GET", "/v1/notices"): "tests.notes.list_notices.handler",
    ("OPTIONS", "/v1/notes"): "tests.notes.list_notes.handler",
    ("OPTIONS", "/v1/notes/{note_id}"): "tests.notes.get_note.handler",
}
