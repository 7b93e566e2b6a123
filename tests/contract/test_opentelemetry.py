"""OpenTelemetry is off unless a layer is named; then every function has the layer and its wrapper."""

import re
from typing import Any

from scripts.build.template import Json
from tests.api import TEMPLATE
from tests.contract.test_transformed import of_type, transformed

LAYER = "arn:aws:lambda:us-east-1:123456789012:layer:AWSOpenTelemetryDistroPython:16"
NOTHING = {"Ref": "AWS::NoValue"}


def deployed(node: Any, *, on: bool) -> Any:
    """Choose as CloudFormation does when the layer is named, or not."""
    if isinstance(node, list):
        return [one for one in (deployed(item, on=on) for item in node) if one != NOTHING]
    if not isinstance(node, dict):
        return node
    match node.get("Fn::If"):
        case ["HasOpenTelemetry", then, otherwise]:
            return deployed(then if on else otherwise, on=on)
    chosen = {key: deployed(value, on=on) for key, value in node.items()}
    return {key: value for key, value in chosen.items() if value != NOTHING}


def functions_of(resources: Json, *, on: bool) -> dict[str, Json]:
    found = of_type(deployed(resources, on=on), "AWS::Lambda::Function")
    return {name: function["Properties"] for name, function in found.items()}


def test_the_condition_is_that_a_layer_is_named() -> None:
    named = {"Fn::Not": [{"Fn::Equals": [{"Ref": "OpenTelemetryLayerArn"}, ""]}]}
    assert TEMPLATE["Conditions"]["HasOpenTelemetry"] == named
    parameter = TEMPLATE["Parameters"]["OpenTelemetryLayerArn"]
    assert parameter["Default"] == ""
    assert re.fullmatch(parameter["AllowedPattern"], LAYER)
    assert not re.fullmatch(parameter["AllowedPattern"], LAYER.rpartition(":")[0])  # a layer, but no version of it


def test_by_default_there_is_nothing_of_it() -> None:
    for name, function in functions_of(transformed({}), on=False).items():
        assert "AWS_LAMBDA_EXEC_WRAPPER" not in function["Environment"]["Variables"], name
        assert [next(iter(layer)) for layer in function["Layers"]] == ["Ref"] * len(function["Layers"]), name
        assert "TracingConfig" not in function, name


def test_with_a_layer_every_function_runs_under_its_wrapper_and_may_send_spans() -> None:
    resources = transformed({"OpenTelemetryLayerArn": LAYER, "Tracing": "Active"})
    roles = of_type(resources, "AWS::IAM::Role")
    functions = functions_of(resources, on=True)
    assert len(functions) > 30
    for name, function in functions.items():
        assert function["Environment"]["Variables"]["AWS_LAMBDA_EXEC_WRAPPER"] == "/opt/otel-instrument", name
        assert function["Layers"][0] == LAYER, name  # below ours, which win
        assert LAYER not in function["Layers"][1:], name
        assert function["TracingConfig"] == {"Mode": "Active"}, name
        granted = roles[f"{name}Role"]["Properties"]["ManagedPolicyArns"]
        assert [arn for arn in granted if re.search(r"/AWSX[Rr]ay", arn)], name


def test_naming_a_layer_alone_publishes_new_versions() -> None:
    before = of_type(transformed({}), "AWS::Lambda::Version").keys()
    assert not before & of_type(transformed({"OpenTelemetryLayerArn": LAYER}), "AWS::Lambda::Version").keys()
