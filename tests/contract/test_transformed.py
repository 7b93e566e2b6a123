"""What SAM makes of the template, which is what AWS gets to see."""

import json
import subprocess
from collections.abc import Mapping
from copy import deepcopy
from typing import Any

import pytest

from scripts import ROOT
from scripts.build.template import Json, freeze_parameters, parameter_values
from tests.api import TEMPLATE, functions

TRANSFORM = """
import json, sys
from samtranslator.translator.transform import transform
class Managed:
    def load(self): return {"AWSLambdaBasicExecutionRole": "arn:aws:iam::aws:policy/AWSLambdaBasicExecutionRole"}
template, values = json.load(sys.stdin)
print(json.dumps(transform(template, values, Managed())))
"""


def transformed(parameters: Mapping[str, str]) -> Json:
    template: Any = json.loads(json.dumps(deepcopy(TEMPLATE), default=str))
    values = parameter_values(template, parameters)
    freeze_parameters(template, values)
    for layer in of_type(template["Resources"], "AWS::Serverless::LayerVersion").values():
        layer["Properties"]["ContentUri"] = "s3://bucket/layer.zip"
    template["Globals"]["Function"]["CodeUri"] = "s3://bucket/code.zip"
    run = subprocess.run(
        [ROOT / ".venv-emulator" / "bin" / "python", "-W", "ignore", "-c", TRANSFORM],
        input=json.dumps([template, values]),
        env={"AWS_DEFAULT_REGION": "us-east-1"},
        capture_output=True,
        text=True,
        check=True,
    )
    resources: Json = json.loads(run.stdout)["Resources"]
    return resources


@pytest.fixture(scope="module")
def resources() -> Json:
    return transformed({})


def of_type(resources: Json, kind: str) -> dict[str, Json]:
    return {name: resource for name, resource in resources.items() if resource["Type"] == kind}


def test_the_api_waits_for_the_role_that_its_logs_need(resources: Json) -> None:
    (api,) = of_type(resources, "AWS::ApiGateway::RestApi").values()
    (stage,) = of_type(resources, "AWS::ApiGateway::Stage").values()
    assert api["DependsOn"] == "LogsAccount" or "LogsAccount" in api["DependsOn"]
    assert stage["Properties"]["RestApiId"] == {"Ref": "Api"}  # so the stage is made behind it


def test_a_function_may_write_its_log_and_what_the_template_grants_and_nothing_else(resources: Json) -> None:
    roles = of_type(resources, "AWS::IAM::Role")  # LogsRole and those of the schedules are no function's
    for name in functions():
        role = roles[f"{name}Role"]
        assert [arn.rpartition("/")[2] for arn in role["Properties"]["ManagedPolicyArns"]] == [
            "AWSLambdaBasicExecutionRole"
        ], name


@pytest.mark.parametrize(
    ("parameter", "kind"),
    [
        ({"AllowedOrigins": "https://other.example"}, "AWS::Lambda::Version"),
        ({"MemorySize": "1024"}, "AWS::Lambda::Version"),
        ({"DocsBaseUrl": "https://other.example/docs"}, "AWS::ApiGateway::Deployment"),
    ],
)
def test_a_parameter_alone_reaches_what_serves(resources: Json, parameter: dict[str, str], kind: str) -> None:
    before, after = of_type(resources, kind).keys(), of_type(transformed(parameter), kind).keys()
    assert not before & after


def test_a_route_gives_up_before_its_function_is_ended(resources: Json) -> None:
    seconds = TEMPLATE["Globals"]["Function"]["Timeout"]
    paths = resources["Api"]["Properties"]["Body"]["paths"]
    for path, methods in paths.items():
        for method, operation in methods.items():
            if method != "options":
                integration = operation["x-amazon-apigateway-integration"]
                assert integration["timeoutInMillis"] < seconds * 1000, f"{method} {path}"
