"""Items as DynamoDB returns them."""

import json
from collections.abc import Mapping
from typing import Any, NamedTuple

from scripts.proof.bench.fake_dynamodb.answers import CONTENT, Item, typed

TIME = "2026-11-22T09:30:00.000Z"
TIMES: dict[str, Any] = {"created_at": TIME, "updated_at": TIME, "version": 1}
PAGE = 20  # the default size
SHARD_PAGE = 3  # of a feed's partition, of which each page reads eight


class Owner(NamedTuple):
    """The account of the files in events/."""

    user_id: str
    email: str
    name: str = "Ada Lovelace"

    @property
    def pk(self) -> str:
        return f"USER#{self.user_id}"


def document(pk: str, sk: str, content: Mapping[str, Any]) -> Item:
    """Return the item of a document."""
    return typed({"pk": pk, "sk": sk, "version": 1, CONTENT: json.dumps(content)})


def collection(pk: str, kind: str, resource: Item, total: int = PAGE) -> list[Item]:
    """Return what a Query of an owner's collection reads: its counter, and `total` times the same resource."""
    counter = typed({"pk": pk, "sk": f"{kind}#~TOTAL", "version": 1, "total": total, "revision": total})
    return [counter, *[resource] * total]
