"""PATCH /v1/community/posts/{post_id} — change a post: its author, or an admin."""

from neoforge.api.app import create_app
from neoforge.api.auth import Caller, authenticated
from neoforge.api.etag import IfMatch
from neoforge.api.idempotency import idempotent
from neoforge.community import repository as posts
from neoforge.community.model import Post, PostChange, PostId
from neoforge.dynamodb.transaction import UnitOfWork

app = create_app(access=authenticated, execute=idempotent)
handler = app.handler


@app.patch("/v1/community/posts/{post_id}", problems=["forbidden"])
def update_post(caller: Caller, post_id: PostId, change: PostChange, if_match: IfMatch, work: UnitOfWork) -> Post:
    """Update a post."""
    return posts.update(work, caller, post_id, change, if_match)
