"""`make migrate`: upgrades the stored documents of a type to the current schema version, while the API runs.

    python -m scripts.ops.migrate TYPE [--dry-run] (--url URL | --table NAME)

TYPE is a key of neoforge.dynamodb.migrations.MIGRATIONS. A run that was stopped is resumed from its checkpoint in
build/. A document that a request changes meanwhile is left alone: requests write the current version. Exits with 1 if
a migration fails for a document, and prints its key. docs/migrations.md says when to run it.

Cost: 1 Scan of the table, and 1 UpdateItem for each document of an older version.
"""

import argparse
import json
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError
from tqdm import tqdm

from neoforge.dynamodb.migrations import MIGRATIONS, document_type, upgrade
from neoforge.settings import settings
from scripts import ROOT
from scripts.ops.target import add_target, select_target

SEGMENTS = 4  # of the table, each scanned by its own thread
BATCH = 2000  # items of a page
LOCK = threading.Lock()
# A request of the API gives up after seconds; a script can wait for a throttled table.
PATIENT = Config(retries={"mode": "standard", "total_max_attempts": 20}, read_timeout=60)
FILTER = "contains(sk, :type) AND (attribute_not_exists(schema_version) OR schema_version < :latest)"

type Row = dict[str, Any]


@dataclass
class Checkpoint:
    """The last key that was scanned in each segment: absent before the first page, null after the last."""

    path: Path
    positions: dict[str, Row | None] = field(default_factory=dict)

    @classmethod
    def load(cls, path: Path) -> "Checkpoint":
        """Read what an earlier run has left."""
        return cls(path, json.loads(path.read_text()) if path.exists() else {})

    def save(self, segment: int, position: Row | None) -> None:
        """Record the position of a segment, replacing the file atomically."""
        with LOCK:
            self.positions[str(segment)] = position
            draft = self.path.with_suffix(".new")
            draft.parent.mkdir(parents=True, exist_ok=True)
            draft.write_text(json.dumps(self.positions))
            draft.replace(self.path)


class Migration:
    """A run over a table. counts: documents that were upgraded, overtaken by a request, or failed."""

    def __init__(self, type_name: str, *, dry_run: bool) -> None:
        self._table_name = settings.table_name
        self._client: Any = boto3.client("dynamodb", config=PATIENT)
        self._type, self._dry_run = type_name, dry_run
        self._latest = 1 + len(MIGRATIONS[type_name])
        self.counts = Counter[str]()
        self.members = Counter[str]()
        self.failed: list[str] = []

    def run(self, folder: Path) -> None:
        """Scan the table, or what an earlier run has left of it."""
        path = folder / f"migrate-{self._table_name}-{self._type}-{self._latest}.json"
        checkpoint = Checkpoint(path) if self._dry_run else Checkpoint.load(path)
        items = self._client.describe_table(TableName=self._table_name)["Table"].get("ItemCount", 0)
        with tqdm(total=items, unit=" items", disable=None) as bar, ThreadPoolExecutor(SEGMENTS) as pool:
            segments = [pool.submit(self._scan_segment, number, checkpoint, bar) for number in range(SEGMENTS)]
            for segment in segments:
                segment.result()
        if not self._dry_run:
            path.unlink(missing_ok=True)

    def _scan_segment(self, segment: int, checkpoint: Checkpoint, bar: "tqdm[Any]") -> None:
        for page in self._pages(segment, checkpoint):
            for row in page["Items"]:
                self._upgrade(row)
            with LOCK:
                bar.update(page["ScannedCount"])
            if not self._dry_run:
                checkpoint.save(segment, page.get("LastEvaluatedKey"))

    def _pages(self, segment: int, checkpoint: Checkpoint) -> Iterator[Any]:
        position = checkpoint.positions.get(str(segment), {})
        while position is not None:
            page = self._client.scan(
                TableName=self._table_name,
                Segment=segment,
                TotalSegments=SEGMENTS,
                Limit=BATCH,
                ConsistentRead=True,
                FilterExpression=FILTER,
                ExpressionAttributeValues={":type": {"S": self._type}, ":latest": {"N": str(self._latest)}},
                **({"ExclusiveStartKey": position} if position else {}),
            )
            yield page
            position = page.get("LastEvaluatedKey")

    def _upgrade(self, row: Row) -> None:
        sk = row["sk"]["S"]
        if document_type(sk) != self._type or "document" not in row:
            return
        version, before = int(row.get("schema_version", {"N": "1"})["N"]), row["document"]["S"]
        try:
            after = upgrade(sk, before, version)
        except Exception as error:  # noqa: BLE001 - whatever is wrong with one document, the others go on
            self._count("failed", Counter())
            self.failed.append(f"{row['pk']['S']} {sk}: {type(error).__name__}")
            return
        outcome = "upgraded" if self._dry_run or self._write(row, after) else "overtaken"
        self._count(outcome, _differences(json.loads(before), json.loads(after)))

    def _write(self, row: Row, after: str) -> bool:
        """Replace the document that was read; False if it has changed since."""
        try:
            self._client.update_item(
                TableName=self._table_name,
                Key={"pk": row["pk"], "sk": row["sk"]},
                UpdateExpression="SET document = :after, schema_version = :latest",
                ConditionExpression="document = :before",
                ExpressionAttributeValues={
                    ":after": {"S": after},
                    ":before": row["document"],
                    ":latest": {"N": str(self._latest)},
                },
            )
        except ClientError as error:
            if error.response["Error"]["Code"] != "ConditionalCheckFailedException":
                raise
            return False
        return True

    def _count(self, outcome: str, members: Counter[str]) -> None:
        with LOCK:
            self.counts[outcome] += 1
            self.members += members


def _differences(before: Row, after: Row) -> Counter[str]:
    """Count the members that are added (+), removed (-) or changed (~); never their values, which are private."""
    found = Counter[str]()
    for name in before.keys() | after.keys():
        if name not in before:
            found[f"+{name}"] = 1
        elif name not in after:
            found[f"-{name}"] = 1
        elif before[name] != after[name]:
            found[f"~{name}"] = 1
    return found


def _report(migration: Migration, *, dry_run: bool) -> None:
    verb, counts = "would be upgraded" if dry_run else "upgraded", migration.counts
    print(f"{counts['upgraded']} {verb}, {counts['overtaken']} overtaken by a request, {counts['failed']} failed")
    for name, number in sorted(migration.members.items()):
        print(f"  {name} in {number}")
    for line in migration.failed:
        print(f"failed: {line}", file=sys.stderr)


def main(folder: Path = ROOT / "build") -> int:
    parser = argparse.ArgumentParser(description="Upgrade stored documents to the current schema version.")
    parser.add_argument("type", help="type of the documents: an id prefix or a sort key, such as prj or ACCOUNT")
    parser.add_argument("--dry-run", action="store_true", help="show what would change, and write nothing")
    add_target(parser)
    arguments = parser.parse_args()
    if not select_target(arguments):
        return 1
    if arguments.type not in MIGRATIONS:
        known = ", ".join(sorted(MIGRATIONS)) or "none"
        print(f"there is no migration of {arguments.type}; there are migrations of: {known}", file=sys.stderr)
        return 1
    migration = Migration(arguments.type, dry_run=arguments.dry_run)
    migration.run(folder)
    _report(migration, dry_run=arguments.dry_run)
    return 1 if migration.failed else 0


if __name__ == "__main__":
    sys.exit(main())
