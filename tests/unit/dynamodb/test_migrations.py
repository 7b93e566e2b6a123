import json

import pytest

from neoforge.dynamodb import migrations
from neoforge.dynamodb.migrations import document_type, schema_version, upgrade

PROJECT = "PROJECT#prj_01a20538-11bf-7304-bb36-19bcf1775ed8"


@pytest.fixture(autouse=True)
def _two_migrations(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(migrations.MIGRATIONS, "prj", (lambda one: one | {"a": 2}, lambda one: one | {"b": one["a"]}))


@pytest.mark.parametrize(
    ("sk", "expected"),
    [(PROJECT, "prj"), (PROJECT.partition("#")[2], "prj"), ("ACCOUNT", "ACCOUNT"), ("DAY#2026-11-22", "DAY")],
)
def test_the_type_of_a_document_follows_from_its_sort_key(sk: str, expected: str) -> None:
    assert document_type(sk) == expected


def test_each_migration_makes_one_version() -> None:
    assert (schema_version(PROJECT), schema_version("ACCOUNT")) == (3, 1)


@pytest.mark.parametrize(("version", "expected"), [(1, {"é": 1, "a": 2, "b": 2}), (3, {"é": 1}), (9, {"é": 1})])
def test_a_document_is_upgraded_from_its_version_and_a_current_or_newer_one_is_unchanged(
    version: int, expected: dict[str, int]
) -> None:
    assert json.loads(upgrade(PROJECT, '{"é":1}', version)) == expected


def test_only_the_migrations_after_its_version_are_applied() -> None:
    assert upgrade(PROJECT, '{"a":7}', 2) == '{"a":7,"b":7}'
