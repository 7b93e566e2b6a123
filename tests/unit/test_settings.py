import pytest

from neoforge import settings


def test_settings_are_read_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALLOWED_ORIGINS", "https://a.example,https://b.example")
    monkeypatch.setenv("RATE_LIMITS", "read=100/60,anonymous=5/3600")
    monkeypatch.setenv("SIGNING_KEY", "key")
    read = settings.read()
    assert read.allowed_origins == {"https://a.example", "https://b.example"}
    assert read.rate_limits == {
        "read": settings.Policy("read", 100, 60),
        "anonymous": settings.Policy("anonymous", 5, 3600),
    }
    assert read.signing_key == b"key"


@pytest.mark.parametrize("field", settings.Settings._fields)
def test_a_variable_that_is_missing_is_an_error_at_once(field: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(field.upper())
    with pytest.raises(KeyError, match=field.upper()):
        settings.read()


def test_settings_cannot_be_changed() -> None:
    with pytest.raises(AttributeError):
        settings.settings.table_name = "other"  # type: ignore[misc]


@pytest.mark.parametrize("text", ["", "read", "read=", "read=100", "read=100/", "read=/60", "read=many/60"])
def test_what_is_no_rate_limit_is_an_error_at_once(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RATE_LIMITS", text)
    with pytest.raises(ValueError, match="invalid literal"):
        settings.read()
