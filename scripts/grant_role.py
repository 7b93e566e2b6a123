"""`make role`: gives an account a role, or takes it away. There is no other way to make an admin.

    python -m scripts.grant_role EMAIL ROLE [--revoke] (--url URL | --table NAME)

URL is a stack that `make dev` runs; NAME a table on AWS, reached with the credentials of the machine.
"""

import argparse
import sys
from typing import Literal, get_args

import urllib3
from botocore.exceptions import BotoCoreError, ClientError
from pynamodb.exceptions import PynamoDBException

from scripts.client import Api
from scripts.package import enter

Role = Literal["support", "operator", "admin"]  # everybody has the role user


def main() -> int:
    parser = argparse.ArgumentParser(description="Give an account a role.")
    parser.add_argument("email")
    parser.add_argument("role", choices=get_args(Role))
    parser.add_argument("--revoke", action="store_true", help="take it away")
    where = parser.add_mutually_exclusive_group(required=True)
    where.add_argument("--url", help="of a stack that make dev runs")
    where.add_argument("--table", help="name of a table on AWS")
    arguments = parser.parse_args()
    try:
        enter(*_of_local(arguments.url) if arguments.url else (arguments.table,))
    except (urllib3.exceptions.HTTPError, ValueError, KeyError, TypeError):
        print(f"nothing of ours answers at {arguments.url}: start it with make dev", file=sys.stderr)
        return 1
    try:
        return grant(arguments.email, arguments.role, revoke=arguments.revoke)
    except (BotoCoreError, ClientError, PynamoDBException) as error:
        print(f"the table cannot be used: {' '.join(str(error).split())}", file=sys.stderr)
        return 1


def grant(email: str, role: Role, *, revoke: bool) -> int:
    """Grant, and tell which roles the account has now."""
    from neoforge.accounts import roles  # noqa: PLC0415 - its settings are known only now
    from neoforge.errors import NeoForgeError, NotFound  # noqa: PLC0415

    try:
        found = roles.grant(email, role, revoke=revoke)
    except NotFound:
        print(f"there is no account with the e-mail {email}", file=sys.stderr)
    except NeoForgeError as error:
        print(error, file=sys.stderr)
    else:
        print(f"{email}: {', '.join(found)}")
        return 0
    return 1


def _of_local(url: str) -> tuple[str, str]:
    """Ask a local stack for its table and its endpoint."""
    with Api(url) as api:
        local = api.request("GET", "/_local").json()
    return local["table_name"], local["endpoint"]


if __name__ == "__main__":
    sys.exit(main())
