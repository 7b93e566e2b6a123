import os
from typing import Any

import pytest

from neoforge.settings import Settings, runs_on_lambda

NAMES = Settings.names()
SWITCH = "interactive_docs"


def test_settings_are_read_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALLOWED_ORIGINS", "https://a.example,https://b.example")
    monkeypatch.setenv("SIGNING_KEYS", "current previous")
    settings = Settings()
    assert settings.allowed_origins == {"https://a.example", "https://b.example"}
    assert settings.signing_keys == (b"current", b"previous")
    rest = {name: getattr(settings, name) for name in NAMES if name not in {"allowed_origins", SWITCH}}
    assert rest == {name: os.environ[name.upper()] for name in rest}


@pytest.mark.parametrize("name", NAMES)
def test_a_variable_that_is_missing_is_an_error_as_soon_as_settings_are_loaded(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(name.upper())
    with pytest.raises(KeyError, match=name.upper()):
        Settings().load()


def test_the_signing_keys_are_not_needed_by_every_function(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SIGNING_KEYS")
    Settings().load()
    with pytest.raises(KeyError, match="SIGNING_KEYS"):
        _ = Settings().signing_keys


@pytest.mark.parametrize(("text", "on"), [("true", True), ("false", False), ("", False), ("True", False)])
def test_a_switch_is_on_only_if_it_says_so(text: str, on: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INTERACTIVE_DOCS", text)
    assert Settings().interactive_docs is on


@pytest.mark.parametrize("name", [name for name in NAMES if name != SWITCH])
def test_a_setting_is_read_when_it_is_needed_and_only_once(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = Settings()
    monkeypatch.setenv(name.upper(), "first")
    first: Any = getattr(settings, name)
    monkeypatch.setenv(name.upper(), "second")
    assert getattr(settings, name) == first
    assert "first" in str(first)


def test_lambda_is_detected_by_the_variable_that_it_sets(monkeypatch: pytest.MonkeyPatch) -> None:
    assert not runs_on_lambda()
    monkeypatch.setenv("AWS_LAMBDA_FUNCTION_NAME", "neoforge-ProjectsGet")
    assert runs_on_lambda()
