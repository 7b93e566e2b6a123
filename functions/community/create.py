"""POST /v1/community/posts — create a post."""

from neoforge.api.app import create_app
from neoforge.api.auth import Caller, authenticated
from neoforge.api.idempotency import idempotent
from neoforge.api.problems import ProblemType
from neoforge.community import repository as posts
from neoforge.community.model import NewPost, Post
from neoforge.dynamodb.transaction import UnitOfWork

app = create_app(access=authenticated, execute=idempotent)
handler = app.handler


@app.post(
    "/v1/community/posts",
    summary="Create a post",
    description="The caller becomes its author.",
    location="/v1/community/posts/{id}",
    in_list=True,
    problems=[ProblemType.LIMIT_REACHED],
)
def create_post(caller: Caller, draft: NewPost, work: UnitOfWork) -> Post:
    return posts.create(work, caller.user_id, draft)
