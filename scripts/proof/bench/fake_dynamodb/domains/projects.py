"""A project, and a page of them."""

from scripts.proof.bench.events import body_of, id_in_path
from scripts.proof.bench.fake_dynamodb.answers import Stored
from scripts.proof.bench.fake_dynamodb.items import TIMES, Owner, collection, document


def stored(owner: Owner) -> Stored:
    content = {"id": id_in_path("projects.get"), **body_of("projects.create"), **TIMES}
    project = document(owner.pk, f"PROJECT#{content['id']}", content)
    return {"items": {'"PROJECT#': project}, "pages": {'"PROJECT': collection(owner.pk, "PROJECT", project)}}
