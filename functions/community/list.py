"""GET /v1/community/posts — everyone's posts, newest first."""

from neoforge.accounts.model import UserId
from neoforge.api.app import create_app, for_seconds, public
from neoforge.api.pagination import Page, PageRequest, paginate
from neoforge.community import repository as posts
from neoforge.community.model import Post

app = create_app(access=public)
handler = app.handler


@app.get(
    "/v1/community/posts",
    summary="List posts",
    description="Posts of all authors or of one, newest first.",
    cache=for_seconds(5),
)
def list_posts(page: PageRequest, author_id: UserId | None = None) -> Page[Post]:
    return paginate(page, posts.written_by(author_id) if author_id else posts.FEED, Post)
