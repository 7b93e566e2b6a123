"""Records of the functions' log as `make dev` prints them, whatever clients have put into them."""

import json
import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from scripts.local.log_tail import pretty

HOSTILE = "https://a/\r\n12:00:00 INFO forged \x1b[2J\x07\x9b1m\u2028\u202e\x00"


def controls(text: str) -> set[str]:
    return {char for char in text if unicodedata.category(char) in {"Cc", "Cf", "Zl", "Zp"}}


@given(
    st.text() | st.just(HOSTILE), st.sampled_from(["message", "level", "document_url", "timestamp", "correlation_id"])
)
def test_a_record_is_one_line_without_control_characters(text: str, member: str) -> None:
    line = pretty(
        json.dumps({"level": "INFO", "message": "Request", "timestamp": "2026-11-25T12:00:00Z"} | {member: text})
    )
    assert not controls(line)


def test_a_member_is_escaped_and_can_still_be_read() -> None:
    assert r"url=a\n\x1b[31mb\u2028" in pretty(json.dumps({"message": "CSP violation", "url": "a\n\x1b[31mb\u2028"}))
    assert "name=é€😀" in pretty(json.dumps({"message": "x", "name": "é€😀"}))


def test_an_exception_and_other_text_keep_their_lines_only() -> None:
    record = {"level": "ERROR", "message": "x", "exception": "Traceback\n\tline\nValueError: \x1b[2J\u2028"}
    assert controls(pretty(json.dumps(record))) == {"\n", "\t"}
    assert controls(pretty("a\nb\x1b[2J\rc")) == {"\n"}
