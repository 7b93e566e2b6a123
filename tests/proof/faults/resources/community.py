from typing import Any

from neoforge.community import repository
from neoforge.community.model import Post
from neoforge.dynamodb.resource_store import ResourceStore

PREFIX = "pst_"
KINDS = ("POST",)


def stores(_: str, content: Any) -> list[ResourceStore]:
    return [*repository._stores(Post.model_validate(content))]
