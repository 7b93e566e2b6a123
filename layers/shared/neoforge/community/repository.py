"""Access patterns of posts.

FEED#POST#<shard>    POST#<post_id>   the post
AUTHOR#<author_id>   POST#<post_id>   a copy for its author; apart from USER#, as anybody may list it

In each partition POST#~TOTAL holds the total and revision of its posts.

get: 1 GetItem · each write: part of 1 transaction · lists: see dynamodb/sharded_feed.py and collection.py
"""

from neoforge.accounts import repository as accounts
from neoforge.accounts.access_item import Caller
from neoforge.community.model import Author, NewPost, Post, PostChange
from neoforge.dynamodb.collection import Collection
from neoforge.dynamodb.resource_store import ResourceStore
from neoforge.dynamodb.sharded_feed import ShardedFeed
from neoforge.dynamodb.transaction import UnitOfWork
from neoforge.limits import account_limits
from neoforge.models import Precondition, apply_patch

KIND = "POST"
FEED = ShardedFeed(KIND)


def written_by(author_id: str) -> Collection:
    """Return the collection of an author's posts."""
    return Collection(KIND, f"AUTHOR#{author_id}")


def get(post_id: str) -> Post:
    """Read a post. Raises NotFound."""
    return Post.model_validate_json(FEED.get(post_id))


def create(work: UnitOfWork, author_id: str, draft: NewPost) -> Post:
    """Create a post. The commit raises LimitReached."""
    author = Author(id=author_id, display_name=accounts.get(author_id).display_name)
    post = Post.new(author, draft)
    FEED.create(work, post)
    written_by(author_id).create(work, post, account_limits()["posts"])
    return post


def update(work: UnitOfWork, caller: Caller, post_id: str, change: PostChange, precondition: Precondition) -> Post:
    """Update a post. Raises NotFound, Forbidden or PreconditionFailed."""
    post = _get_for_change(caller, post_id, precondition)
    after = apply_patch(post, change.changes())
    if after is not post:
        for store in _stores(post):
            store.replace(work, after, post.version)
    return after


def delete(work: UnitOfWork, caller: Caller, post_id: str, precondition: Precondition) -> None:
    """Delete a post. Raises NotFound, Forbidden or PreconditionFailed."""
    post = _get_for_change(caller, post_id, precondition)
    for store in _stores(post):
        store.delete(work, post_id, precondition)


def _get_for_change(caller: Caller, post_id: str, precondition: Precondition) -> Post:
    post = get(post_id)
    post.check_editor(caller)
    precondition.check(post)
    return post


def _stores(post: Post) -> tuple[ResourceStore, ...]:
    return FEED, written_by(post.author.id)
