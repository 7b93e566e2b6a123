"""GET /v1/community/posts/{post_id} — one post."""

from neoforge.api.app import create_app, for_seconds, public
from neoforge.community import repository as posts
from neoforge.community.model import Post, PostId

app = create_app(access=public)
handler = app.handler


@app.get(
    "/v1/community/posts/{post_id}", summary="Get a post", description="Visible to everyone.", cache=for_seconds(30)
)
def get_post(post_id: PostId) -> Post:
    return posts.get(post_id)
