"""The environment of a function, for the package under layers/shared outside Lambda."""

import os

from scripts import ROOT
from scripts.build.template import load_template, parameter_values

TEMPLATE = load_template(ROOT / "template.yaml")
VALUES = parameter_values(TEMPLATE, {})
SIGNING_KEYS = "none"  # by which the tokens in events/ are signed as well


def enter(table_name: str = "none", endpoint: str | None = None) -> None:
    """Set the environment, before anything of the package is used.

    endpoint: of an emulated AWS; None for AWS itself, with the credentials of the machine.
    """
    os.environ.update(
        ACCOUNT_LIMITS=VALUES["AccountLimits"],
        ALLOWED_ORIGINS=VALUES["AllowedOrigins"],
        API_BASE_URL="",
        DOCS_BASE_URL=VALUES["DocsBaseUrl"],
        ENVIRONMENT="local",
        INTERACTIVE_DOCS=VALUES["InteractiveDocs"],
        RATE_LIMITS=VALUES["RateLimits"],
        SIGNING_KEYS=SIGNING_KEYS,
        TABLE_NAME=table_name,
    )
    if endpoint is not None:
        os.environ.update(
            AWS_ACCESS_KEY_ID="test",
            AWS_DEFAULT_REGION="us-east-1",
            AWS_ENDPOINT_URL=endpoint,
            AWS_REGION="us-east-1",
            AWS_SECRET_ACCESS_KEY="test",  # noqa: S106 - the emulator's
            NO_PROXY="127.0.0.1",  # the machine's proxy cannot reach our loopback
        )
        for name in ("AWS_ENDPOINT_URL_DYNAMODB", "AWS_PROFILE", "no_proxy"):  # they would win
            os.environ.pop(name, None)
