import pytest

from neoforge.dynamodb import migrations
from neoforge.dynamodb.item import Item
from neoforge.settings import settings


def test_the_table_is_the_one_of_the_settings() -> None:
    assert Item._get_connection().table_name == settings.table_name


def test_there_is_one_client() -> None:
    assert Item.client() is Item.client() is Item._get_connection().connection.client


def test_a_document_is_written_with_its_schema_version_unless_that_is_1(monkeypatch: pytest.MonkeyPatch) -> None:
    assert Item.of("USER#1", "ACCOUNT", "{}", 7).schema_version is None
    monkeypatch.setitem(migrations.MIGRATIONS, "ACCOUNT", (lambda one: one | {"a": 1},))
    assert Item.of("USER#1", "ACCOUNT", "{}", 7).schema_version == 2


def test_the_text_of_a_document_is_upgraded(monkeypatch: pytest.MonkeyPatch) -> None:
    item = Item.of("USER#1", "ACCOUNT", "{}", 7)
    monkeypatch.setitem(migrations.MIGRATIONS, "ACCOUNT", (lambda one: one | {"a": 1},))
    assert item.text == '{"a":1}'
    assert Item("USER#1", "ACCOUNT").text == ""
