"""DELETE /v1/community/posts/{post_id} — delete a post, as its author or an admin."""

from neoforge.api.app import create_app
from neoforge.api.auth import Caller, authenticated
from neoforge.api.idempotency import idempotent
from neoforge.api.preconditions import Precondition
from neoforge.api.problems import ProblemType
from neoforge.community import repository as posts
from neoforge.community.model import PostId
from neoforge.dynamodb.transaction import UnitOfWork

app = create_app(access=authenticated, execute=idempotent)
handler = app.handler


@app.delete(
    "/v1/community/posts/{post_id}",
    summary="Delete a post",
    description="Allowed for its author and admins.",
    problems=[ProblemType.FORBIDDEN],
)
def delete_post(caller: Caller, post_id: PostId, precondition: Precondition, work: UnitOfWork) -> None:
    posts.delete(work, caller, post_id, precondition)
