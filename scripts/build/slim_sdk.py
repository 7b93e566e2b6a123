"""Removes from installed packages what no function uses: files, and imports that every process would pay for.

Smaller layers start faster and parse less. A test builds the layer and makes its clients work, so that nothing needed
goes unnoticed.
"""

import gzip
import json
import re
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
    "boto3/s3",
    "cffi",  # the compiler; argon2 loads _cffi_backend alone
    "pycparser",
    "pydantic/v1",  # imported only for models of pydantic 1
    "s3transfer",
    "aws_lambda_powertools/event_handler/openapi/swagger_ui/*.js",
    "aws_lambda_powertools/event_handler/openapi/swagger_ui/*.css",
    "*/tests",
    "**/*.pyi",
    ".lock",
)
# Imports at the top of a module, and the functions that they move into, because no request calls them: with the first
# five botocore writes its documentation, the others are for clients with adaptive retries, for the output of programs,
# for boto3.resource, for uploads of files and for HTTP/2.
DEFERRED = {
    "botocore/docs/__init__.py": {"from botocore.docs.service import ServiceDocumenter": "generate_docs"},
    "botocore/docs/docstring.py": {
        "from botocore.docs.bcdoc.restdoc import DocumentStructure": "_create_docstring",
        "from botocore.docs.method import document_model_driven_method": "_write_docstring",
        "from botocore.docs.paginator import document_paginate_method": "_write_docstring",
        "from botocore.docs.waiter import document_wait_method": "_write_docstring",
    },
    "botocore/client.py": {"from botocore.retries import adaptive": "_register_v2_adaptive_retries"},
    "botocore/compat.py": {"import shlex": "compat_shell_split"},
    "boto3/session.py": {"from .resources.factory import ResourceFactory": "__init__"},
    "urllib3/fields.py": {"import mimetypes": "guess_content_type"},
    "urllib3/http2/__init__.py": {"from importlib.metadata import version": "inject_into_urllib3"},
}
# Statements that are replaced. Lambda traces without Powertools' Tracer; boto3, which Powertools' idempotency imports,
# asks s3transfer for a feature at once; pydantic looks for plugins in metadata of packages, which the layer lacks.
REPLACED = {
    "aws_lambda_powertools/__init__.py": {"from aws_lambda_powertools.tracing import Tracer": ""},
    "boto3/compat.py": {
        "from s3transfer.manager import TransferConfig": "",
        "TRANSFER_CONFIG_SUPPORTS_CRT = hasattr(TransferConfig, 'UNSET_DEFAULT')": "",
    },
    "pydantic/plugin/_loader.py": {
        "from importlib.metadata import entry_points": "def entry_points(group): return ()",
    },
}


def prune_packages(packages: Path) -> None:
    """Prune a site-packages folder in place. Raises ValueError for a module that is not as it is known here."""
    both, one = "from botocore.retries import adaptive, standard", "from botocore.retries import "
    _edit(packages / "botocore" / "client.py", rf"^{both}$", f"{one}adaptive\n{one}standard")
    for name, imports in DEFERRED.items():
        for statement, function in imports.items():
            _edit(packages / name, rf"^{re.escape(statement)}$", "")
            _edit(packages / name, rf"^( *)(def {function}\([^)]*\)[^:\n]*:)$", rf"\1\2\n\1    {statement}")
    for name, statements in REPLACED.items():
        for statement, replacement in statements.items():
            _edit(packages / name, rf"^{re.escape(statement)}$", replacement)
    for path in [path for pattern in UNUSED for path in packages.glob(pattern)]:
        _remove(path)
    _prune_sdk(packages / "botocore" / "data")


def _edit(module: Path, pattern: str, replacement: str) -> None:
    source, count = re.subn(pattern, replacement, module.read_text(), flags=re.MULTILINE)
    if not count:
        raise ValueError(f"{module} has no {pattern}")
    module.write_text(source)


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
