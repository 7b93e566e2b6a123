"""`make role`: gives an account a role, or takes it away. There is no other way to make an admin.

    python -m scripts.grant_role EMAIL ROLE [--revoke] (--url URL | --table NAME)

URL is a stack that `make dev` runs; NAME a table on AWS, reached with the credentials of the machine.
"""

import argparse
import json
import sys
import urllib.request
from urllib.error import URLError

from scripts.package import enter

ROLES = ("user", "support", "operator", "admin")


def main() -> int:
    parser = argparse.ArgumentParser(description="Give an account a role.")
    parser.add_argument("email")
    parser.add_argument("role", choices=ROLES)
    parser.add_argument("--revoke", action="store_true", help="take it away")
    where = parser.add_mutually_exclusive_group(required=True)
    where.add_argument("--url", help="of a stack that make dev runs")
    where.add_argument("--table", help="name of a table on AWS")
    arguments = parser.parse_args()
    try:
        enter(*_of_local(arguments.url) if arguments.url else (arguments.table,))
    except (URLError, ValueError, KeyError):
        print(f"nothing of ours answers at {arguments.url}: start it with make dev", file=sys.stderr)
        return 1
    from neoforge.accounts import roles  # noqa: PLC0415 - its settings are known only now
    from neoforge.errors import NotFound  # noqa: PLC0415

    try:
        found = roles.grant(arguments.email, arguments.role, revoke=arguments.revoke)
    except NotFound:
        print(f"there is no account with the e-mail {arguments.email}", file=sys.stderr)
        return 1
    print(f"{arguments.email}: {', '.join(found)}")
    return 0


def _of_local(url: str) -> tuple[str, str]:
    """Ask a local stack for its table and its endpoint."""
    with urllib.request.urlopen(f"{url}/_local", timeout=5) as answer:  # noqa: S310 - loopback
        local = json.load(answer)
    return local["table_name"], local["endpoint"]


if __name__ == "__main__":
    sys.exit(main())
