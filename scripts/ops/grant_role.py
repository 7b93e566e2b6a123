"""`make role`: grants a role to an account, or revokes it. There is no other way to create an admin.

    python -m scripts.ops.grant_role EMAIL ROLE [--revoke] (--url URL | --table NAME)

URL is a stack that `make dev` runs; NAME a table on AWS, reached with the credentials of this machine.
"""

import argparse
import sys
from typing import Literal, get_args

from botocore.exceptions import BotoCoreError, ClientError
from pynamodb.exceptions import PynamoDBException

from neoforge.accounts import roles
from neoforge.errors import NeoForgeError, NotFound
from scripts.ops.target import add_target, select_target

Role = Literal["support", "operator", "admin"]  # everybody has the role user


def main() -> int:
    parser = argparse.ArgumentParser(description="Grant a role to an account, or revoke it.")
    parser.add_argument("email", help="e-mail address of the account")
    parser.add_argument("role", choices=get_args(Role))
    parser.add_argument("--revoke", action="store_true", help="revoke the role")
    add_target(parser)
    arguments = parser.parse_args()
    if not select_target(arguments):
        return 1
    try:
        return grant(arguments.email, arguments.role, revoke=arguments.revoke)
    except (BotoCoreError, ClientError, PynamoDBException) as error:
        print(f"the table cannot be used: {' '.join(str(error).split())}", file=sys.stderr)
        return 1


def grant(email: str, role: Role, *, revoke: bool) -> int:
    """Grant or revoke a role, and print the roles of the account. Returns an exit status."""
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


if __name__ == "__main__":
    sys.exit(main())
