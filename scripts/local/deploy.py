"""Deploys template.yaml from source to an emulated AWS, and adds what its CloudFormation ignores."""

import hashlib
import json
import subprocess
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from scripts import ROOT
from scripts.build.template import (
    GatewayResponse,
    Json,
    TemplateError,
    freeze_parameters,
    gateway_responses,
    load_template,
    parameter_values,
)
from scripts.local.artifacts import BUCKET, upload_code
from scripts.local.aws import Clients

TEMPLATE = ROOT / "template.yaml"
NAME = "neoforge"
STAGE = "api"
POLL_SECONDS = 0.05
DEPLOY_SECONDS = 120.0


class DeployError(Exception):
    """The deployment has failed; the message is one line."""


@dataclass(frozen=True)
class Stack:
    """A deployed stack. invoke_url: what precedes /v1/…; gateway_responses: by type, as in the template."""

    endpoint: str
    api_id: str
    table_name: str
    log_group: str
    invoke_url: str
    outputs: Mapping[str, str]
    gateway_responses: Mapping[str, GatewayResponse]


def deploy(clients: Clients, parameters: Mapping[str, str]) -> Stack:
    """Create or update the stack, and wait until it is ready. A failure leaves a running stack as it is.

    parameters: values of template parameters. Raises DeployError.
    """
    try:
        template = load_template(TEMPLATE)
        values = parameter_values(template, parameters)
        responses = gateway_responses(template, values)
        freeze_parameters(template, values)
        _unescape_slashes(template)
        upload_code(clients, template)
        _apply(clients, template, parameters)
        return _complete(clients, template, responses)
    except ClientError as error:
        raise DeployError(" ".join(error.response["Error"]["Message"].split())) from error
    except KeyError as error:
        raise DeployError(f"{TEMPLATE.name}: {error} is missing") from error
    except (TemplateError, BotoCoreError, OSError, subprocess.CalledProcessError) as error:
        reason = getattr(error, "stderr", None) or str(error)
        raise DeployError(" ".join(reason.split())) from error


def _status(clients: Clients) -> str:
    """Return the status of the stack; empty if there is none."""
    try:
        return clients.cloudformation.describe_stacks(StackName=NAME)["Stacks"][0]["StackStatus"]
    except ClientError:
        return ""


def _wait(clients: Clients) -> str:
    deadline = time.monotonic() + DEPLOY_SECONDS
    while (status := _status(clients)).endswith("_IN_PROGRESS"):
        if time.monotonic() > deadline:
            raise DeployError(f"the stack is still {status} after {DEPLOY_SECONDS:.0f} s")
        time.sleep(POLL_SECONDS)
    return status


def _apply(clients: Clients, template: Json, parameters: Mapping[str, str]) -> None:
    # CloudFormation takes 51,200 bytes in a request, and 1 MB from a bucket.
    clients.s3.put_object(Bucket=BUCKET, Key="template.json", Body=json.dumps(template, default=str).encode())
    request: Any = {
        "StackName": NAME,
        "TemplateURL": f"{clients.endpoint}/{BUCKET}/template.json",
        "Parameters": [{"ParameterKey": key, "ParameterValue": value} for key, value in parameters.items()],
        "Capabilities": ["CAPABILITY_IAM", "CAPABILITY_NAMED_IAM", "CAPABILITY_AUTO_EXPAND"],
    }
    status = _wait(clients)
    if status in ("CREATE_FAILED", "ROLLBACK_COMPLETE", "ROLLBACK_FAILED"):  # a failed creation can only be deleted
        clients.cloudformation.delete_stack(StackName=NAME)
        status = _wait(clients)
    started = time.time()
    if status in ("", "DELETE_COMPLETE"):
        clients.cloudformation.create_stack(**request)
    else:
        try:
            clients.cloudformation.update_stack(**request)
        except ClientError as error:
            if "No updates are to be performed" in str(error):
                return
            raise
    if _wait(clients) not in ("CREATE_COMPLETE", "UPDATE_COMPLETE"):
        raise DeployError(_failure(clients, started))


def _failure(clients: Clients, started: float) -> str:
    """Return the first resource of this deployment that failed, and the reason."""
    events = clients.cloudformation.describe_stack_events(StackName=NAME)["StackEvents"]
    for event in reversed(events):
        if event["Timestamp"].timestamp() >= started - 1 and event.get("ResourceStatus", "").endswith("_FAILED"):
            return f"{event['LogicalResourceId']}: {event.get('ResourceStatusReason', 'no reason given')}"
    return f"the stack is {_status(clients)}, no reason given"


def _complete(clients: Clients, template: Json, responses: Mapping[str, GatewayResponse]) -> Stack:
    outputs = {
        output["OutputKey"]: output["OutputValue"]
        for output in clients.cloudformation.describe_stacks(StackName=NAME)["Stacks"][0].get("Outputs", [])
    }
    _put_gateway_responses(clients, outputs["ApiId"], responses)
    _enable_ttl(clients, template, outputs["TableName"])
    logs = clients.cloudformation.describe_stack_resource(StackName=NAME, LogicalResourceId="FunctionLogs")
    return Stack(
        endpoint=clients.endpoint,
        api_id=outputs["ApiId"],
        table_name=outputs["TableName"],
        log_group=logs["StackResourceDetail"]["PhysicalResourceId"],
        invoke_url=f"{clients.endpoint}/restapis/{outputs['ApiId']}/{STAGE}/_user_request_",
        outputs=outputs,
        gateway_responses=responses,
    )


def _unescape_slashes(template: Json) -> None:
    """Write / for ~1 in media types and in the paths of settings, as CloudFormation does and MiniStack does not."""
    api = template["Resources"]["Api"]["Properties"]
    api["BinaryMediaTypes"] = [media_type.replace("~1", "/") for media_type in api["BinaryMediaTypes"]]
    for setting in api["MethodSettings"]:
        setting["ResourcePath"] = setting["ResourcePath"].replace("/~1", "/").replace("~1", "/")


def _put_gateway_responses(clients: Clients, api_id: str, responses: Mapping[str, GatewayResponse]) -> None:
    """Put the gateway responses, which MiniStack ignores in SAM's API, and deploy the stage with them."""
    digest = hashlib.sha256(repr(sorted(responses.items())).encode()).hexdigest()
    stage = clients.apigateway.get_stage(restApiId=api_id, stageName=STAGE)
    current = clients.apigateway.get_deployment(restApiId=api_id, deploymentId=stage["deploymentId"])
    if current.get("description") == digest:
        return
    for kind, response in responses.items():
        clients.apigateway.put_gateway_response(
            restApiId=api_id,
            responseType=kind,  # type: ignore[arg-type]  # the stubs list the types
            statusCode=str(response.status),
            responseParameters={f"gatewayresponse.header.{name}": value for name, value in response.headers.items()},
            responseTemplates={"application/json": response.template},
        )
    clients.apigateway.create_deployment(restApiId=api_id, stageName=STAGE, description=digest)


def _enable_ttl(clients: Clients, template: Json, table_name: str) -> None:
    """Enable the table's TTL, which MiniStack's CloudFormation ignores."""
    specification = template["Resources"]["Table"]["Properties"]["TimeToLiveSpecification"]
    status = clients.dynamodb.describe_time_to_live(TableName=table_name)["TimeToLiveDescription"]["TimeToLiveStatus"]
    if status == "DISABLED":
        clients.dynamodb.update_time_to_live(TableName=table_name, TimeToLiveSpecification=specification)
