r"""Patterns as every engine of a tool reads them: ECMA-262 with and without the flag u, Python's `re`, Rust's.

Python knows no \p{…}. Without the flag, ECMA-262 knows no range beyond U+FFFF, so what is not drawn there is a list.
"""

from functools import cache
from itertools import groupby

from pydantic_core import SchemaValidator, ValidationError, core_schema

from neoforge.models import DRAWN

SCALAR_VALUES = [*range(0xD800), *range(0xE000, 0x110000)]
BMP = 0xFFFF


def portable(pattern: str) -> str:
    """Return a pattern that means the same to other engines."""
    return pattern.replace(DRAWN, _drawn()) if DRAWN in pattern else pattern


@cache
def _drawn() -> str:
    """Return a character that pydantic takes: none of a list, and none of a class of ranges."""
    validator = SchemaValidator(core_schema.str_schema(pattern=f"^{DRAWN}$"))
    blank = [code for code in SCALAR_VALUES if not _takes(validator, chr(code))]
    ranges = [
        [code for _, code in run]
        for _, run in groupby(enumerate(one for one in blank if one <= BMP), lambda pair: pair[1] - pair[0])
    ]
    excluded = "".join(f"\\u{run[0]:04x}" + (f"-\\u{run[-1]:04x}" if len(run) > 1 else "") for run in ranges)
    return f"(?!{'|'.join(chr(one) for one in blank if one > BMP)})[^{excluded}]"


def _takes(validator: SchemaValidator, character: str) -> bool:
    try:
        validator.validate_python(character)
    except ValidationError:
        return False
    return True
