"""DELETE /v1/community/posts/{post_id} — delete a post: its author, or an admin."""

from neoforge.api.app import create_app
from neoforge.api.auth import Caller, authenticated
from neoforge.api.etag import IfMatch
from neoforge.api.idempotency import idempotent
from neoforge.community import repository as posts
from neoforge.community.model import PostId
from neoforge.dynamodb.transaction import UnitOfWork

app = create_app(access=authenticated, execute=idempotent)
handler = app.handler


@app.delete("/v1/community/posts/{post_id}", problems=["forbidden"])
def delete_post(caller: Caller, post_id: PostId, if_match: IfMatch, work: UnitOfWork) -> None:
    """Delete a post."""
    posts.delete(work, caller, post_id, if_match)
