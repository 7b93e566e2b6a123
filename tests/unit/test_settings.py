import pytest

from neoforge import settings


def test_settings_are_read_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALLOWED_ORIGINS", "https://a.example,https://b.example")
    monkeypatch.setenv("SIGNING_KEY", "key")
    read = settings.read()
    assert read.allowed_origins == {"https://a.example", "https://b.example"}
    assert read.signing_key == b"key"


@pytest.mark.parametrize("field", settings.Settings._fields)
def test_a_variable_that_is_missing_is_an_error_at_once(field: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(field.upper())
    with pytest.raises(KeyError, match=field.upper()):
        settings.read()


def test_settings_cannot_be_changed() -> None:
    with pytest.raises(AttributeError):
        settings.settings.table_name = "other"  # type: ignore[misc]
