"""docs/openapi.json as the tools of others read it: two lints, and a generator of TypeScript.

They are in build/openapi-tools (see the Makefile), as they are npm's.
"""

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from scripts import ROOT
from tests.contract.openapi import FILE, OPERATIONS, resolved

BIN = ROOT / "build/openapi-tools/node_modules/.bin"
pytestmark = pytest.mark.skipif(not BIN.exists(), reason="build/openapi-tools is missing: it needs node and npm")


def run(tool: str, *options: str, folder: Path) -> str:
    """Return what a tool prints, whatever it finds."""
    environment = {"PATH": os.environ["PATH"], "HOME": str(folder), "REDOCLY_TELEMETRY": "off"}
    environment |= {"REDOCLY_SUPPRESS_UPDATE_NOTICE": "true"}
    command = [str(BIN / tool), *options]
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False).stdout


def test_redocly_recommends_nothing(tmp_path: Path) -> None:
    found = json.loads(run("redocly", "lint", "--extends=recommended", "--format=json", str(FILE), folder=tmp_path))
    assert found["totals"] == {"errors": 0, "warnings": 0, "ignored": 0}, found["problems"]


def test_spectral_finds_nothing(tmp_path: Path) -> None:
    rules = tmp_path / "rules.yaml"
    rules.write_text('extends: ["spectral:oas"]\n', encoding="utf-8")
    found = json.loads(run("spectral", "lint", str(FILE), "-r", str(rules), "-f", "json", "-q", folder=tmp_path))
    assert [(one["code"], one["message"], one["path"]) for one in found] == []


def minimal(schema: dict[str, Any]) -> dict[str, Any]:
    """Return a body with the members that are required, and nothing else."""
    example = {name: part.get("examples", ["x"])[0] for name, part in schema["properties"].items()}
    return {name: example[name] for name in schema.get("required", [])}


def test_minimal_bodies_compile_with_types_of_the_document(tmp_path: Path) -> None:
    (tmp_path / "api.ts").write_text(run("openapi-typescript", str(FILE), folder=tmp_path), encoding="utf-8")
    lines, bodies = ['import type { paths } from "./api";'], 0
    for (method, path), operation in OPERATIONS.items():
        for media_type, content in operation.get("requestBody", {}).get("content", {}).items():
            schema = resolved(content["schema"])
            if schema["type"] == "object":
                wanted = f'NonNullable<paths["{path}"]["{method.lower()}"]["requestBody"]>["content"]["{media_type}"]'
                lines.append(f"export const body{bodies}: {wanted} = {json.dumps(minimal(schema))};")
                bodies += 1
    (tmp_path / "bodies.ts").write_text("\n".join(lines), encoding="utf-8")
    options = ["--noEmit", "--strict", "--module", "nodenext", "--moduleResolution", "nodenext", "--skipLibCheck"]
    assert run("tsc", *options, "bodies.ts", folder=tmp_path) == ""
    assert bodies >= 10
