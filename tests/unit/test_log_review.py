"""The review of the log finds what it looks for, and sees what the functions log."""

import os
from pathlib import Path

import pytest

from neoforge import clock, observability
from tests import log_review
from tests.log_review import leaks

SECRET = clock.new_secret()
TOKEN = f"{clock.new_id('usr')}.{clock.new_id('ses')}.{SECRET}"
LINE = f'{{"message":"Request","correlation_id":"{clock.new_id("x")}","trace":"{"a" * 64}"}}'


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        (TOKEN, "a token"),
        (SECRET, "a token's secret"),
        (f"xx{SECRET}xx", "a token's secret"),
        ("of ada@example.com", "an e-mail address"),
        ("name-private", "marked content"),
        ("pass word 1", "a password"),
    ],
    ids=["token", "secret", "secret in a word", "e-mail", "mark", "password"],
)
def test_a_log_line_with_a_secret_is_found(text: str, kind: str) -> None:
    found = list(leaks([f"one\t{LINE}", f"two\t{LINE}{text}"], {SECRET, "pass word 1"}))
    assert f"{kind}: two" in {": ".join(one.split(": ")[:2]) for one in found}
    assert not any("one" in one.split(": ")[1] for one in found)


def test_a_log_line_without_a_secret_is_not_found() -> None:
    assert list(leaks([f"one\t{LINE}"], {SECRET, "pass word 1"})) == []


def test_log_lines_and_metrics_of_the_functions_are_reviewed() -> None:
    mark = clock.new_id("x")
    observability.count("Seen")
    observability.begin(mark)
    observability.end({"route": "x"})
    lines = Path(os.environ["LOG_REVIEW"], "lines").read_text(encoding="utf-8")
    assert mark in lines
    assert "'Seen': [1.0]" in lines


def test_tokens_in_answers_and_passwords_in_bodies_are_secrets() -> None:
    log_review.handed_out(f'{{"access_token":"{TOKEN}"}}')
    log_review.sent({"password": "remember me 1", "name": "not me at all 1"})
    known = Path(os.environ["LOG_REVIEW"], "secrets").read_text(encoding="utf-8").split("\n")
    assert {SECRET, "remember me 1"} <= {*known}
    assert "not me at all 1" not in known
