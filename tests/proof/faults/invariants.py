"""What always holds of the table, whatever was written and whatever went wrong on the way."""

import hashlib
import json
import math
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from neoforge.accounts.repository import StoredSession
from neoforge.dynamodb.resource_store import ResourceStore

Row = Mapping[str, Any]
Key = tuple[str, str]
Stores = Mapping[str, Callable[[str, Any], Sequence[ResourceStore]]]


class Table:
    """The items of a table, by key."""

    def __init__(self, rows: Iterable[Row]) -> None:
        self.rows = {(row["pk"], row["sk"]): row for row in rows}
        self._explained: set[Key] = set()  # that are where they are to be

    def check(self) -> None:
        """Raise an AssertionError for what does not fit together."""
        from tests.proof.faults import resources  # noqa: PLC0415 - whose checks are of this class

        for (pk, sk), row in sorted(self.rows.items()):
            kind = sk.partition("#")[0]
            if sk == "ACCOUNT":
                self._account(pk, row)
            elif sk == "IDEMPOTENCY":
                self._record(pk, row)
            elif kind.endswith(tuple(resources.KINDS)):
                self._resource(pk, sk, row, resources.STORES)
            elif kind in resources.ALONE:
                self._explained.add((pk, sk))
                hold(kind == "POSITION" or "expires_at" in row, "it ends by itself", row)
        for check in resources.CHECKS:
            check(self)
        self._totals(tuple(resources.KINDS))
        orphans = self.rows.keys() - self._explained
        hold(not orphans, "no item is an orphan, and no kind of item is unknown here", orphans)

    def find(self, pk: str, sk: str, why: str) -> Row:
        """Return an item that has to be there, and is where it has to be."""
        hold((pk, sk) in self.rows, why, (pk, sk))
        self._explained.add((pk, sk))
        return self.rows[pk, sk]

    def _account(self, pk: str, row: Row) -> None:
        """An account, its access item, its credential and its sessions are there together."""
        account = document(row)
        hold(pk == f"USER#{account['id']}", "an account is in its partition", row)
        self._explained.add((pk, "ACCOUNT"))
        credential = self.find(email_key(account["email"]), "CREDENTIAL", "an account has a credential")
        hold(document(credential)["user_id"] == account["id"], "a credential is its account's", credential)
        access = self.find(pk, "ACCESS", "an account has an access item")
        hold(sorted(access["roles"]) == sorted(account["roles"]), "both hold the same roles", access)
        live = access["sessions"]
        stored = {key[1].removeprefix("SESSION#"): row for key, row in self.rows.items() if _session_of(key, pk)}
        hold(live.keys() == stored.keys(), "each session has its entry in the access item, and the other way round", pk)
        for session_id, one in stored.items():
            self._explained.add((pk, f"SESSION#{session_id}"))
            session = StoredSession.model_validate_json(one["document"])
            ends = float(live[session_id]["M"]["ends"]["N"])
            hold(ends == math.ceil(session.refreshable_until), "both know the same end of a session", session_id)
            refreshed = int(one["version"]) > 1
            hold(refreshed == bool(session.refreshed_from), "a refresh leaves from where it was asked", session_id)

    def _record(self, pk: str, row: Row) -> None:
        """A record is locked or has an answer, and that does not point to nothing."""
        self._explained.add((pk, row["sk"]))
        done = row["status"] == "COMPLETED"
        hold(done == ("answer" in row) and "expires_at" in row, "a record is locked or has an answer", row)
        body = row["answer"]["body"]["S"] if done else ""
        made = json.loads(body or "{}").get("id", "")
        named = {part for key in self.rows for part in (key[0].rpartition("#")[2], key[1].rpartition("#")[2])}
        hold(not made or made in named, "a record does not point to nothing", row)

    def _resource(self, pk: str, sk: str, row: Row, stores: Stores) -> None:
        """A resource is in each of its stores, and every copy is the same."""
        if "document" not in row or (pk, sk) in self._explained:
            return
        content = document(row)
        hold(int(row["version"]) == content["version"], "an item has its document's version", row)
        for store in stores[content["id"][:4]](pk, content):
            copy = self.find(*store.key(content["id"]), "a resource is in each of its stores")
            same = copy["document"] == row["document"] and copy["version"] == row["version"]
            hold(same, "all copies of a resource are equal", (row, copy))
        hold((pk, sk) in self._explained, "a copy is in a store of its resource", (pk, sk))

    def _totals(self, kinds: tuple[str, ...]) -> None:
        """Every collection and every shard counts what it holds, and was changed at least that often."""
        held, counted = Counter[Key](), dict[Key, Row]()
        for (pk, sk), row in self.rows.items():
            kind = sk.partition("#")[0]
            if "total" in row:
                counted[pk, sk] = row
                self._explained.add((pk, sk))
            elif kind.endswith(kinds):
                held[pk, f"{kind}#~TOTAL"] += 1
        for key in held.keys() | counted.keys():
            hold(key in counted, "what is held is counted", key)
            hold(int(counted[key]["total"]) == held[key], f"a total counts {held[key]} items", counted[key])
            hold(int(counted[key]["revision"]) >= held[key], "each item raised the revision", counted[key])


def hold(condition: bool, what: str, of: object) -> None:
    """Raise an AssertionError that says what does not hold."""
    if not condition:
        raise AssertionError(f"does not hold: {what}: {of}")


def document(row: Row) -> Any:
    """Read an item's document."""
    return json.loads(row["document"])


def email_key(email: str) -> str:
    """Return the partition of an e-mail."""
    return f"EMAIL#{hashlib.sha256(email.encode().lower()).hexdigest()}"


def _session_of(key: Key, pk: str) -> bool:
    return key[0] == pk and key[1].startswith("SESSION#")
