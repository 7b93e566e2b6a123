"""`make dev`: the whole stack on this machine, redeployed on each edit, until Ctrl-C.

    python -m scripts.local.dev [--port 3000] [--data .local] [--auth]

DATA keeps the state between clean stops. With --auth, the IAM policies of the functions are enforced.
"""

import argparse
import errno
import json
import sys
import time
from http import HTTPStatus
from pathlib import Path
from typing import NoReturn

from scripts import ROOT
from scripts.api import Api
from scripts.local.deploy import DeployError
from scripts.local.emulator import EmulatorError
from scripts.local.log_tail import LogTail
from scripts.local.process import raise_on_signals
from scripts.local.stack import Local, local_stack
from scripts.local.terminal import printable

WATCHED = ("functions", "layers", "docs/openapi.json", "template.yaml", "uv.lock")
POLL_SECONDS = 0.25
DEMO = {"email": "demo@example.com", "password": "correct horse battery staple", "display_name": "Demo"}

type Snapshot = dict[Path, int]


def main() -> int:
    parser = argparse.ArgumentParser(description="Run the whole stack on this machine.")
    parser.add_argument("--port", type=int, default=3000, help="port of the API on 127.0.0.1")
    parser.add_argument("--data", type=Path, default=Path(".local"), help="folder to keep the state in")
    parser.add_argument("--auth", action="store_true", help="enforce the IAM policies of the functions")
    arguments = parser.parse_args()
    raise_on_signals()
    try:
        run(arguments.port, arguments.data, auth=arguments.auth)
    except KeyboardInterrupt:
        return 0
    except (EmulatorError, DeployError) as error:
        reason = str(error)
    except OSError as error:
        if error.errno != errno.EADDRINUSE:
            raise
        reason = f"port {arguments.port} is in use: choose another with PORT="
    print(reason, file=sys.stderr)
    return 1


def run(port: int, data: Path, *, auth: bool) -> NoReturn:
    """Start the stack, then redeploy on each edit and print the functions' log until interrupted."""
    started = time.monotonic()
    sources = snapshot()
    with local_stack(port=port, auth=auth, data=data) as local:
        log = LogTail(local.clients, local.stack.log_group)
        log.skip()
        with Api(local.url) as api:
            seed(api)
        print(welcome(local.url, time.monotonic() - started), flush=True)
        while True:
            time.sleep(POLL_SECONDS)
            for line in log.read():
                print(line, flush=True)
            before, sources = sources, snapshot()
            if changed := sorted(path for path, _ in before.items() ^ sources.items()):
                print(redeploy(local, list(dict.fromkeys(changed))), flush=True)


def snapshot() -> Snapshot:
    """Return the modification times of the watched sources, in nanoseconds."""
    roots = [ROOT / name for name in WATCHED]
    files = [path for root in roots for path in (root.rglob("*") if root.is_dir() else [root])]
    return {path: path.stat().st_mtime_ns for path in files if path.is_file() and "__pycache__" not in path.parts}


def redeploy(local: Local, changed: list[Path]) -> str:
    """Deploy an edit; return a line about it. A broken edit leaves the running stack as it is."""
    started = time.monotonic()
    names = ", ".join(str(path.relative_to(ROOT)) for path in changed)
    try:
        for path in changed:
            if path.suffix == ".py" and path.exists():
                compile(path.read_bytes(), path.relative_to(ROOT), "exec")
        local.redeploy()
    except SyntaxError as error:
        return f"not deployed: {error.filename}:{error.lineno}: {error.msg}"
    except DeployError as error:
        return f"not deployed: {error}"
    return f"deployed {names} in {time.monotonic() - started:.1f} s"


def seed(api: Api) -> None:
    """Register the demo account, unless an earlier run did. A failure is only printed: an edit may be its reason."""
    answer = api.request("POST", "/v1/auth/register", body=DEMO)
    if answer.status not in (HTTPStatus.CREATED, HTTPStatus.CONFLICT):
        reason = printable(answer.body.decode(errors="replace"))
        print(f"the demo account could not be registered: {answer.status} {reason}", flush=True)


def welcome(url: str, seconds: float) -> str:
    credentials = json.dumps({key: DEMO[key] for key in ("email", "password")})
    login = f"curl -s {url}/v1/auth/login -H 'Content-Type: application/json' -d '{credentials}'"
    token = f"{login} | python3 -c 'import json, sys; print(json.load(sys.stdin)[\"access_token\"])'"
    return f"""
NeoForge is ready at {url}/v1 after {seconds:.1f} s. Edits are redeployed; Ctrl-C stops it.
The demo account is {DEMO["email"]} with the password "{DEMO["password"]}".
Read and try the API in a browser: {url}/v1/docs

{login}
curl -s {url}/v1/account -H "Authorization: Bearer $({token})"
"""


if __name__ == "__main__":
    sys.exit(main())
