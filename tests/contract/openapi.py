"""docs/openapi.json, as its tests read it."""

import importlib
import json
from collections.abc import Iterator
from typing import Any

import pytest

from neoforge.api.app import App
from scripts import ROOT
from tests.api import routes

FILE = ROOT / "docs/openapi.json"
DOCUMENT: dict[str, Any] = json.loads(FILE.read_text(encoding="utf-8"))
OPERATIONS = {
    (method.upper(), path): operation for path, item in DOCUMENT["paths"].items() for method, operation in item.items()
}
PROBLEM_TYPE = "application/problem+json"
DROPS = {("POST", "/v1/csp/reports")}  # routes that read their body by themselves, and drop what they cannot read
each_operation = pytest.mark.parametrize(
    ("route", "operation"), OPERATIONS.items(), ids=[" ".join(route) for route in OPERATIONS]
)


def nodes(node: Any) -> Iterator[dict[str, Any]]:
    """Every object in the document."""
    if isinstance(node, dict):
        yield node
    for child in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
        yield from nodes(child)


def resolved(node: dict[str, Any]) -> dict[str, Any]:
    """What a reference stands for."""
    if "$ref" not in node:
        return node
    found: Any = DOCUMENT
    for part in node["$ref"].removeprefix("#/").split("/"):
        found = found[part]
    return resolved(found)


def app_of(route: tuple[str, str]) -> App:
    module = importlib.import_module(routes()[route].rpartition(".")[0])
    app = module.app
    assert isinstance(app, App)
    return app


def parameters(operation: dict[str, Any]) -> set[str]:
    return {resolved(parameter)["name"] for parameter in operation["parameters"]}


def problems(operation: dict[str, Any]) -> dict[str, str]:
    """Status by type of problem."""
    return {
        name: status
        for status, answer in operation["responses"].items()
        for name in answer.get("content", {}).get(PROBLEM_TYPE, {}).get("examples", {})
    }
