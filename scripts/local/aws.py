"""boto3 clients of an emulated AWS, for scripts and tests."""

import os
from functools import cached_property
from typing import TYPE_CHECKING, Any

import boto3
from botocore.config import Config
from localstack_client import config  # type: ignore[import-untyped]

if TYPE_CHECKING:
    from mypy_boto3_apigateway import APIGatewayClient
    from mypy_boto3_cloudformation import CloudFormationClient
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_iam import IAMClient
    from mypy_boto3_lambda import LambdaClient
    from mypy_boto3_logs import CloudWatchLogsClient
    from mypy_boto3_s3 import S3Client

REGION = "us-east-1"
# The machine's HTTP proxy cannot reach our loopback, where buckets have no host names of their own either.
LOCAL = Config(proxies={}, s3={"addressing_style": "path"})


def external_endpoint() -> str | None:
    """Return the endpoint of a running emulator, such as LocalStack, that AWS_ENDPOINT_URL or LOCALSTACK_HOST names."""
    if os.environ.get("AWS_ENDPOINT_URL") or os.environ.get("LOCALSTACK_HOST"):
        return str(config.get_service_endpoint("cloudformation"))
    return None


class Clients:
    """Clients, created on first use (30 ms each). test/test are the root credentials of MiniStack and LocalStack."""

    def __init__(self, endpoint: str) -> None:
        self.endpoint = endpoint
        self._session = boto3.Session("test", "test", region_name=REGION)

    @cached_property
    def apigateway(self) -> "APIGatewayClient":
        return self._session.client("apigateway", endpoint_url=self.endpoint, config=LOCAL)

    @cached_property
    def cloudformation(self) -> "CloudFormationClient":
        return self._session.client("cloudformation", endpoint_url=self.endpoint, config=LOCAL)

    @cached_property
    def dynamodb(self) -> "DynamoDBClient":
        return self._session.client("dynamodb", endpoint_url=self.endpoint, config=LOCAL)

    @cached_property
    def iam(self) -> "IAMClient":
        return self._session.client("iam", endpoint_url=self.endpoint, config=LOCAL)

    @cached_property
    def lambda_(self) -> "LambdaClient":
        return self._session.client("lambda", endpoint_url=self.endpoint, config=LOCAL)

    @cached_property
    def logs(self) -> "CloudWatchLogsClient":
        return self._session.client("logs", endpoint_url=self.endpoint, config=LOCAL)

    @cached_property
    def secretsmanager(self) -> Any:
        return self._session.client("secretsmanager", endpoint_url=self.endpoint, config=LOCAL)

    @cached_property
    def s3(self) -> "S3Client":
        return self._session.client("s3", endpoint_url=self.endpoint, config=LOCAL)
