"""Stored documents get a new schema version while the API runs: at once for readers, in the table by `make migrate`."""

import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from neoforge.dynamodb.client import get_client
from neoforge.dynamodb.item import Item
from neoforge.dynamodb.migrations import MIGRATIONS, document_type, upgrade
from scripts.ops import migrate
from tests.api import call, register_and_login
from tests.callers import empty_table

NOTES = "/v1/notes"
MANY = 30

type Run = Callable[..., int]


@pytest.fixture(autouse=True)
def _table() -> Iterator[None]:
    with empty_table():
        yield


@pytest.fixture
def token() -> str:
    return register_and_login()


@pytest.fixture
def paths(token: str) -> list[str]:
    """Notes that were stored in schema version 1."""
    made = [call("POST", NOTES, body={"name": f"n{number}"}, token=token) for number in range(MANY)]
    return [f"{NOTES}/{answer.json()['id']}" for answer in made]


@pytest.fixture
def deployed(paths: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Deploys code with two migrations of a note; each writes its version into the description."""
    steps = (
        lambda value: value | {"description": f"schema_version 2 of {value['name']}"},
        lambda value: value | {"description": value["description"].replace("schema_version 2", "schema_version 3")},
    )
    monkeypatch.setitem(MIGRATIONS, "nte", steps)


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Run:
    monkeypatch.setattr(migrate, "select_target", lambda _: True)
    monkeypatch.setattr(migrate, "BATCH", 5)

    def run(*arguments: str) -> int:
        monkeypatch.setattr(sys, "argv", ["migrate", "nte", *arguments, "--table", "neoforge-test"])
        return migrate.main(tmp_path)

    return run


def stored() -> list[tuple[str, str, int]]:
    """Return document, version and schema version of each note in the table."""
    found = get_client().scan(TableName=Item.Meta.table_name)["Items"]
    rows = [one for one in found if one["sk"]["S"].startswith("NOTE#nte_")]
    return [
        (one["document"]["S"], one["version"]["N"], int(one.get("schema_version", {"N": "1"})["N"])) for one in rows
    ]


def descriptions(token: str) -> list[str]:
    listed = call("GET", NOTES, query={"page_size": "100"}, token=token).json()["items"]
    return [one["description"] for one in listed]


NEWEST_FIRST = [f"schema_version 3 of n{number}" for number in reversed(range(MANY))]


def test_version_1_is_not_stored(paths: list[str]) -> None:
    found = get_client().scan(TableName=Item.Meta.table_name)["Items"]
    assert not [one for one in found if "schema_version" in one]


@pytest.mark.usefixtures("deployed")
def test_readers_see_the_current_version_before_a_run(paths: list[str], token: str) -> None:
    assert descriptions(token) == NEWEST_FIRST
    assert call("GET", paths[7], token=token).json()["description"] == "schema_version 3 of n7"
    assert {schema_version for _, _, schema_version in stored()} == {1}


@pytest.mark.usefixtures("deployed")
def test_a_change_writes_the_current_version(paths: list[str], token: str) -> None:
    assert call("PATCH", paths[0], body={"name": "new"}, token=token).json()["description"] == "schema_version 3 of n0"
    assert sorted(schema_version for _, _, schema_version in stored()) == [1] * (MANY - 1) + [3]
    assert call("PATCH", paths[0], body={"description": "mine"}, token=token).status == 200
    assert call("GET", paths[0], token=token).json()["description"] == "mine"


@pytest.mark.usefixtures("deployed")
def test_a_run_upgrades_everything_and_changes_no_resource_version(run: Run, token: str) -> None:
    before = descriptions(token)
    assert run() == 0
    assert {(version, schema_version) for _, version, schema_version in stored()} == {("1", 3)}
    assert descriptions(token) == before == NEWEST_FIRST


@pytest.mark.usefixtures("deployed")
def test_a_dry_run_counts_and_writes_nothing(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    before = stored()
    assert run("--dry-run") == 0
    assert stored() == before
    assert f"{MANY} would be upgraded" in capsys.readouterr().out


@pytest.mark.usefixtures("deployed")
def test_a_second_run_has_nothing_to_do(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    run()
    capsys.readouterr()
    assert run() == 0
    assert "0 upgraded, 0 overtaken" in capsys.readouterr().out


class KilledError(Exception):
    pass


@pytest.mark.usefixtures("deployed")
def test_a_stopped_run_is_resumed(
    run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write, seen = migrate.Migration._write, list[Any]()

    def failing(self: Any, row: Any, after: str) -> bool:
        if len(seen) == 17:
            raise KilledError
        seen.append(row)
        return write(self, row, after)

    monkeypatch.setattr(migrate, "SEGMENTS", 1)
    with monkeypatch.context() as patch:
        patch.setattr(migrate.Migration, "_write", failing)
        with pytest.raises(KilledError):
            run()
    (checkpoint,) = tmp_path.iterdir()
    assert json.loads(checkpoint.read_text())["0"]
    capsys.readouterr()
    assert run() == 0
    assert f"{MANY - 17} upgraded" in capsys.readouterr().out
    assert {schema_version for _, _, schema_version in stored()} == {3}
    assert list(tmp_path.iterdir()) == []


@pytest.mark.usefixtures("deployed")
def test_a_document_that_changes_meanwhile_keeps_the_change(
    run: Run, monkeypatch: pytest.MonkeyPatch, paths: list[str], token: str, capsys: pytest.CaptureFixture[str]
) -> None:
    write = migrate.Migration._write

    def overtaken(self: Any, row: Any, after: str) -> bool:
        if paths[3].rpartition("/")[2] in row["sk"]["S"]:
            assert call("PATCH", paths[3], body={"name": "mine"}, token=token).status == 200
        return write(self, row, after)

    monkeypatch.setattr(migrate.Migration, "_write", overtaken)
    assert run() == 0
    assert f"{MANY - 1} upgraded, 1 overtaken" in capsys.readouterr().out
    assert call("GET", paths[3], token=token).json()["name"] == "mine"
    assert {schema_version for _, _, schema_version in stored()} == {3}


@pytest.mark.usefixtures("deployed")
def test_a_failed_document_is_reported_and_the_others_are_upgraded(
    run: Run, monkeypatch: pytest.MonkeyPatch, paths: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(MIGRATIONS, "nte", (lambda value: value | {"half": 1 / (value["name"] != "n5")},))
    assert run() == 1
    said = capsys.readouterr()
    assert f"{MANY - 1} upgraded, 0 overtaken by a request, 1 failed" in said.out
    assert f"  +half in {MANY - 1}" in said.out
    assert paths[5].rpartition("/")[2] in said.err
    assert "n5" not in said.err


def test_a_type_without_migrations_is_refused(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    assert run() == 1
    assert "there is no migration of nte" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("sk", "name"),
    [
        ("NOTE#nte_01a20549-78b4-779b-ab24-9ee5f80eb947", "nte"),
        ("pst_01a20549-78b4-779b-ab24-9ee5f80eb947", "pst"),
        ("AT#2026-11-22T00:00:00.000Z#evt_01a20549-78b4-779b-ab24-9ee5f80eb947", "evt"),
        ("ACCOUNT", "ACCOUNT"),
        ("SERVICE#api_gateway", "SERVICE"),
        ("DAY#2026-11-22", "DAY"),
    ],
)
def test_the_sort_key_names_the_type(sk: str, name: str) -> None:
    assert document_type(sk) == name


def test_a_document_of_a_newer_deployment_stays_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(MIGRATIONS, "ACCOUNT", (lambda value: {"schema_version": 2},))
    assert upgrade("ACCOUNT", "{}", 3) == "{}"
    assert upgrade("ACCOUNT", "{}", 1) == '{"schema_version":2}'
