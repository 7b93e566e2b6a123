"""A post, and a page of the feed."""

from scripts.proof.bench.events import body_of, id_in_path
from scripts.proof.bench.fake_dynamodb.answers import Stored
from scripts.proof.bench.fake_dynamodb.items import SHARD_PAGE, TIMES, Owner, collection, document


def stored(owner: Owner) -> Stored:
    content = {"id": id_in_path("community.get"), **body_of("community.create")}
    content |= {"author": {"id": owner.user_id, "display_name": owner.name}, **TIMES}
    post = document("FEED#POST#0", f"POST#{content['id']}", content)
    return {"items": {'"POST#': post}, "pages": {"FEED#POST#": collection("FEED#POST#0", "POST", post, SHARD_PAGE)}}
