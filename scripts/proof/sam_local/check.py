"""`make test-sam-local`: the smoke journey, every file of events/, and where the functions' modules come from."""

import json
import os
import shutil
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

from scripts import ROOT
from scripts.api import Api
from scripts.build.template import Json, functions, load_template, table_definition
from scripts.local.aws import Clients
from scripts.local.emulator import EmulatorError, free_port
from scripts.ops.environment import TEMPLATE
from scripts.proof.sam_local.cli import BUILT, TABLE, Sam
from scripts.proof.sam_local.containers import Network
from scripts.proof.smoke import SurpriseError, check, grant_in_table, journey

RUNTIME = "/var/runtime/"  # Lambda's own client, and an SDK that nobody may need
CLIENT = ("awslambdaric", "bootstrap", "runtime_client", "simplejson", "snapshot_restore_py")
OURS = ("/opt/python/", "/var/task/")

type Items = list[dict[str, Any]]


def check_journey(sam: Sam) -> None:
    """Run the smoke test through sam local start-api; after a failure, print the output of sam."""
    with tempfile.TemporaryFile() as log:
        try:
            with sam.api(free_port(), log) as url, Api(url) as api:
                journey(api, grant_in_table)
        except (EmulatorError, SurpriseError):
            log.seek(0)
            print(log.read().decode(errors="replace"))
            raise


def check_events(sam: Sam, clients: Clients, recorded: Items) -> None:
    """Invoke every function with its event, each on a table of its own that holds what the events refer to."""
    known = functions(TEMPLATE)

    def invoke(name: str) -> bool:
        started = time.monotonic()
        clients.dynamodb.create_table(TableName=name, **table_definition(TEMPLATE))
        for item in recorded:
            clients.dynamodb.put_item(TableName=name, Item=item)
        event = event_of(known[name]["Handler"])
        answer = json.loads(sam.invoke(name, event, name))
        milliseconds, said = (time.monotonic() - started) * 1000, answer.get("statusCode") or json.dumps(answer)
        print(f"{milliseconds:7.0f} ms  {said} {name} {event.relative_to(ROOT)}", flush=True)
        return succeeded(answer)

    with ThreadPoolExecutor(os.process_cpu_count()) as threads:
        failed = [name for name, good in zip(known, threads.map(invoke, known), strict=True) if not good]
    check(not failed, f"each function succeeds with its event, and {failed} did not")


def event_of(handler: str) -> Path:
    """Return the event of a handler: events/account/get.json of account.get.handler."""
    return ROOT.joinpath("events", *handler.split(".")[:-1]).with_suffix(".json")


def succeeded(answer: Json) -> bool:
    """Return whether a route's answer is a success or 304, or a schedule has said how much it did."""
    return 200 <= answer["statusCode"] < 400 if "statusCode" in answer else answer.keys() == {"done"}  # noqa: PLR2004


def check_runtime(sam: Sam) -> None:
    """Check that functions run on Python 3.13, and import only from themselves, the layers and the standard library."""
    shutil.rmtree(BUILT / "Probe", ignore_errors=True)
    shutil.copytree(BUILT / "SystemGetHealth", BUILT / "Probe")
    shutil.copy(Path(__file__).with_name("probe.py"), BUILT / "Probe")
    template = load_template(BUILT / "template.yaml")
    health = template["Resources"]["SystemGetHealth"]
    changes = {"CodeUri": "Probe", "Handler": "probe.handler", "Events": {}, "Timeout": 120}
    template["Resources"]["Probe"] = health | {"Properties": health["Properties"] | changes}
    (BUILT / "probe.json").write_text(json.dumps(template, default=str))
    modules = sorted(one["Handler"].removesuffix(".handler") for one in functions(TEMPLATE).values())
    with tempfile.NamedTemporaryFile("w", suffix=".json") as event:
        json.dump({"modules": modules}, event)
        event.flush()
        told = json.loads(sam.invoke("Probe", Path(event.name), TABLE, "probe.json"))
    check(told.get("version") == [3, 13], f"functions run on Python 3.13, not {told}")
    check(not (foreign := foreign_modules(told)), f"nothing is imported from elsewhere, as {foreign} is")
    ours = sum(file.startswith("/opt/python/") for file in told["files"].values())
    print(f"Python 3.13: {len(told['files'])} modules, {ours} of them from the layers under /opt, none from elsewhere")


def foreign_modules(told: Json) -> dict[str, str]:
    """Return the modules that are of neither the functions nor the layers, Python, or Lambda's own client."""

    def belongs(name: str, file: str) -> bool:
        if file.startswith(RUNTIME):
            return name.partition(".")[0] in CLIENT or name == "__main__"
        outside = "site-packages" in file or "dist-packages" in file
        return file.startswith(OURS) or (file.startswith(f"{told['standard']}/") and not outside)

    files: dict[str, Any] = told["files"]
    return {name: file for name, file in files.items() if not belongs(name, file)}


def check_all(sam: Sam, network: Network) -> None:
    """Run all checks. Raises SurpriseError and EmulatorError."""
    clients = Clients(network.endpoint)
    recorded = clients.dynamodb.scan(TableName=TABLE)["Items"]
    for one in (
        partial(check_runtime, sam),
        partial(check_journey, sam),
        partial(check_events, sam, clients, recorded),
    ):
        started = time.monotonic()
        one()
        print(f"{one.func.__name__}: {time.monotonic() - started:.1f} s", flush=True)
