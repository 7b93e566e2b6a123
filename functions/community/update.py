"""PATCH /v1/community/posts/{post_id} — update a post, as its author or an admin."""

from neoforge.api.app import create_app
from neoforge.api.auth import Caller, authenticated
from neoforge.api.idempotency import idempotent
from neoforge.api.preconditions import Precondition
from neoforge.api.problems import ProblemType
from neoforge.community import repository as posts
from neoforge.community.model import Post, PostChange, PostId
from neoforge.dynamodb.transaction import UnitOfWork

app = create_app(access=authenticated, execute=idempotent)
handler = app.handler


@app.patch(
    "/v1/community/posts/{post_id}",
    summary="Update a post",
    description="Applies a merge patch. Allowed for its author and admins.",
    problems=[ProblemType.FORBIDDEN],
)
def update_post(
    caller: Caller, post_id: PostId, change: PostChange, precondition: Precondition, work: UnitOfWork
) -> Post:
    return posts.update(work, caller, post_id, change, precondition)
