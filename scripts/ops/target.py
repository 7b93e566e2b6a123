"""Which table a script works on: that of a stack that `make dev` runs, or one on AWS."""

import argparse
import sys

import httpx

from scripts.client.api import Api
from scripts.ops.environment import enter


def add_place(parser: argparse.ArgumentParser) -> None:
    """Let a script be told its table."""
    place = parser.add_mutually_exclusive_group(required=True)
    place.add_argument("--url", help="of a stack that make dev runs")
    place.add_argument("--table", help="name of a table on AWS")


def enter_place(arguments: argparse.Namespace) -> bool:
    """Make the package importable with that table; tell whether there is one, and if not, say why."""
    try:
        enter(*_of_local(arguments.url) if arguments.url else (arguments.table,))
    except (httpx.HTTPError, httpx.InvalidURL, ValueError, KeyError, TypeError):
        print(f"nothing of ours answers at {arguments.url}: start it with make dev", file=sys.stderr)
        return False
    return True


def _of_local(url: str) -> tuple[str, str]:
    """Ask a local stack for its table and its endpoint."""
    with Api(url) as api:
        local = api.request("GET", "/_local").json()
    return local["table_name"], local["endpoint"]
