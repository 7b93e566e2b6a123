"""AWS's DynamoDB Local, which `make proof` and `make bench` download."""

import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from scripts import ROOT
from scripts.local.emulator import free_port

START_SECONDS = 30.0
# Without -sharedDb each access key has tables of its own.
OPTIONS = ["-inMemory", "-disableTelemetry", "-port"]


def dynamodb_local() -> Path | None:
    """Return the path of DynamoDBLocal.jar; None without it or java."""
    jars = sorted(ROOT.glob("build/dynamodb-local@*/DynamoDBLocal.jar"))
    return jars[-1] if jars and shutil.which("java") else None


@contextmanager
def running(jar: Path) -> Iterator[str]:
    """Context manager: run DynamoDB Local; yields its URL."""
    jar = jar.resolve()  # it runs in its own folder, where a relative path is invalid
    port, folder = free_port(), jar.parent
    libraries = f"-Djava.library.path={folder / 'DynamoDBLocal_lib'}"
    command = ["java", libraries, "-jar", str(jar), *OPTIONS, str(port)]
    quiet = subprocess.DEVNULL
    process = subprocess.Popen(command, stdout=quiet, stderr=quiet, cwd=folder)
    try:
        deadline = time.monotonic() + START_SECONDS
        while not _listens(port):
            if process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"{jar} does not listen")
            time.sleep(0.05)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait()


def _listens(port: int) -> bool:
    with socket.socket() as client:
        return client.connect_ex(("127.0.0.1", port)) == 0
