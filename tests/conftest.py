"""What every test stands on: the environment of a function, and nothing of the machine's own AWS settings."""

import os
import secrets
import sys
import tempfile
from collections.abc import Iterator

os.environ.update(
    ALLOWED_ORIGINS="http://localhost:5173,https://app.example.com",
    API_BASE_URL="",
    AWS_ACCESS_KEY_ID="000000000000",
    AWS_DEFAULT_REGION="us-east-1",
    AWS_EC2_METADATA_DISABLED="true",
    AWS_REGION="us-east-1",
    AWS_SECRET_ACCESS_KEY="test",
    DOCS_BASE_URL="https://docs.example.com",
    ENVIRONMENT="local",
    INTERACTIVE_DOCS="true",
    LOG_REVIEW=tempfile.mkdtemp(prefix="log-review-"),
    POWERTOOLS_METRICS_NAMESPACE="NeoForge",
    POWERTOOLS_SERVICE_NAME="neoforge",
    ACCOUNT_LIMITS="projects=10000,open_tickets=1000,posts=10000",
    RATE_LIMITS="read=1000000/60,write=1000000/60,auth=1000000/60,register=1000000/60,anonymous=1000000/60",
    SIGNING_KEYS="not-a-secret-only-for-tests",
    TABLE_NAME=f"neoforge-test-{secrets.token_hex(4)}",  # it may be made on AWS: see tests/proof/engine/remote.py
)
for name in ("AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_DYNAMODB", "AWS_PROFILE", "AWS_SESSION_TOKEN"):
    os.environ.pop(name, None)

import moto  # noqa: E402, F401 - before any client is made, or moto cannot mock it
import pytest  # noqa: E402

from scripts.build.layers import build_docs  # noqa: E402

pytest_plugins = ["tests.log_review"]

TOGETHER = {"database"}  # folders whose tests share recordings


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep the tests of a module, or of a folder, in one process of `pytest -n`; those of the fault matrix by write."""
    for item in items:
        group = str(item.path.parent if item.path.parent.name in TOGETHER else item.path)
        if item.path.parent.name == "faults" and isinstance(item, pytest.Function) and hasattr(item, "callspec"):
            group += str(item.callspec.params.get("name"))
        item.add_marker(pytest.mark.xdist_group(group))


@pytest.fixture(scope="session", autouse=True)
def docs_layer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Mount the layer of the functions that serve files, as Lambda does; the folder that stands on the path."""
    folder = tmp_path_factory.mktemp("docs_layer")
    build_docs(folder)
    mounted = str(folder / "python")
    sys.path.append(mounted)
    yield mounted
    sys.path.remove(mounted)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print the table of the fault matrix. Here, as `pytest -n` reads no other conftest.py before its processes do."""
    from tests.proof.faults import tally  # noqa: PLC0415 - it wants the environment above

    tally.report(terminalreporter)
