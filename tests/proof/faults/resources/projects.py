from typing import Any

from neoforge.dynamodb.resource_store import ResourceStore
from neoforge.projects import repository

PREFIX = "prj_"
KINDS = ("PROJECT",)


def stores(pk: str, _: Any) -> list[ResourceStore]:
    return [repository.owned_by(pk.removeprefix("USER#"))]
