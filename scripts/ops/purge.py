"""`make purge`: deletes expired items now, as the scheduled function does every hour.

python -m scripts.ops.purge (--url URL | --table NAME)
"""

import argparse
import sys

from neoforge.dynamodb import expiry
from scripts.ops.target import add_target, select_target


def main() -> int:
    parser = argparse.ArgumentParser(description="Delete expired items.")
    add_target(parser)
    if not select_target(parser.parse_args()):
        return 1
    print(f"{expiry.run()} items deleted")
    return 0


if __name__ == "__main__":
    sys.exit(main())
