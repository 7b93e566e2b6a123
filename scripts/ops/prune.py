"""`make prune`: deletes old versions of a stack's functions, which keep their code and their keys.

    python -m scripts.ops.prune STACK [--keep N]

What an alias points to stays, and what is newer, and the N versions before it, to which one can roll back.
"""

import argparse
import sys
from collections.abc import Iterator
from typing import Any

import boto3
from botocore.exceptions import BotoCoreError, ClientError

KEEP = 3


def prune(cloudformation: Any, lambda_: Any, stack: str, keep: int) -> list[str]:
    """Delete the old versions of all functions of a stack. Return them, as function:version."""
    deleted = []
    for name in _functions(cloudformation, stack):
        for version in _old(lambda_, name, keep):
            lambda_.delete_function(FunctionName=name, Qualifier=str(version))
            deleted.append(f"{name}:{version}")
    return deleted


def _functions(cloudformation: Any, stack: str) -> Iterator[str]:
    for page in cloudformation.get_paginator("list_stack_resources").paginate(StackName=stack):
        for resource in page["StackResourceSummaries"]:
            if resource["ResourceType"] == "AWS::Lambda::Function":
                yield resource["PhysicalResourceId"]


def _old(lambda_: Any, name: str, keep: int) -> list[int]:
    pages = lambda_.get_paginator("list_versions_by_function").paginate(FunctionName=name)
    versions = sorted(int(one["Version"]) for page in pages for one in page["Versions"] if one["Version"] != "$LATEST")
    aliases = lambda_.list_aliases(FunctionName=name)["Aliases"]
    used = {int(alias["FunctionVersion"]) for alias in aliases}
    used |= {
        int(one) for alias in aliases for one in alias.get("RoutingConfig", {}).get("AdditionalVersionWeights", {})
    }
    if not used:
        return []
    before = [version for version in versions if version < min(used)]
    return before[: len(before) - keep] if keep < len(before) else []


def main() -> int:
    parser = argparse.ArgumentParser(description="Delete old versions of the functions of a stack.")
    parser.add_argument("stack", help="name of the stack")
    parser.add_argument("--keep", type=int, default=KEEP, help="versions before the live one that are kept")
    arguments = parser.parse_args()
    try:
        deleted = prune(boto3.client("cloudformation"), boto3.client("lambda"), arguments.stack, arguments.keep)
    except (BotoCoreError, ClientError) as error:
        print(" ".join(str(error).split()), file=sys.stderr)
        return 1
    print(f"{len(deleted)} versions deleted")
    return 0


if __name__ == "__main__":
    sys.exit(main())
