"""The template's environment, table and permissions against the code."""

import ast

import pytest
from grimp import ImportGraph, build_graph
from pynamodb.attributes import NumberAttribute

from neoforge import settings
from neoforge.dynamodb.item import Item
from scripts import ROOT
from scripts.build.template import Json
from tests.api import TEMPLATE, functions, routes

RESOURCES = TEMPLATE["Resources"]
PROPERTIES = RESOURCES["Table"]["Properties"]
PYTHON = [*(ROOT / "functions").rglob("*.py"), *(ROOT / "layers/shared/neoforge").rglob("*.py")]


def test_the_environment_of_every_function_is_the_fields_of_settings() -> None:
    variables = TEMPLATE["Globals"]["Function"]["Environment"]["Variables"]
    ours = {name.lower() for name in variables if not name.startswith(("POWERTOOLS_", "AWS_"))}
    assert ours == set(settings.Settings.names())


@pytest.fixture(scope="module")
def imports() -> ImportGraph:
    """What imports what, from the handlers down."""
    return build_graph("functions", "neoforge", exclude_type_checking_imports=True)


@pytest.mark.parametrize("name", functions())
def test_a_function_has_the_signing_keys_if_it_signs_and_no_other_environment_of_its_own(
    name: str, imports: ImportGraph
) -> None:
    module = f"functions.{functions()[name]['Handler'].removesuffix('.handler')}"
    assert module in imports.modules
    signs = imports.chain_exists(importer=module, imported="neoforge.signing")
    variables = functions()[name].get("Environment", {}).get("Variables", {})
    assert list(variables) == (["SIGNING_KEYS"] if signs else [])


def test_some_functions_sign_and_some_do_not(imports: ImportGraph) -> None:
    assert imports.chain_exists(importer="functions.account.get", imported="neoforge.signing")
    assert not imports.chain_exists(importer="functions.system.get_health", imported="neoforge.signing")


def test_idempotency_is_never_switched_off() -> None:
    assert "POWERTOOLS_IDEMPOTENCY_DISABLED" not in (ROOT / "template.yaml").read_text()


def test_only_settings_reads_the_environment() -> None:
    """By any name: os.environ, os.getenv, from os import environ."""
    readers = set()
    for path in PYTHON:
        for node in ast.walk(ast.parse(path.read_text())):
            names = {alias.name for alias in node.names} if isinstance(node, ast.ImportFrom) else set()
            if isinstance(node, ast.Attribute):
                names = {node.attr}
            if names & {"environ", "environb", "getenv", "getenvb"}:
                readers.add(path.name)
    assert readers == {"settings.py"}


def test_the_tables_keys_are_those_of_the_item() -> None:
    keys = {key["KeyType"]: key["AttributeName"] for key in PROPERTIES["KeySchema"]}
    attributes = Item.get_attributes()
    of_item = {
        "HASH": next(name for name, attribute in attributes.items() if attribute.is_hash_key),
        "RANGE": next(name for name, attribute in attributes.items() if attribute.is_range_key),
    }
    assert keys == of_item
    types = {one["AttributeName"]: one["AttributeType"] for one in PROPERTIES["AttributeDefinitions"]}
    assert types == {name: attributes[name].attr_type for name in of_item.values()}


def test_the_attribute_of_ttl_is_a_number_of_the_item() -> None:
    specification = PROPERTIES["TimeToLiveSpecification"]
    assert specification["Enabled"] is True
    assert isinstance(Item.get_attributes()[specification["AttributeName"]], NumberAttribute)


def test_the_table_is_protected() -> None:
    assert PROPERTIES["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": True}
    assert PROPERTIES["SSESpecification"] == {"SSEEnabled": True}
    assert PROPERTIES["DeletionProtectionEnabled"] == {"Ref": "DeletionProtection"}
    assert len(PROPERTIES.get("GlobalSecondaryIndexes", [])) <= 3


def statements(function: Json) -> list[Json]:
    return [statement for policy in function.get("Policies", []) for statement in policy["Statement"]]


@pytest.mark.parametrize("name", functions())
def test_a_function_may_do_named_things_with_the_table_only(name: str) -> None:
    for statement in statements(functions()[name]):
        condition = {"Condition"} if "dynamodb:Scan" not in statement["Action"] else set()  # on partition keys
        assert statement.keys() == {"Effect", "Action", "Resource"} | condition
        assert statement["Effect"] == "Allow"
        assert statement["Resource"] == {"Fn::GetAtt": ["Table", "Arn"]}
        assert statement["Action"] == sorted(set(statement["Action"]))
        for action in statement["Action"]:
            assert action.startswith("dynamodb:")
            assert "*" not in action
            assert action not in {"dynamodb:PartiQLSelect", "dynamodb:DeleteTable"}
            assert action != "dynamodb:Scan" or name == "SchedulesPurgeExpired"


def test_permissions_stand_below_their_function_and_nowhere_else() -> None:
    assert "Policies" not in TEMPLATE["Globals"]["Function"]
    assert not {"Role", "PermissionsBoundary"} & TEMPLATE["Globals"]["Function"].keys()
    assert [name for name, function in functions().items() if "Role" in function] == []


def test_the_lock_of_a_key_ends_when_the_function_does_before_api_gateway_gives_up() -> None:
    assert TEMPLATE["Globals"]["Function"]["Timeout"] < 29


def test_only_the_functions_that_serve_files_mount_them() -> None:
    mounted = {name: function["Layers"][0]["Ref"] for name, function in functions().items() if "Layers" in function}
    assert mounted == dict.fromkeys(["SystemGetOpenapi", "SystemGetDocs", "SystemGetDocsAsset"], "DocsLayer")


@pytest.mark.parametrize("path", ["/v1/docs/{asset}", "/v1/openapi.json"])
def test_the_largest_answers_which_are_anybodys_are_throttled(path: str) -> None:
    assert ("GET", path) in routes()
    escaped = "/" + path.replace("/", "~1")  # a setting of another path would be one of no route
    (throttled,) = [one for one in RESOURCES["Api"]["Properties"]["MethodSettings"] if one["ResourcePath"] == escaped]
    assert throttled == throttled | {"HttpMethod": "GET", "ThrottlingRateLimit": 20, "ThrottlingBurstLimit": 100}


def test_every_layer_is_published_and_every_function_has_a_live_alias() -> None:
    layers = [one["Properties"] for one in RESOURCES.values() if one["Type"] == "AWS::Serverless::LayerVersion"]
    assert [layer["PublishLambdaVersion"] for layer in layers] == [True, True, True]
    common = TEMPLATE["Globals"]["Function"]
    assert (common["AutoPublishAlias"], common["AutoPublishAliasAllProperties"]) == ("live", True)
