"""Reads tests/budgets.toml."""

import tomllib
from typing import Any

from scripts import ROOT

BUDGETS: dict[str, Any] = tomllib.loads((ROOT / "tests/budgets.toml").read_text(encoding="utf-8"))
LAYERS: dict[str, Any] = BUDGETS["layers"]
PROCESS: dict[str, Any] = BUDGETS["process"]
TOLERANCE: float = BUDGETS["instructions"]["tolerance"]
