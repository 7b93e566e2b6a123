"""Keys of the table: pk and sk, both strings."""

from typing import Any

LAST = "~"  # sorts after every character of an id


def primary_key(pk: str, sk: str) -> dict[str, Any]:
    """Return a primary key in DynamoDB JSON."""
    return {"pk": {"S": pk}, "sk": {"S": sk}}


def user_partition(user_id: str) -> str:
    """Return the partition key of everything that belongs to a user."""
    return f"USER#{user_id}"


def just_before(position: str) -> str:
    """Return the position right before `position`; no item has it."""
    return position[:-1] + chr(ord(position[-1]) - 1) + LAST
