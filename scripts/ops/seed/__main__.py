"""Fills a table with a year of demo data.

    python -m scripts.ops.seed [--size 1000] (--url URL | --table NAME)

All accounts have the password of the demo account. URL is a stack that `make dev` runs; NAME a table on AWS, reached
with the credentials of this machine.
"""

import argparse
import sys
import time

from scripts.ops.seed.demo_data import seed
from scripts.ops.target import add_target, select_target


def main() -> int:
    parser = argparse.ArgumentParser(description="Fill a table with a year of demo data.")
    parser.add_argument("--size", type=int, default=1000, help="projects and posts; other resources in proportion")
    add_target(parser)
    arguments = parser.parse_args()
    if not select_target(arguments):
        return 1
    started = time.monotonic()
    count = seed(arguments.size)
    print(f"{count} items in {time.monotonic() - started:.1f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main())
