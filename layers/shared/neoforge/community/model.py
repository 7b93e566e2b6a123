"""Posts."""

from typing import Annotated, Self

from pydantic import BaseModel, Field, StringConstraints

from neoforge import clock
from neoforge.accounts.access_item import Caller
from neoforge.accounts.model import DisplayName, UserId
from neoforge.errors import Forbidden
from neoforge.models import Body, Document, Line, Timestamp, Version, VisibleText

PostId = Annotated[
    str, StringConstraints(pattern=r"^pst_[0-9a-f-]{36}$"), Field(examples=["pst_01a20538-11bf-7304-bb36-19bcf1775ed8"])
]
Title = Annotated[Line, StringConstraints(max_length=200), Field(examples=["How we moved to serverless"])]
Content = Annotated[
    VisibleText, StringConstraints(max_length=20_000), Field(examples=["It took a week and some coffee."])
]


class NewPost(Body):
    """Fields of a new post."""

    title: Title
    content: Content


class PostChange(Body):
    """A merge patch of a post (RFC 7396): absent members are left unchanged."""

    title: Title = ""  # never applied: only members that were sent are
    content: Content = ""


class Author(BaseModel):
    """The author of a post, with the name they had when they wrote it."""

    id: UserId
    display_name: DisplayName


class Post(Document):
    """A post."""

    id: PostId
    title: Title
    content: Content
    author: Author
    created_at: Timestamp
    updated_at: Timestamp
    version: Version

    @classmethod
    def new(cls, author: Author, draft: NewPost) -> Self:
        """Create version 1 of a post."""
        post_id = clock.new_id("pst")
        now = clock.time_of_id(post_id)
        return cls(id=post_id, author=author, created_at=now, updated_at=now, version=1, **draft.model_dump())

    def check_editor(self, caller: Caller) -> None:
        """Raise Forbidden unless the caller is the author or an admin."""
        if caller.user_id != self.author.id and "admin" not in caller.roles:
            raise Forbidden("Only its author may change a post.")
