"""The stack as deployed from source, and `make dev` around a copy of the tree."""

import json
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from scripts import ROOT
from scripts.api import Api
from scripts.local import emulator
from scripts.local.dev import DEMO
from scripts.local.emulator import Emulator, EmulatorError, free_port
from tests.api import TEMPLATE
from tests.proof.stack.conftest import StackUnderTest
from tests.proof.stack.jobs import client

COPIED = (
    *("template.yaml", "functions", "layers", "docs/openapi.json", "scripts"),
    *("uv.lock", "pyproject.toml", ".python-version"),
)
LINKED = (".venv", ".venv-emulator", ".tools", "build")
START_SECONDS = 60.0
EDIT_SECONDS = 15.0


def wait_for(condition: Callable[[], bool], seconds: float, what: str) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"{what} did not happen within {seconds:.0f} s"
        time.sleep(0.05)


def test_unknown_path_is_a_problem_with_cors_and_security_headers(http: Api) -> None:
    for method, path in [
        ("GET", "/v1/nothing"),
        ("PUT", "/v1/projects"),
        ("GET", "/"),
        ("GET", "//v1/../../_ministack"),
    ]:
        answer = http.request(method, path, token="whatever", headers={"Origin": "https://app.example.com"})
        assert (answer.status, answer.headers["Content-Type"]) == (404, "application/problem+json")
        assert answer.json()["type"].endswith("/problems/not-found")
        assert answer.json()["request_id"] == answer.headers["X-Request-Id"]
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
        assert answer.headers["Content-Security-Policy"] == "default-src 'none'; frame-ancestors 'none'"


def test_expired_items_are_removed(stack: StackUnderTest) -> None:
    found = stack.clients.dynamodb.describe_time_to_live(TableName=stack.table_name)["TimeToLiveDescription"]
    assert found == {"TimeToLiveStatus": "ENABLED", "AttributeName": "expires_at"}


def test_the_alarms_and_the_dashboard_are_deployed(stack: StackUnderTest) -> None:
    """Stored and not more: MiniStack has no metrics of AWS's."""
    cloudwatch = client(stack.clients, "cloudwatch")
    wanted = [one["Properties"] for one in TEMPLATE["Resources"].values() if one["Type"] == "AWS::CloudWatch::Alarm"]
    found = cloudwatch.describe_alarms()["MetricAlarms"]
    assert {one["MetricName"] for one in found} == {one["MetricName"] for one in wanted}
    (dashboard,) = cloudwatch.list_dashboards()["DashboardEntries"]
    body = json.loads(cloudwatch.get_dashboard(DashboardName=dashboard["DashboardName"])["DashboardBody"])
    shown = json.dumps(body["widgets"])
    assert stack.table_name in shown
    assert "${" not in shown


def test_missing_emulator_is_one_clear_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(emulator, "MINISTACK", ROOT / ".venv-nowhere/bin/ministack")
    with pytest.raises(EmulatorError, match="make setup"), Emulator():
        pass


@dataclass
class Dev:
    """A running `make dev`."""

    process: subprocess.Popen[str]
    output: Path
    url: str

    def says(self, text: str) -> Callable[[], bool]:
        return lambda: text in self.output.read_text()


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("tree")
    for name in COPIED:
        source = ROOT / name
        (root / name).parent.mkdir(exist_ok=True)
        copy = shutil.copytree if source.is_dir() else shutil.copy
        copy(source, root / name)
    for name in LINKED:
        (root / name).symlink_to(ROOT / name)
    return root


def command(port: int, data: Path) -> list[str]:
    return [sys.executable, "-m", "scripts.local.dev", "--port", str(port), "--data", str(data)]


