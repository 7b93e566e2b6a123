"""Steps of `make rotate-key` and `make retire-key`: changes the secret of a stack, prints the id of its new version.

    python -m scripts.ops.signing_keys STACK (announce | replace | retire)

announce: a new key is accepted. replace: it signs, and the one before is accepted. retire: it alone is left. Each is
deployed before the next, so that no function meets what it does not accept.
"""

import argparse
import secrets
import sys
from collections.abc import Sequence
from typing import Any, Literal, get_args

import boto3
from botocore.exceptions import BotoCoreError, ClientError

Step = Literal["announce", "replace", "retire"]
STEPS: tuple[Step, ...] = get_args(Step)
MOST = 3  # keys: a rotation that was interrupted leaves one more


class OrderError(Exception):
    """There is no key that was announced."""


def changed(keys: Sequence[str], step: Step, new: str) -> list[str]:
    """Return the keys after a step; the first one signs. Raises OrderError."""
    current, *others = keys
    if step == "announce":
        return [current, new, *others][:MOST]
    if step == "retire":
        return [current]
    if not others:
        raise OrderError("announce a new key first")
    return [others[0], current, *others[1:]]


def secret_of(cloudformation: Any, stack: str) -> str:
    """Return the ARN of a stack's secret."""
    found = cloudformation.describe_stack_resource(StackName=stack, LogicalResourceId="SigningKey")
    return str(found["StackResourceDetail"]["PhysicalResourceId"])


def change(client: Any, secret: str, step: Step) -> str:
    """Change the secret. Return the id of its new version. Raises OrderError."""
    keys = client.get_secret_value(SecretId=secret)["SecretString"].split()
    value = " ".join(changed(keys, step, secrets.token_urlsafe(48)))
    return str(client.put_secret_value(SecretId=secret, SecretString=value)["VersionId"])


def main() -> int:
    parser = argparse.ArgumentParser(description="Change the signing keys of a stack.")
    parser.add_argument("stack", help="name of the stack")
    parser.add_argument("step", choices=STEPS)
    arguments = parser.parse_args()
    try:
        secret = secret_of(boto3.client("cloudformation"), arguments.stack)
        print(change(boto3.client("secretsmanager"), secret, arguments.step))
    except (BotoCoreError, ClientError, OrderError) as error:
        print(f"the keys are unchanged: {' '.join(str(error).split())}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
