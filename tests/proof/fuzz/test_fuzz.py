"""Schemathesis asks the deployed API what docs/openapi.json allows and what it forbids, in the name of each caller.

FUZZ_EXAMPLES: how many requests each series tries for each operation, of all that there is (`make fuzz`). Without it,
a part that takes a minute.
"""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from scripts import ROOT
from scripts.api import SECONDS, Api
from tests.api import Account, new_account
from tests.contract.openapi import FILE, OPERATIONS
from tests.proof.fuzz.hooks import ELSEWHERE
from tests.proof.stack.callers import with_role
from tests.proof.stack.conftest import StackUnderTest

EXAMPLES = os.environ.get("FUZZ_EXAMPLES")
ALL = ["--phases=examples,coverage,fuzzing,stateful", f"--max-examples={EXAMPLES}"]
SOME = {
    "anonymous": ["--phases=examples,fuzzing", "--max-examples=5", "--generation-deterministic"],
    "user": ["--phases=examples,coverage", "--generation-deterministic"],
    "admin": ["--phases=examples,fuzzing,stateful", "--max-examples=8", "--generation-deterministic"],
}
LEAST = 3334 if EXAMPLES else 250  # requests of each of the three
# All checks are on; what is let through, and why, stands in hooks.py.
CONFIGURATION = f"""
hooks = "{Path(__file__).parent / "hooks.py"}"
continue-on-failure = true
workers = 2
request-timeout = {SECONDS}
cache.enabled = false
checks.enabled = true
generation.database = "none"
"""


def callers(name: str, stack: StackUnderTest) -> dict[str, Account]:
    """Register the caller, and whoever must not see what is theirs."""
    with Api(stack.url, source=ELSEWHERE) as api:
        if name == "admin":
            return {name: with_role(stack, api, name)}
        return {} if name == "anonymous" else {name: new_account(api), "other": new_account(api)}


def configured(folder: Path, accounts: Mapping[str, Account]) -> Path:
    """Write who asks into Schemathesis's configuration: the first one; the others are peers."""
    text = CONFIGURATION
    if accounts:
        known = [
            {"name": name, "fixedHeaders": [{"name": "Authorization", "value": f"Bearer {account.token}"}]}
            for name, account in accounts.items()
        ]
        (folder / "callers.json").write_text(json.dumps({"auth": known}), encoding="utf-8")
        names = list(accounts)
        text += f'[auth.wfc]\npath = "{folder / "callers.json"}"\nuser = "{names[0]}"\n'
        text += f"peers = {json.dumps(names)}\n" if len(names) > 1 else ""
    file = folder / "schemathesis.toml"
    file.write_text(text, encoding="utf-8")
    return file


@pytest.mark.parametrize("caller", SOME)
def test_every_answer_is_one_that_the_document_has(caller: str, stack: StackUnderTest, tmp_path: Path) -> None:
    file, report = configured(tmp_path, callers(caller, stack)), tmp_path / "report.json"
    program = [str(Path(sys.executable).with_name("st")), f"--config-file={file}", "run", str(FILE)]
    options = ["--no-color", f"--url={stack.url}", "--report=json", f"--report-json-path={report}"]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "layers/shared")])}
    ended = subprocess.run(
        [*program, *options, *(ALL if EXAMPLES else SOME[caller])],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 0, ended.stdout + ended.stderr
    found = json.loads(report.read_text(encoding="utf-8"))
    requests, tested = found["test_cases"], found["operations"]["tested"]
    sys.stdout.write(f"{caller}: {requests['generated']} requests to {tested} operations\n")  # make fuzz shows it
    assert (tested, found["errors"], found["failures"]) == (len(OPERATIONS), [], [])
    assert requests["generated"] >= LEAST