@contextmanager
def dev(tree: Path, data: Path) -> Iterator[Dev]:
    """`make dev` in the tree, ready; ended with Ctrl-C's signal, after which nothing of it may be left."""
    port, output = free_port(), tree / "output"
    with output.open("w") as file:
        process = subprocess.Popen(command(port, data), cwd=tree, stdout=file, stderr=file, text=True)
    running = Dev(process, output, f"http://127.0.0.1:{port}")
    try:
        wait_for(lambda: process.poll() is not None or running.says("is ready at")(), START_SECONDS, "the start")
        assert process.poll() is None, output.read_text()
        yield running
    finally:
        process.send_signal(signal.SIGINT)
        assert process.wait(30) == 0, output.read_text()
    assert leftovers(process.pid) == []


def leftovers(pid: int) -> list[str]:
    """Temporary folders of that dev server, and processes that work in one."""
    mark = f"neoforge-{pid}-"
    places = (Path(tempfile.gettempdir()), Path("/dev/shm"))  # noqa: S108
    folders = [str(path) for place in places if place.is_dir() for path in place.glob(f"{mark}*")]
    processes = []
    for path in Path("/proc").glob("[0-9]*"):
        try:
            if mark.encode() in (path / "environ").read_bytes():
                processes.append(path.name)
        except OSError:
            continue
    return folders + processes


def status_of(url: str, path: str = "/v1/health") -> str:
    with Api(url) as api:
        return str(api.request("GET", path).json().get("status"))


def test_edits_go_live_and_broken_ones_do_not(tree: Path, tmp_path: Path) -> None:
    handler, template = tree / "functions/system/get_health.py", tree / "template.yaml"
    source, resources = handler.read_text(), template.read_text()
    with dev(tree, tmp_path / "data") as running:
        assert status_of(running.url) == "ok"
        handler.write_text(source.replace('"ok"', '"edited"'))
        wait_for(lambda: status_of(running.url) == "edited", EDIT_SECONDS, "the edit")
        handler.write_text(source + "\ndef (:\n")
        wait_for(
            running.says("not deployed: functions/system/get_health.py:"), EDIT_SECONDS, "the line on the syntax error"
        )
        handler.write_text(source.replace('"ok"', '"edited again"'))
        wait_for(lambda: status_of(running.url) == "edited again", EDIT_SECONDS, "the second edit")
        template.write_text(resources.replace("Transform:", "  Transform:"))
        wait_for(running.says("not deployed: template.yaml:"), EDIT_SECONDS, "the line on the template")
        template.write_text(resources.replace("- !Ref SharedLayer", "- !Ref No"))
        wait_for(running.says("No"), EDIT_SECONDS, "the line on the missing resource")
        assert status_of(running.url) == "edited again"
        template.write_text(resources)
        handler.write_text(source)
        wait_for(lambda: status_of(running.url) == "ok", EDIT_SECONDS, "the repair")
    assert "Traceback" not in running.output.read_text()


def test_data_survive_a_clean_restart_on_another_port(tree: Path, tmp_path: Path) -> None:
    credentials = {key: DEMO[key] for key in ("email", "password")}
    with dev(tree, tmp_path) as running, Api(running.url) as api:
        token = api.request("POST", "/v1/auth/login", body=credentials).json()["access_token"]
        made = api.request("POST", "/v1/projects", token=token, body={"name": "kept"}).json()
        busy = subprocess.run(
            command(free_port(), tmp_path), cwd=tree, capture_output=True, text=True, timeout=60, check=False
        )
        assert (busy.returncode, busy.stderr.count("\n")) == (1, 1)
        assert "in use" in busy.stderr
    with dev(tree, tmp_path) as running, Api(running.url) as api:
        assert api.request("GET", f"/v1/projects/{made['id']}", token=token).json() == made
        assert running.url in api.request("GET", "/v1/config").body.decode()


def test_port_in_use_is_one_clear_line(tree: Path, tmp_path: Path) -> None:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        port = listener.getsockname()[1]
        ended = subprocess.run(
            command(port, tmp_path), cwd=tree, capture_output=True, text=True, timeout=60, check=False
        )
    assert (ended.returncode, ended.stderr) == (1, f"port {port} is in use: choose another with PORT=\n")
