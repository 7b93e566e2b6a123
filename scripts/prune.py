"""Removes from installed packages what no function reads: smaller layers start faster and parse less.

A test builds the layer and makes its clients work, so that nothing needed goes unnoticed.
"""

import gzip
import json
import shutil
from pathlib import Path
from typing import Any

# Every AWS service the functions call. Another one fails with UnknownServiceError until it is named here.
SDK_SERVICES = frozenset({"dynamodb"})
SDK_SHARED_DATA = frozenset({"_retry.json", "endpoints.json", "partitions.json", "sdk-default-configuration.json"})

UNUSED = (
    "*.dist-info",
    "bin",  # command line tools
    "boto3/data",  # boto3.resource
    "boto3/examples",
    "cffi",  # the compiler; argon2 loads _cffi_backend alone
    "pycparser",
    "pydantic/v1",  # imported only for models of pydantic 1
    "aws_lambda_powertools/event_handler/openapi/swagger_ui/*.js",
    "aws_lambda_powertools/event_handler/openapi/swagger_ui/*.css",
    "*/tests",
    "**/*.pyi",
    ".lock",
)


def prune_packages(packages: Path) -> None:
    """Prune a site-packages folder in place."""
    for path in [path for pattern in UNUSED for path in packages.glob(pattern)]:
        _remove(path)
    _prune_sdk(packages / "botocore" / "data")


def _prune_sdk(data: Path) -> None:
    _keep_only(data, SDK_SERVICES | SDK_SHARED_DATA)
    _trim_endpoints(data / "endpoints.json")
    for service in SDK_SERVICES:
        *older, latest = sorted(path for path in (data / service).iterdir())
        for path in [*older, *latest.glob("examples-1.json*")]:
            _remove(path)
        for model in latest.glob("*.json.gz"):
            _store_without_documentation(model)


def _trim_endpoints(path: Path) -> None:
    """Keep the endpoints of the services we use: every client parses this file (1.25 MB as delivered)."""
    endpoints = json.loads(path.read_text())
    for partition in endpoints["partitions"]:
        services = partition["services"]
        partition["services"] = {name: services[name] for name in sorted(SDK_SERVICES & services.keys())}
    path.write_text(_compact(endpoints))


def _store_without_documentation(model: Path) -> None:
    """Replace a compressed model by a plain one: the layer is compressed as a whole, and reading is cheaper."""
    with gzip.open(model, "rt", encoding="utf-8") as source:
        content = json.load(source)
    model.with_suffix("").write_text(_compact(_undocumented(content)))
    model.unlink()


def _undocumented(node: Any) -> Any:
    if isinstance(node, list):
        return [_undocumented(item) for item in node]
    if not isinstance(node, dict):
        return node
    # A shape may have a member of that name; its value is an object, a documentation text is a string.
    return {k: _undocumented(v) for k, v in node.items() if k != "documentation" or not isinstance(v, str)}


def _compact(content: Any) -> str:
    return json.dumps(content, separators=(",", ":"))


def _keep_only(folder: Path, names: frozenset[str] | set[str]) -> None:
    for path in folder.iterdir():
        if path.name not in names:
            _remove(path)


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
