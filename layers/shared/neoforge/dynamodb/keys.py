"""Keys of the table: pk and sk, both text."""

from typing import Any

LAST = "~"  # sorts behind every character of an id


def primary_key(pk: str, sk: str) -> dict[str, Any]:
    """Return a key in DynamoDB's JSON."""
    return {"pk": {"S": pk}, "sk": {"S": sk}}


def user_partition(user_id: str) -> str:
    """Return the partition of everything that is a user's own."""
    return f"USER#{user_id}"


def just_before(position: str) -> str:
    """Return a position that no item has and that sorts right before `position`."""
    return position[:-1] + chr(ord(position[-1]) - 1) + LAST
