"""A MiniStack, the emulated AWS, of one command or one test session."""

import contextlib
import fcntl
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from http import HTTPStatus
from pathlib import Path
from types import TracebackType
from typing import Self

import httpx

from scripts import ROOT
from scripts.api import Api

MINISTACK = ROOT / ".venv-emulator/bin/ministack"
START_SECONDS = 20.0
HEALTH_SECONDS = 5.0
ROOMY_BYTES = 4 * 1024**3  # the workers of a load test take half of it
STOP_SECONDS = 15.0  # a stop with state to save takes about 1.5 s
# On Linux the kernel sends the emulator SIGTERM, so that it saves, even if this process is killed.
LAUNCH = """
import ctypes, os, signal, sys
if sys.platform == "linux":
    PR_SET_PDEATHSIG = 1
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
os.execv(sys.argv[1], sys.argv[1:])
"""


class EmulatorError(Exception):
    """The emulator has not started; the message is one line."""


def free_port(preferred: int = 0) -> int:
    """Return a free TCP port of 127.0.0.1: the preferred one if it is free."""
    with socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind(("127.0.0.1", preferred))
        except OSError:
            listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


def healthy(endpoint: str) -> bool:
    """Return whether a MiniStack answers there."""
    with Api(endpoint) as api, contextlib.suppress(httpx.HTTPError):
        return api.request("GET", "/_ministack/health", seconds=HEALTH_SECONDS).status == HTTPStatus.OK
    return False


def _scratch() -> Path:
    """Return the folder for temporary folders: in memory if there is room, as each worker unpacks 1,300 files."""
    memory = Path("/dev/shm")  # noqa: S108 - the folder in it is made by mkdtemp
    roomy = memory.is_dir() and shutil.disk_usage(memory).free > ROOMY_BYTES
    return memory if roomy else Path(tempfile.gettempdir())


def _sweep(home: Path) -> None:
    """Remove the folders of processes that were killed: they would take up memory until the next boot."""
    for folder in home.glob("neoforge-*-*"):
        owner = folder.name.split("-")[1]
        try:
            os.kill(int(owner), 0)
        except (ValueError, PermissionError):
            continue
        except ProcessLookupError:
            shutil.rmtree(folder, ignore_errors=True)


class Emulator:
    """Context manager: MiniStack on a free loopback port.

    auth: enforce IAM policies. data: folder to keep the state in between clean stops; None: keep nothing.
    Raises EmulatorError if MiniStack is missing or not ready within START_SECONDS, or the data folder is in use.
    """

    def __init__(self, *, auth: bool = False, data: Path | None = None) -> None:
        self._auth = auth
        self._data = data
        self._folder = Path()
        self._lock = -1
        self._process: subprocess.Popen[bytes] | None = None
        self.endpoint = ""

    def __enter__(self) -> Self:
        if not MINISTACK.exists():
            raise EmulatorError(f"{MINISTACK.relative_to(ROOT)} is missing (it needs Python 3.13): run `make setup`")
        _sweep(scratch := _scratch())
        self._folder = Path(tempfile.mkdtemp(prefix=f"neoforge-{os.getpid()}-", dir=scratch))
        try:
            if self._data:
                self._lock_folder(self._data)
            self._start(self._port())
        except BaseException:
            self.__exit__(None, None, None)
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._process:
            self._stop(self._process)
        if self._lock >= 0:
            os.close(self._lock)
        shutil.rmtree(self._folder, ignore_errors=True)

    def _lock_folder(self, data: Path) -> None:
        """Lock the data folder, for the emulator as well: it may outlive a killed parent while it saves."""
        data.mkdir(parents=True, exist_ok=True)
        self._lock = os.open(data / "lock", os.O_CREAT | os.O_RDWR, 0o600)
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise EmulatorError(
                f"the folder {data} is in use by another `make dev`: choose another with DATA="
            ) from error

    def _port(self) -> int:
        """Return the port of the last run if it is free: a new one would redeploy all functions, which know it."""
        if not self._data:
            return free_port()
        note = self._data / "port"
        port = free_port(int(note.read_text()) if note.exists() else 0)
        note.write_text(str(port))
        return port

    def _environment(self, port: int) -> dict[str, str]:
        """Return the variables of the emulator, which the functions inherit, and nothing of the machine."""
        settings = {
            "PATH": os.defpath,
            "HOME": str(self._folder),
            "TMPDIR": str(self._folder),
            "GATEWAY_PORT": str(port),
            "BIND_HOST": "127.0.0.1",
            "MINISTACK_HOST": "127.0.0.1",
            "IOT_MTLS_ENABLED": "0",
            "SFTP_ENABLED": "0",
            "LOG_LEVEL": "WARNING",
        }
        if self._auth:
            settings["AUTH"] = "true"
        if self._data:
            state = self._data.resolve()
            settings |= {"PERSIST_STATE": "1", "STATE_DIR": str(state / "state")}
            settings |= {"S3_PERSIST": "1", "S3_DATA_DIR": str(state / "s3")}
        return settings

    def _start(self, port: int) -> None:
        self.endpoint = f"http://127.0.0.1:{port}"
        log = self._folder / "ministack.log"
        with log.open("wb") as output:
            self._process = subprocess.Popen(
                [sys.executable, "-I", "-c", LAUNCH, MINISTACK],
                cwd=self._folder,
                env=self._environment(port),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                pass_fds=(self._lock,) if self._lock >= 0 else (),
                start_new_session=True,  # Ctrl-C reaches only us, and the workers can be killed as a group
            )
        deadline = time.monotonic() + START_SECONDS
        while not healthy(self.endpoint):
            if self._process.poll() is not None or time.monotonic() > deadline:
                lines = log.read_text(errors="replace").strip().splitlines()
                raise EmulatorError(f"MiniStack did not start: {lines[-1] if lines else 'no output'}")
            time.sleep(0.02)

    @staticmethod
    def _stop(process: subprocess.Popen[bytes]) -> None:
        process.terminate()
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)  # workers that outlived it
