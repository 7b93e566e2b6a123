"""`make shell`: Python's prompt with the generated client, logged in as the demo account of a stack.

    PYTHONPATH=build/client python -m scripts.client.shell [--url http://127.0.0.1:3000]

Names: client, models, types, and the operations by tag: account.get_account.sync(client=client).
"""

import argparse
import code
import importlib
import json
import pkgutil
import readline
import rlcompleter
import sys
from http import HTTPStatus
from types import ModuleType
from typing import Any

import httpx

from scripts.api import Api
from scripts.local.dev import DEMO


def log_in(url: str) -> str:
    """Return an access token of the demo account. Raises LookupError with the reason why there is none."""
    try:
        with Api(url) as api:
            body = {name: DEMO[name] for name in ("email", "password")}
            answer = api.request("POST", "/v1/auth/login", body=body)
        if answer.status == HTTPStatus.OK:
            return str(answer.json()["access_token"])
        raise LookupError(f"{DEMO['email']} cannot log in: {answer.status} {answer.body.decode(errors='replace')}")
    except (httpx.HTTPError, httpx.InvalidURL, json.JSONDecodeError, KeyError, TypeError) as error:
        raise LookupError(f"no local stack answers at {url}: start it with make dev") from error


def names(url: str, token: str) -> dict[str, Any]:
    """Return the names that the prompt has."""
    package = importlib.import_module("neoforge_client")
    api = importlib.import_module("neoforge_client.api")
    tags: dict[str, ModuleType] = {}
    for module in pkgutil.walk_packages(api.__path__, f"{api.__name__}."):
        imported = importlib.import_module(module.name)
        if module.ispkg:
            tags[module.name.rpartition(".")[2]] = imported
    client = package.AuthenticatedClient(url, token)
    return tags | {"client": client, "models": package.models, "types": package.types}


def main() -> int:
    parser = argparse.ArgumentParser(description="Start a Python prompt with a client of the API.")
    parser.add_argument("--url", default="http://127.0.0.1:3000", help="base URL of a stack that make dev runs")
    url = parser.parse_args().url
    try:
        token = log_in(url)
    except LookupError as error:
        print(error, file=sys.stderr)
        return 1
    known = names(url, token)
    readline.set_completer(rlcompleter.Completer(known).complete)
    readline.parse_and_bind("tab: complete")
    code.interact(
        f"You are {DEMO['email']} at {url}. Names: {', '.join(sorted(known))}.\n"
        ">>> account.get_account.sync(client=client)",
        local=known,
        exitmsg="",
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
