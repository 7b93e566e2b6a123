r"""Patterns as every tool reads them: JSON Schema asks to use ranges (2020-12, 6.4); Python's `re` knows no \p{…}."""

import re
from functools import cache
from itertools import groupby

from pydantic_core import SchemaValidator, ValidationError, core_schema

SCALAR_VALUES = [*range(0xD800), *range(0xE000, 0x110000)]
_CLASS = re.compile(r"\[[^]]*\\p[^]]*\]")


def portable(pattern: str) -> str:
    r"""Replace each class with \p{…} by the characters that pydantic takes. To ECMA-262 both need the flag u."""
    return _CLASS.sub(lambda found: _ranges(found[0]), pattern)


@cache
def _ranges(character_class: str) -> str:
    """Return a class of ranges. Their ends are literal: no escape of a character beyond U+FFFF is read by all."""
    validator = SchemaValidator(core_schema.str_schema(pattern=f"^{character_class}$"))
    taken = [code for code in SCALAR_VALUES if _takes(validator, chr(code))]
    runs = [[code for _, code in run] for _, run in groupby(enumerate(taken), lambda pair: pair[1] - pair[0])]
    return f"[{''.join(chr(run[0]) if len(run) == 1 else f'{chr(run[0])}-{chr(run[-1])}' for run in runs)}]"


def _takes(validator: SchemaValidator, character: str) -> bool:
    try:
        validator.validate_python(character)
    except ValidationError:
        return False
    return True
