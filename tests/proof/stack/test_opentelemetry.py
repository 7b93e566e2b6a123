"""What the deployed functions have of OpenTelemetry as long as nobody asks for it."""

from tests.proof.stack.conftest import StackUnderTest


def test_no_function_has_a_wrapper_a_foreign_layer_or_tracing(stack: StackUnderTest) -> None:
    pages = stack.clients.lambda_.get_paginator("list_functions").paginate()
    functions = [one for page in pages for one in page["Functions"]]
    assert len(functions) > 30
    for function in functions:
        layers = {layer["Arn"].split(":")[6].split("-")[0] for layer in function.get("Layers", [])}
        assert "AWS_LAMBDA_EXEC_WRAPPER" not in function["Environment"]["Variables"], function["FunctionName"]
        assert {"DependenciesLayer", "SharedLayer"} <= layers, layers
        assert layers <= {"DependenciesLayer", "SharedLayer", "DocsLayer"}, layers
        assert function.get("TracingConfig", {}).get("Mode", "PassThrough") == "PassThrough"
