"""Fills a stack with a believable year.

    python -m scripts.ops.seed [--size 1000] (--url URL | --table NAME)

SIZE posts, as many projects, half as many tickets, a tenth as many events, from people with the password of the demo
account. URL is a stack that `make dev` runs; NAME a table on AWS, reached with the credentials of the machine.
"""

import argparse
import sys
import time

from scripts.ops.target import add_place, enter_place


def main() -> int:
    parser = argparse.ArgumentParser(description="Fill a stack with a believable year.")
    parser.add_argument("--size", type=int, default=1000, help="posts; everything else in proportion")
    add_place(parser)
    arguments = parser.parse_args()
    if not enter_place(arguments):
        return 1
    from scripts.ops.seed.data import seed  # noqa: PLC0415 - its settings are known only now

    started = time.monotonic()
    count = seed(arguments.size)
    print(f"{count} items in {time.monotonic() - started:.1f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main())
