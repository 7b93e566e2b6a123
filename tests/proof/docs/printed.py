"""Compares what commands print with what a document shows."""

import re

# What differs from run to run, whoever looks.
_PASSING = (
    (re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"), "UUID"),
    (re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z"), "TIME"),
    (re.compile(r";r=\d+;t=\d+"), ";r=N;t=N"),
    (re.compile(r"(?<=Retry-After: )\d+"), "N"),
)


def differs(shown: str, printed: str) -> str | None:
    """Return the first line of a document that was not printed; None if all were.

    An ellipsis stands for anything in its line. Of an answer with headers, some may be left out.
    """
    lines = _passing(printed).splitlines()
    with_headers = shown.startswith("HTTP/")
    for wanted in filter(None, _passing(shown).splitlines()):
        pattern = re.compile(".*".join(map(re.escape, wanted.rstrip().split("…"))), re.IGNORECASE)
        while lines and not pattern.fullmatch(line := lines.pop(0).rstrip()):
            if line and not with_headers:
                return f"{wanted!r}, but {line!r} was printed"
        if not lines and not pattern.fullmatch(line):
            return wanted
    rest = [] if with_headers else list(filter(None, lines))
    return f"no more, but {rest[0]!r} was printed" if rest else None


def _passing(text: str) -> str:
    for pattern, name in _PASSING:
        text = pattern.sub(name, text)
    return text
