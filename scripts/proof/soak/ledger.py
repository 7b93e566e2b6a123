"""What a client was told: the table has to hold this, and nothing else."""

from dataclasses import dataclass, field

from scripts.plugins import modules_in
from scripts.proof.soak.kinds import Collections, Json, Kind

_MODULES = modules_in("scripts.proof.soak.domains").values()
# By the prefix of the ids.
KINDS: dict[str, Kind] = {module.KIND.prefix: module.KIND for module in _MODULES}


@dataclass
class Ledger:
    """What one account was told.

    resources: as last acknowledged, by id. sessions: live ones. doubtful: texts of resources, or a collection, of which
    more may exist, sent without a key and never acknowledged. surprises: answers that contradict earlier ones.
    """

    account: Json
    resources: dict[str, Json] = field(default_factory=dict)
    sessions: set[str] = field(default_factory=set)
    doubtful: set[str] = field(default_factory=set)
    surprises: list[str] = field(default_factory=list)

    def of_kind(self, prefix: str) -> list[Json]:
        """Return the resources of a kind, newest first."""
        return [self.resources[one] for one in sorted(self.resources, reverse=True) if one.startswith(f"{prefix}_")]

    def collections(self) -> Collections:
        """Return what each collection has to hold."""
        owner = f"USER#{self.account['id']}"
        expected: Collections = {"EMAIL": {self.account["id"]: None}, owner: {self.account["id"]: self.account}}
        expected[f"{owner}/SESSION"] = dict.fromkeys(self.sessions)
        for resource_id, document in self.resources.items():
            for name in KINDS[prefix_of(document)].collections(owner, document):
                expected.setdefault(name, {})[resource_id] = document
        return expected


def prefix_of(document: Json) -> str:
    """Return the prefix of a resource's id."""
    return str(document["id"]).partition("_")[0]


def text_of(document: Json) -> str:
    """Return the member of a resource that no other request sends; empty for what is no resource of a kind."""
    kind = KINDS.get(prefix_of(document))
    return str(document[kind.text]) if kind else ""
