"""The table that a script works on: that of a stack which `make dev` runs, or one on AWS."""

import argparse
import sys

import httpx

from scripts.api import Api
from scripts.ops.environment import enter


def add_target(parser: argparse.ArgumentParser) -> None:
    """Add the options --url and --table, of which one is required."""
    target = parser.add_mutually_exclusive_group(required=True)
    target.add_argument("--url", help="base URL of a stack that make dev runs")
    target.add_argument("--table", help="name of a DynamoDB table on AWS")


def select_target(arguments: argparse.Namespace) -> bool:
    """Enter the environment of that table; False, and a line on stderr, if nothing answers at the URL."""
    try:
        enter(*_local_table(arguments.url) if arguments.url else (arguments.table,))
    except (httpx.HTTPError, httpx.InvalidURL, ValueError, KeyError, TypeError):
        print(f"no local stack answers at {arguments.url}: start it with make dev", file=sys.stderr)
        return False
    return True


def _local_table(url: str) -> tuple[str, str]:
    """Read the name of a local stack's table and its endpoint."""
    with Api(url) as api:
        local = api.request("GET", "/_local").json()
    return local["table_name"], local["endpoint"]
