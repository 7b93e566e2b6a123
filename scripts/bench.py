"""Measures what a cold start costs (`make bench`): CPU time from the start of the process to its first answer.

Every function runs as on Lambda: a clean environment, the built layers, no site packages, a new process each time. The
floor is a bare botocore client making one call in the same rounds on the same machine. DynamoDB is a loopback server
that answers from memory, so only our side is measured. Times vary with the machine; the ratios to the floor do not.
"""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from scripts.artifacts import ARCHITECTURE
from scripts.canned import Canned
from scripts.layers import build_dependencies, build_shared
from scripts.template import load_template

ROOT = Path(__file__).resolve().parent.parent
RESULT = ROOT / "build" / "bench.json"
ROUNDS = 5
FLOOR = "floor: botocore GetItem"

# Runs in the measured process. What it prints last: CPU milliseconds until ready, of the first and of a warm call.
CHILD = """
import json, resource, sys
def cpu():
    used = resource.getrusage(resource.RUSAGE_SELF)
    return (used.ru_utime + used.ru_stime) * 1000
paths, module, event = json.loads(sys.argv[1])
sys.path[:0] = paths
class Context:
    def get_remaining_time_in_millis(self): return 10000
if module:
    handler = __import__(module, fromlist=["handler"]).handler
    call = lambda: handler(event, Context())
else:
    import botocore.session
    client = botocore.session.get_session().create_client("dynamodb")
    key = {"pk": {"S": "READY"}, "sk": {"S": "READY"}}
    call = lambda: client.get_item(TableName="bench", Key=key)
ready = cpu()
answer = call()
first = cpu()
modules = len(sys.modules)
status = answer.get("statusCode", 200)
for _ in range(20): call()
print("\\n" + json.dumps([first, first - ready, (cpu() - first) / 20, modules, status]))
"""


def main() -> None:
    """Build, measure in interleaved rounds, keep the least of each, print the table, write build/bench.json."""
    with tempfile.TemporaryDirectory() as folder, Canned() as canned:
        build_dependencies(Path(folder), ARCHITECTURE)
        build_shared(Path(folder))
        packages = str(Path(folder, "python"))
        cases: dict[str, list[Any]] = {FLOOR: [[_site_packages()], "", {}]}
        for name, event in _events().items():
            cases[name] = [[packages, str(ROOT / "functions")], name, event]
        rounds = [{name: _run(case, canned.environment) for name, case in cases.items()} for _ in range(ROUNDS)]
    best = {name: [min(values) for values in zip(*(one[name] for one in rounds), strict=True)] for name in cases}
    _print(best)
    RESULT.parent.mkdir(exist_ok=True)
    RESULT.write_text(json.dumps(best, indent=1))


def _events() -> dict[str, Any]:
    """Give the event of each function of the template by its module."""
    resources = load_template(ROOT / "template.yaml")["Resources"].values()
    handlers = (one["Properties"]["Handler"] for one in resources if one["Type"] == "AWS::Serverless::Function")
    modules = [handler.removesuffix(".handler") for handler in handlers]
    return {name: json.loads((ROOT / "events" / f"{name.replace('.', '/')}.json").read_text()) for name in modules}


def _site_packages() -> str:
    return next(path for path in sys.path if path.endswith("site-packages"))


def _run(case: list[Any], environment: dict[str, str]) -> list[float]:
    """Run one cold start; cold, first and warm CPU in ms, modules, status."""
    python = os.path.realpath(sys.executable)  # without the environment's site packages
    command = [python, "-S", "-B", "-c", CHILD, json.dumps(case)]
    run = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    return list(json.loads(run.stdout.rstrip().rpartition("\n")[2]))


def _print(best: dict[str, list[float]]) -> None:
    floor = best[FLOOR][0]
    print(f"{'':28}{'cold ms':>9}{'x floor':>9}{'first ms':>10}{'warm ms':>9}{'modules':>9}{'status':>8}")
    for name, (cold, first, warm, modules, status) in best.items():
        print(f"{name:28}{cold:9.0f}{cold / floor:9.2f}{first:10.1f}{warm:9.2f}{modules:9.0f}{status:8.0f}")


if __name__ == "__main__":
    main()
