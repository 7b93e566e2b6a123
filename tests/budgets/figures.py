"""Reads tests/budgets.toml."""

import tomllib
from typing import Any

from scripts import ROOT

BUDGETS: dict[str, Any] = tomllib.loads((ROOT / "tests/budgets.toml").read_text(encoding="utf-8"))
FUNCTIONS: dict[str, dict[str, Any]] = BUDGETS["functions"]
LAYERS: dict[str, Any] = BUDGETS["layers"]
PROCESS: dict[str, Any] = BUDGETS["process"]
LOG: dict[str, Any] = BUDGETS["log"]
INSTRUCTIONS: dict[str, Any] = BUDGETS["instructions"]

# What each request costs, by function and case: projects.create, with-key.
CASES: dict[tuple[str, str], dict[str, Any]] = {
    (name, case): cost for name, budget in FUNCTIONS.items() for case, cost in budget.get("requests", {}).items()
}
CASE_IDS = [f"{name} {case}" for name, case in CASES]
