"""A ticket, and a page of them."""

from scripts.proof.bench.events import body_of, id_in_path
from scripts.proof.bench.fake_dynamodb.answers import Stored
from scripts.proof.bench.fake_dynamodb.items import TIMES, Owner, collection, document


def stored(owner: Owner) -> Stored:
    content = {"id": id_in_path("support.get"), **body_of("support.create"), "status": "open"}
    content |= {"email": owner.email, "user_id": owner.user_id, **TIMES}
    ticket = document(owner.pk, f"TICKET#{content['id']}", content)
    return {"items": {'"TICKET#': ticket}, "pages": {'"TICKET': collection(owner.pk, "TICKET", ticket)}}
