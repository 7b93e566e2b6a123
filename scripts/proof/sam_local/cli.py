"""AWS's `sam`, with our network and database."""

import json
import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from scripts import ROOT
from scripts.local.artifacts import ARCHITECTURE
from scripts.local.emulator import EmulatorError
from scripts.ops.environment import SIGNING_KEYS
from scripts.proof.sam_local.containers import IMAGE, Network, present, wait_for

BUILT = ROOT / "build/sam-local"
VARIABLES = BUILT / "variables.json"
BIN = ROOT / ".venv-sam/bin"
TABLE = "neoforge"
READY_SECONDS = 300.0  # an image is made for each set of layers
STOP_SECONDS = 60.0  # sam stops its containers one after the other


class Sam:
    """Runs sam with the template of build().

    engine: address of the container engine; docker finds it by its context, sam does not.
    """

    def __init__(self, engine: str, network: Network) -> None:
        self._network = network
        self._skip = ["--skip-pull-image"] if present(IMAGE) else []
        ours = {
            "ARCHITECTURE": ARCHITECTURE,  # of the dependencies layer
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_DEFAULT_REGION": "us-east-1",
            "AWS_SECRET_ACCESS_KEY": "test",
            "DOCKER_HOST": engine,
            "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}",  # sam looks for Python 3.13 there
            "SAM_CLI_TELEMETRY": "0",
        }
        # Credentials of the machine are for nobody in a container.
        self._environment = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")} | ours

    def build(self) -> None:
        """Build functions and layers. Raises EmulatorError."""
        parameters = ["--parameter-overrides", *self._parameters(TABLE)]
        command = [str(BIN / "sam"), "build", "--config-env", "local", "--build-dir", str(BUILT), *parameters]
        process = subprocess.run(command, cwd=ROOT, env=self._environment, capture_output=True, text=True, check=False)
        if process.returncode:
            raise EmulatorError(process.stderr.strip())
        # Sam reads no secret: the keys are those that have signed the tokens in events/.
        VARIABLES.write_text(json.dumps({"Parameters": {"SIGNING_KEYS": SIGNING_KEYS}}), encoding="utf-8")

    @contextmanager
    def api(self, port: int, output: IO[bytes] | None = None) -> Iterator[str]:
        """Serve on a port of 127.0.0.1; yields the URL. output: of sam and the functions; None: the terminal."""
        serve = ["start-api", "--host", "127.0.0.1", "--port", str(port), "--warm-containers", "LAZY"]
        process = subprocess.Popen(
            self._command(serve, TABLE),
            cwd=ROOT,
            env=self._environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,  # Ctrl-C reaches only us
        )
        try:
            wait_for(url := f"http://127.0.0.1:{port}", READY_SECONDS, process.poll)
            yield url
        finally:
            process.send_signal(signal.SIGINT)
            try:
                process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    def invoke(self, function: str, event: Path, table: str, template: str = "template.yaml") -> str:
        """Invoke a function with an event; return its result, as JSON. Raises EmulatorError."""
        command = self._command(["invoke", function, "--event", str(event)], table, template)
        process = subprocess.run(command, cwd=ROOT, env=self._environment, capture_output=True, text=True, check=False)
        if process.returncode:
            raise EmulatorError(f"sam local invoke {function}: {process.stderr.strip()}")
        return process.stdout.strip()

    def _command(self, command: list[str], table: str, template: str = "template.yaml") -> list[str]:
        where = ["--template", str(BUILT / template), "--docker-network", self._network.name, *self._skip]
        where += ["--env-vars", str(VARIABLES)]
        return [str(BIN / "sam"), "local", *command, *where, "--parameter-overrides", *self._parameters(table)]

    def _parameters(self, table: str) -> list[str]:
        values = {
            "Architecture": ARCHITECTURE,
            "EndpointUrl": self._network.inner,
            "Environment": "local",
            "InteractiveDocs": "true",
            "TableNameOverride": table,  # sam would take the table's logical id for its name
        }
        return [f"{name}={value}" for name, value in values.items()]
