"""Drives a mixed load on a stack of its own, and compares what clients were told with what its table holds.

    python -m scripts.proof.soak [--seconds 60] [--callers 8]

Prints differences, and then exits with 1.
"""

import argparse
import sys
import time
from concurrent.futures import ThreadPoolExecutor

from scripts.local.deploy import DeployError
from scripts.local.emulator import EmulatorError
from scripts.local.stack import Local, local_stack
from scripts.ops.environment import enter
from scripts.ops.grant_role import grant
from scripts.proof.smoke import SurpriseError
from scripts.proof.soak.caller import Caller
from scripts.proof.soak.compare import differences, table_items
from scripts.proof.soak.meter import Meter, functions, growth

POLICIES = ("read", "write", "auth", "register", "anonymous")
UNLIMITED = {"RateLimits": ",".join(f"{policy}=1000000/60" for policy in POLICIES)}
FIRST_SAMPLE = 0.2  # of the time: by then most processes have started
SHOWN = 20  # differences


def soak(local: Local, seconds: float, callers: int) -> list[str]:
    """Drive the load and print the measurements; return the differences. Raises SurpriseError if it cannot start."""
    meter = Meter()
    with ThreadPoolExecutor(callers) as threads:
        crowd = list(threads.map(lambda seed: Caller.begin(local.url, seed, meter), range(callers)))
        enter(local.stack.table_name, local.clients.endpoint)
        for caller in crowd:
            grant(caller.email, "operator", revoke=False)
            caller.reload_account()
        started = time.monotonic()
        running = [threads.submit(caller.run, started + seconds) for caller in crowd]
        time.sleep(seconds * FIRST_SAMPLE)
        begin = functions()
        for one in running:
            one.result()
    took = time.monotonic() - started
    meter.print(took)
    print(growth(begin, functions()))
    ledgers = [caller.ledger for caller in crowd]
    found = differences(ledgers, table_items(local.clients.dynamodb, local.stack.table_name))
    print(f"{sum(len(one.resources) for one in ledgers)} resources acknowledged, {len(found)} differences", flush=True)
    return found


def main() -> int:
    parser = argparse.ArgumentParser(
        description="Drive a mixed load, and check that the table holds what clients were told."
    )
    parser.add_argument("--seconds", type=float, default=60, help="duration of the load")
    parser.add_argument("--callers", type=int, default=8, help="accounts that act at the same time")
    arguments = parser.parse_args()
    try:
        with local_stack(auth=True, overrides=UNLIMITED) as local:
            found = soak(local, arguments.seconds, arguments.callers)
    except (SurpriseError, EmulatorError, DeployError) as error:
        print(f"failed: {error}", file=sys.stderr)
        return 1
    for difference in found[:SHOWN]:
        print(f"difference: {difference[:2000]}", file=sys.stderr)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
