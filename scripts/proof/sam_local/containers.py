"""The network of the functions' containers, and the database in it.

The database is MiniStack's, from .venv-emulator, in a container of the functions' own image. So it can be reached from
the functions without anything on this machine that listens elsewhere than on loopback, where its port is published.
"""

import contextlib
import os
import subprocess
import time
from collections.abc import Callable
from typing import Self

import httpx

from scripts.api import Api
from scripts.local.emulator import MINISTACK, START_SECONDS, EmulatorError

IMAGE = "public.ecr.aws/lambda/python:3.13"
HOST, PORT = "database", 4566  # in the network
LABEL = "neoforge.sam-local"  # its value: the process that created the network
SECONDS = 600.0  # the image may have to be pulled


def docker(*arguments: str) -> str:
    """Run docker; return its output. Raises EmulatorError with the last line of its errors."""
    try:
        process = subprocess.run(["docker", *arguments], capture_output=True, text=True, timeout=SECONDS, check=True)
    except subprocess.CalledProcessError as error:
        lines = error.stderr.strip().splitlines() or ["no reason given"]
        raise EmulatorError(f"docker {arguments[0]}: {lines[-1]}") from error
    return process.stdout.strip()


def engine() -> str | None:
    """Return the address of the container engine that docker uses; None if none answers."""
    try:
        docker("version", "--format", "{{.Server.Version}}")
        return docker("context", "inspect", "--format", "{{.Endpoints.docker.Host}}")
    except (EmulatorError, OSError, subprocess.TimeoutExpired):
        return None


def present(image: str) -> bool:
    """Return whether an image need not be fetched."""
    return bool(docker("image", "ls", "--quiet", image))


class Network:
    """Context manager: a network with a database in it.

    sam leaves containers behind when it ends. All those in this network were started for it, and are removed.
    name: for sam's --docker-network. endpoint: of the database from here; inner: from the functions.
    Raises EmulatorError.
    """

    inner = f"http://{HOST}:{PORT}"

    def __init__(self) -> None:
        self.name = f"neoforge-{os.getpid()}"
        self.endpoint = ""

    def __enter__(self) -> Self:
        _sweep()
        docker("network", "create", "--label", f"{LABEL}={os.getpid()}", self.name)
        try:
            self._start()
        except BaseException:
            self.__exit__(None, None, None)
            raise
        return self

    def __exit__(self, *_: object) -> None:
        _remove(self.name)

    def _start(self) -> None:
        (packages,) = MINISTACK.parent.parent.glob("lib/python3.13/site-packages")
        inside = ["--network", self.name, "--network-alias", HOST, "--volume", f"{packages}:/emulator:ro"]
        settings = {"PYTHONPATH": "/emulator", "GATEWAY_PORT": str(PORT), "IOT_MTLS_ENABLED": "0", "SFTP_ENABLED": "0"}
        variables = [f"--env={name}={value}" for name, value in settings.items()]
        published = ["--publish", f"127.0.0.1::{PORT}"]
        command = ["--entrypoint", "/var/lang/bin/python3", IMAGE, "-m", "ministack"]
        container = docker("run", "--detach", "--rm", *inside, *variables, *published, *command)
        self.endpoint = f"http://{docker('port', container, str(PORT)).splitlines()[0]}"
        wait_for(self.endpoint)


def wait_for(url: str, seconds: float = START_SECONDS, ended: Callable[[], object] = lambda: None) -> None:
    """Wait until the URL answers, or `ended` is not None. Raises EmulatorError."""
    deadline = time.monotonic() + seconds
    with Api(url) as api:
        while True:
            with contextlib.suppress(httpx.HTTPError):
                api.request("GET", "/")
                return
            if ended() is not None or time.monotonic() > deadline:
                raise EmulatorError(f"nothing answers at {url}")
            time.sleep(0.1)


def _sweep() -> None:
    """Remove what processes that were killed have left."""
    found = docker("network", "ls", "--filter", f"label={LABEL}", "--format", f'{{{{.Name}}}} {{{{.Label "{LABEL}"}}}}')
    for name, owner in (line.split() for line in found.splitlines()):
        try:
            os.kill(int(owner), 0)
        except ProcessLookupError:
            _remove(name)
        except PermissionError:
            continue


def _remove(network: str) -> None:
    if left := docker("ps", "--all", "--quiet", "--filter", f"network={network}").split():
        docker("rm", "--force", *left)
    docker("network", "rm", network)
