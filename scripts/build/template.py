"""Reads template.yaml as it is written, for deploying it from source and for checking it against the code."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

NEEDED_OUTPUTS = {"ApiId", "TableName"}

type Json = dict[str, Any]
type Headers = list[tuple[str, str]]


class TemplateError(Exception):
    """The template is invalid; the message is one line."""


@dataclass(frozen=True)
class GatewayResponse:
    """An answer of API Gateway itself. Header values in quotes are literal, others are variables of $context."""

    status: int
    headers: Mapping[str, str]
    template: str

    def render(self, request_id: str) -> tuple[Headers, bytes]:
        """Return headers and body as API Gateway sends them."""
        context = {"context.requestId": request_id}

        def value(source: str) -> str:
            return source[1:-1] if source.startswith("'") else context.get(source, "")

        headers = [(name, value(source)) for name, source in self.headers.items()]
        body = re.sub(r"\$(context\.\w+)", lambda match: context.get(match[1], ""), self.template)
        return [*headers, ("x-amzn-requestid", request_id)], body.encode()


class _Loader(yaml.SafeLoader):
    """Reads CloudFormation's short tags: `!Ref x` as {"Ref": x}, `!Sub x` as {"Fn::Sub": x}."""


def _short_tag(loader: _Loader, suffix: str, node: yaml.Node) -> Json:
    value: Any = None
    if isinstance(node, yaml.ScalarNode):
        value = loader.construct_scalar(node)
    elif isinstance(node, yaml.SequenceNode):
        value = loader.construct_sequence(node, deep=True)
    elif isinstance(node, yaml.MappingNode):
        value = loader.construct_mapping(node, deep=True)
    if suffix == "GetAtt" and isinstance(value, str):
        value = value.split(".", 1)
    return {suffix if suffix in ("Ref", "Condition") else f"Fn::{suffix}": value}


_Loader.add_multi_constructor("!", _short_tag)


def load_template(path: Path) -> Json:
    """Read a template, with its tags as Ref and Fn:: mappings. Raises TemplateError."""
    try:
        template = yaml.load(path.read_text(encoding="utf-8"), _Loader)  # noqa: S506 - derived from SafeLoader
    except (OSError, yaml.YAMLError) as error:
        raise TemplateError(f"{path.name}: {' '.join(str(error).split())}") from error
    if not isinstance(template, dict) or not isinstance(template.get("Resources"), dict):
        raise TemplateError(f"{path.name}: there are no Resources in it")
    for name in NEEDED_OUTPUTS - template.get("Outputs", {}).keys():
        raise TemplateError(f"{path.name}: the output {name} is missing")
    return template


def parameter_values(template: Json, parameters: Mapping[str, str]) -> dict[str, str]:
    declared = template.get("Parameters", {})
    defaults = {name: str(parameter["Default"]) for name, parameter in declared.items() if "Default" in parameter}
    return {**defaults, **parameters}


def freeze_parameters(template: Json, values: Mapping[str, str]) -> None:
    """Replace references to parameters in Globals, the environment of functions and the API by their values.

    SAM publishes a new version of a function, or deploys the API, only when the text of the template has changed, and
    the values of parameters are not part of it.
    """

    def freeze(node: Any) -> Any:
        if isinstance(node, list):
            return [freeze(item) for item in node]
        if isinstance(node, str):
            return re.sub(r"\$\{(\w+)\}", lambda match: values.get(match[1], match[0]), node)
        if not isinstance(node, dict):
            return node
        if node.get("Ref") in values:
            return values[node["Ref"]]
        return {key: freeze(item) for key, item in node.items()}

    template["Globals"] = freeze(template["Globals"])
    for function in functions(template).values():
        if "Environment" in function:
            function["Environment"] = freeze(function["Environment"])
    template["Resources"]["Api"] = freeze(template["Resources"]["Api"])


def functions(template: Json) -> dict[str, Json]:
    """Return the properties of the functions, by logical id."""
    return {
        name: resource["Properties"]
        for name, resource in template["Resources"].items()
        if resource["Type"] == "AWS::Serverless::Function"
    }


def table_definition(template: Json) -> Json:
    """Return the parameters of CreateTable for the table."""
    properties = template["Resources"]["Table"]["Properties"]
    return {name: properties[name] for name in ("BillingMode", "KeySchema", "AttributeDefinitions")}


def gateway_responses(template: Json, values: Mapping[str, str]) -> dict[str, GatewayResponse]:
    def text(value: Any) -> str:
        sub = value["Fn::Sub"] if isinstance(value, dict) else value
        return re.sub(r"\$\{(\w+)\}", lambda match: values[match[1]], sub)

    return {
        kind: GatewayResponse(
            status=int(response["StatusCode"]),
            headers=response["ResponseParameters"]["Headers"],
            template=text(response["ResponseTemplates"]["application/json"]),
        )
        for kind, response in template["Resources"]["Api"]["Properties"]["GatewayResponses"].items()
    }
