"""What a client was told: the table has to hold this, and nothing else."""

from dataclasses import dataclass, field
from typing import Any

type Json = dict[str, Any]
# By id; None for what is not shown to clients.
type Documents = dict[str, Json | None]
# By the shelf that they stand on.
type Shelves = dict[str, Documents]

# The member of a resource that no other request sends, by the prefix of its ids.
TEXTS = {"prj": "name", "tkt": "subject", "pst": "title", "evt": "description"}


@dataclass
class Ledger:
    """What one account was told.

    resources: as last acknowledged, by id. sessions: live ones. doubtful: texts of resources, or a shelf, of which more
    may exist, asked for without a key and never acknowledged. surprises: answers that contradict earlier ones.
    """

    account: Json
    resources: dict[str, Json] = field(default_factory=dict)
    sessions: set[str] = field(default_factory=set)
    doubtful: set[str] = field(default_factory=set)
    surprises: list[str] = field(default_factory=list)

    def of_kind(self, prefix: str) -> list[Json]:
        """Give the resources of a kind, newest first."""
        return [self.resources[one] for one in sorted(self.resources, reverse=True) if one.startswith(prefix)]

    def shelves(self) -> Shelves:
        """Tell where everything has to stand."""
        own = f"USER#{self.account['id']}"
        expected: Shelves = {"EMAIL": {self.account["id"]: None}, own: {self.account["id"]: self.account}}
        expected[f"{own}/SESSION"] = dict.fromkeys(self.sessions)
        for resource_id, document in self.resources.items():
            for shelf in _standing_on(own, document):
                expected.setdefault(shelf, {})[resource_id] = document
        return expected


def _standing_on(own: str, document: Json) -> list[str]:
    kind = document["id"][:3]
    if kind == "prj":
        return [f"{own}/PROJECT"]
    if kind == "tkt":
        kinds = ("TICKET", f"{document['status'].upper()}-TICKET")
        return [f"{place}{name}" for name in kinds for place in ("FEED#", f"{own}/")]
    if kind == "pst":
        return ["FEED#POST", f"{own}/POST"]
    return ["FEED#EVENT", *(f"SERVICE#{document['service_id']}/{name}" for name in ("EVENT", "AT"))]


def text_of(document: Json) -> str:
    """Give what tells a resource from all that other requests have asked for."""
    return str(document.get(TEXTS.get(document["id"][:3], ""), ""))
