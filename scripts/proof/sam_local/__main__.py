"""`make sam-local`: the API in Lambda's own containers, by `sam local start-api`, until Ctrl-C.

    python -m scripts.proof.sam_local [--port 3000 | --check]

With --check: the smoke journey through it, and `sam local invoke` of each function with its event in events/. It needs
a container engine: without one it fails, but --check is skipped, so that machines without one pass.
"""

import argparse
import sys
import time

import httpx

from scripts.build.template import table_definition
from scripts.local.aws import Clients
from scripts.local.emulator import EmulatorError, free_port
from scripts.local.process import raise_on_signals
from scripts.ops.environment import TEMPLATE, enter
from scripts.proof.sam_local.check import check_all
from scripts.proof.sam_local.cli import TABLE, Sam
from scripts.proof.sam_local.containers import Network, engine
from scripts.proof.sam_local.recorded import put_recorded
from scripts.proof.smoke import SurpriseError

NO_ENGINE = "no container engine answers: start Docker, or name one by DOCKER_HOST"


def main() -> int:
    parser = argparse.ArgumentParser(description="Run the API in Lambda's own containers.")
    parser.add_argument("--port", type=int, default=3000, help="port of the API on 127.0.0.1")
    parser.add_argument("--check", action="store_true", help="check everything, then stop")
    arguments = parser.parse_args()
    raise_on_signals()
    address = engine()
    if address is None:
        print(f"SKIPPED, NOTHING WAS TESTED: {NO_ENGINE}" if arguments.check else NO_ENGINE, file=sys.stderr)
        return 0 if arguments.check else 1
    try:
        run(address, None if arguments.check else arguments.port)
    except KeyboardInterrupt:
        return 0 if not arguments.check else 1
    except (EmulatorError, SurpriseError, httpx.HTTPError) as error:
        print(f"failed: {error}", file=sys.stderr)
        return 1
    return 0


def run(address: str, port: int | None) -> None:
    """Serve on a port until interrupted; without one, check everything. Raises EmulatorError and SurpriseError."""
    if port is not None and free_port(port) != port:
        raise EmulatorError(f"port {port} is in use: choose another with PORT=")
    started = time.monotonic()
    with Network() as network:
        sam = Sam(address, network)
        sam.build()
        Clients(network.endpoint).dynamodb.create_table(TableName=TABLE, **table_definition(TEMPLATE))
        enter(TABLE, network.endpoint)
        put_recorded()
        print(f"built, and the table is there, after {time.monotonic() - started:.1f} s", flush=True)
        if port is None:
            check_all(sam, network)
            print(f"passed in {time.monotonic() - started:.1f} s")
        else:
            with sam.api(port) as url:
                print(f"{url}/v1 is ready after {time.monotonic() - started:.1f} s. Ctrl-C stops it.", flush=True)
                while True:
                    time.sleep(1)


if __name__ == "__main__":
    sys.exit(main())
