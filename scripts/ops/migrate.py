"""`make migrate`: brings the stored documents of a type to their schema_version of today, while the API runs.

    python -m scripts.ops.migrate TYPE [--dry-run] (--url URL | --table NAME)

TYPE is a key of neoforge.dynamodb.migrations.MIGRATIONS. If a run is stopped half-way, the next one goes on from its
checkpoint in build/. A document that somebody changes meanwhile is left to them: a change writes today's schema_version.
Ends with 1 if documents are left that no step can take, naming their keys. docs/migrations.md says when to run it.

A run: 1 Scan of the table, and 1 UpdateItem for each document that is in an older schema_version.
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

from scripts import ROOT
from scripts.ops.target import add_place, enter_place

SEGMENTS = 4  # of the table, each read by a thread of its own
BATCH = 2000  # items read at once
COUNT = threading.Lock()
# A request of the API gives up after seconds; a script waits for as long as a busy table needs.
PATIENT = Config(retries={"mode": "standard", "total_max_attempts": 20}, read_timeout=60)

type Row = dict[str, Any]


@dataclass
class Checkpoint:
    """How far each segment has been read: the last key, absent before the first, null after the last batch."""

    path: Path
    positions: dict[str, Row | None] = field(default_factory=dict)

    @classmethod
    def load(cls, path: Path) -> "Checkpoint":
        """Go on with what an earlier run has left."""
        return cls(path, json.loads(path.read_text()) if path.exists() else {})

    def save(self, segment: int, position: Row | None) -> None:
        """Note what needs not be read again, at once: a file that is half written would lose what there was."""
        with COUNT:
            self.positions[str(segment)] = position
            half = self.path.with_suffix(".new")
            half.parent.mkdir(parents=True, exist_ok=True)
            half.write_text(json.dumps(self.positions))
            half.replace(self.path)


class Migration:
    """One run over a table. counts: documents that were upgraded, overtaken by a change, or broken."""

    def __init__(self, type_name: str, *, dry_run: bool) -> None:
        from neoforge.dynamodb import migrations  # noqa: PLC0415 - its settings are known only now
        from neoforge.settings import settings  # noqa: PLC0415

        self._migrations, self._table_name = migrations, settings.table_name
        self._client: Any = boto3.client("dynamodb", config=PATIENT)
        self._type, self._dry_run = type_name, dry_run
        self._latest = 1 + len(migrations.MIGRATIONS[type_name])
        self.counts = Counter[str]()
        self.members = Counter[str]()
        self.broken: list[str] = []

    def run(self, folder: Path) -> None:
        """Read the whole table, or what an earlier run has left of it."""
        name = f"migrate-{self._table_name}-{self._type}-{self._latest}.json"
        path = folder / name
        checkpoint = Checkpoint(path) if self._dry_run else Checkpoint.load(path)
        items = self._client.describe_table(TableName=self._table_name)["Table"].get("ItemCount", 0)
        with tqdm(total=items, unit=" items", disable=None) as bar, ThreadPoolExecutor(SEGMENTS) as pool:
            segments = [pool.submit(self._segment, number, checkpoint, bar) for number in range(SEGMENTS)]
            for segment in segments:
                segment.result()
        if not self._dry_run:
            path.unlink(missing_ok=True)

    def _segment(self, segment: int, checkpoint: Checkpoint, bar: "tqdm[Any]") -> None:
        for page in self._pages(segment, checkpoint):
            for row in page["Items"]:
                self._take(row)
            with COUNT:
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
                FilterExpression="contains(sk, :type) AND (attribute_not_exists(schema_version) OR schema_version < :latest)",
                ExpressionAttributeValues={":type": {"S": self._type}, ":latest": {"N": str(self._latest)}},
                **({"ExclusiveStartKey": position} if position else {}),
            )
            yield page
            position = page.get("LastEvaluatedKey")

    def _take(self, row: Row) -> None:
        sk = row["sk"]["S"]
        if self._migrations.document_type(sk) != self._type or "document" not in row:
            return
        schema_version, text = int(row.get("schema_version", {"N": "1"})["N"]), row["document"]["S"]
        try:
            after = self._migrations.upgrade(sk, text, schema_version)
        except Exception as error:  # noqa: BLE001 - whatever is wrong with one document, the others go on
            self._note("broken", Counter())
            self.broken.append(f"{row['pk']['S']} {sk}: {type(error).__name__}")
            return
        outcome = "upgraded" if self._dry_run or self._write(row, after) else "overtaken"
        self._note(outcome, _differences(json.loads(text), json.loads(after)))

    def _write(self, row: Row, after: str) -> bool:
        """Put the new text in the place of the one that was read; tell whether that was still there."""
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

    def _note(self, outcome: str, members: Counter[str]) -> None:
        with COUNT:
            self.counts[outcome] += 1
            self.members += members


def _differences(before: Row, after: Row) -> Counter[str]:
    """Name the members that come (+), go (-) or change (~); their values are somebody's."""
    found = Counter[str]()
    for name in before.keys() | after.keys():
        if name not in before:
            found[f"+{name}"] = 1
        elif name not in after:
            found[f"-{name}"] = 1
        elif before[name] != after[name]:
            found[f"~{name}"] = 1
    return found


def main(folder: Path = ROOT / "build") -> int:
    parser = argparse.ArgumentParser(description="Bring stored documents to their schema_version of today.")
    parser.add_argument("type", help="such as prj or ACCOUNT")
    parser.add_argument("--dry-run", action="store_true", help="tell what would be done, and write nothing")
    add_place(parser)
    arguments = parser.parse_args()
    if not enter_place(arguments):
        return 1
    from neoforge.dynamodb.migrations import MIGRATIONS  # noqa: PLC0415 - its settings are known only now

    if arguments.type not in MIGRATIONS:
        known = ", ".join(sorted(MIGRATIONS)) or "none"
        print(f"no step is written for {arguments.type}; there are steps for: {known}", file=sys.stderr)
        return 1
    migration = Migration(arguments.type, dry_run=arguments.dry_run)
    migration.run(folder)
    done, counts = "would be upgraded" if arguments.dry_run else "upgraded", migration.counts
    print(f"{counts['upgraded']} {done}, {counts['overtaken']} overtaken by a change, {counts['broken']} broken")
    for name, number in sorted(migration.members.items()):
        print(f"  {name} in {number}")
    for line in migration.broken:
        print(f"broken: {line}", file=sys.stderr)
    return 1 if migration.broken else 0


if __name__ == "__main__":
    sys.exit(main())
