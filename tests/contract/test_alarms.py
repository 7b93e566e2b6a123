"""Each alarm looks at a metric as the functions or AWS write it, and is raised by what it is there for."""

import json
import re
from collections.abc import Callable, Iterator

import pytest
from schedules import purge_expired

from neoforge import clock
from neoforge.accounts.sessions import GRACE_SECONDS
from neoforge.dynamodb.client import get_client
from neoforge.dynamodb.keys import primary_key
from neoforge.settings import settings
from scripts import ROOT
from scripts.build.template import Json
from tests.api import PASSWORD, TEMPLATE, Context, call

Metric = tuple[str, str, tuple[tuple[str, str], ...]]  # namespace, name, dimensions
ADA = {"email": "ada@example.com", "password": PASSWORD}


API = [{"Name": "ApiName", "Value": {"Ref": "AWS::StackName"}}, {"Name": "Stage", "Value": "api"}]
TABLE = [{"Name": "TableName", "Value": {"Ref": "Table"}}]
QUEUE = [{"Name": "QueueName", "Value": {"Fn::GetAtt": ["DeadLetters", "QueueName"]}}]
DAYS_3 = 3 * 24 * 3600
AT_LEAST, MORE = "GreaterThanOrEqualToThreshold", "GreaterThanThreshold"
# By metric: of what, statistic, seconds, how often in a row, and the threshold.
RAISED: dict[str, tuple[str, int, int, str, int]] = {
    "TokenReuse": ("Sum", 300, 1, AT_LEAST, 1),
    "LoginFailed": ("Sum", 300, 1, AT_LEAST, 50),
    "OldestExpired": ("Maximum", 3600, 1, MORE, DAYS_3),
    "5XXError": ("Sum", 300, 1, AT_LEAST, 5),
    "Latency": ("p95", 300, 3, MORE, 1000),
    "Throttles": ("Sum", 300, 1, AT_LEAST, 1),
    "ReadThrottleEvents": ("Sum", 300, 1, AT_LEAST, 10),
    "WriteThrottleEvents": ("Sum", 300, 1, AT_LEAST, 10),
    "ApproximateNumberOfMessagesVisible": ("Maximum", 300, 1, AT_LEAST, 1),
}
# AWS's own metrics: namespace and dimensions as its documents have them.
OF_AWS: dict[str, tuple[str, object]] = {
    "5XXError": ("AWS/ApiGateway", API),
    "Latency": ("AWS/ApiGateway", API),
    "Throttles": ("AWS/Lambda", {"Ref": "AWS::NoValue"}),
    "ReadThrottleEvents": ("AWS/DynamoDB", TABLE),
    "WriteThrottleEvents": ("AWS/DynamoDB", TABLE),
    "ApproximateNumberOfMessagesVisible": ("AWS/SQS", QUEUE),
}


def alarms() -> dict[str, Json]:
    return {
        resource["Properties"]["MetricName"]: resource["Properties"]
        for resource in TEMPLATE["Resources"].values()
        if resource["Type"] == "AWS::CloudWatch::Alarm"
    }


def own_alarms() -> dict[str, Json]:
    return {name: alarm for name, alarm in alarms().items() if not alarm["Namespace"].startswith("AWS/")}


def fail_to_log_in(monkeypatch: pytest.MonkeyPatch) -> None:
    assert call("POST", "/v1/auth/login", body=ADA | {"password": "wrong"}).status == 401


def use_a_refresh_token_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    token = {"refresh_token": call("POST", "/v1/auth/login", body=ADA).json()["refresh_token"]}
    assert call("POST", "/v1/auth/refresh", body=token).status == 200
    late = clock.now() + GRACE_SECONDS + 1
    with monkeypatch.context() as patched:
        patched.setattr(clock, "now", lambda: late)
        assert call("POST", "/v1/auth/refresh", body=token).status == 401


def leave_expired_items(monkeypatch: pytest.MonkeyPatch) -> None:
    now = int(clock.now())
    monkeypatch.setattr(clock, "now", lambda: float(now))
    for number, seconds in enumerate([5, DAYS_3 + 1, 60]):
        key = primary_key("RATE#x", str(number))
        item = key | {"expires_at": {"N": str(now - seconds)}}
        get_client().put_item(TableName=settings.table_name, Item=item)
    assert purge_expired.handler({}, Context(300_000)) == {"done": 3}


# What raises each metric, and by how much.
CAUSES: dict[str, tuple[Callable[[pytest.MonkeyPatch], None], int]] = {
    "LoginFailed": (fail_to_log_in, 1),
    "OldestExpired": (leave_expired_items, DAYS_3 + 1),
    "TokenReuse": (use_a_refresh_token_twice, 1),
}


def written(text: str) -> Iterator[tuple[Metric, float]]:
    """What CloudWatch would make of a log in its embedded metric format: each metric and the sum of its values."""
    for line in map(json.loads, text.splitlines()):
        for directive in line.get("_aws", {}).get("CloudWatchMetrics", []):
            for names in directive["Dimensions"]:
                for metric in directive["Metrics"]:
                    dimensions = tuple(sorted((name, line[name]) for name in names))
                    yield (directive["Namespace"], metric["Name"], dimensions), sum(line[metric["Name"]])


def watched(alarm: Json) -> Metric:
    dimensions = tuple(sorted((one["Name"], one["Value"]) for one in alarm["Dimensions"]))
    return alarm["Namespace"], alarm["MetricName"], dimensions


def test_every_alarm_has_its_cause() -> None:
    assert CAUSES.keys() == own_alarms().keys()
    assert CAUSES.keys() | OF_AWS.keys() == alarms().keys() == RAISED.keys()


@pytest.mark.parametrize("name", CAUSES)
def test_an_alarm_looks_at_the_metric_that_the_functions_write(
    name: str, token: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    alarm = alarms()[name]
    cause, value = CAUSES[name]
    capsys.readouterr()
    cause(monkeypatch)
    assert [number for metric, number in written(capsys.readouterr().out) if metric == watched(alarm)] == [value]


def test_a_purge_that_finds_nothing_expired_tells_no_age(capsys: pytest.CaptureFixture[str], token: str) -> None:
    capsys.readouterr()
    assert purge_expired.handler({}, Context(300_000)) == {"done": 0}
    told = [name for (_, name, _), _ in written(capsys.readouterr().out)]
    assert ("Purged" in told, "OldestExpired" in told) == (True, False)


@pytest.mark.parametrize("name", OF_AWS)
def test_an_alarm_looks_at_the_metric_that_aws_writes(name: str) -> None:
    alarm = alarms()[name]
    assert (alarm["Namespace"], alarm["Dimensions"]) == OF_AWS[name]


def test_the_tests_write_metrics_as_the_template_tells_the_functions_to() -> None:
    variables = TEMPLATE["Globals"]["Function"]["Environment"]["Variables"]
    for alarm in own_alarms().values():
        assert alarm["Namespace"] == variables["POWERTOOLS_METRICS_NAMESPACE"]
        assert alarm["Dimensions"] == [{"Name": "service", "Value": variables["POWERTOOLS_SERVICE_NAME"]}]


@pytest.mark.parametrize("name", RAISED)
def test_an_alarm_is_raised_by_so_many_in_so_long(name: str) -> None:
    alarm = alarms()[name]
    statistic = alarm.get("Statistic") or alarm["ExtendedStatistic"]
    found = (statistic, alarm["Period"], alarm["EvaluationPeriods"], alarm["ComparisonOperator"], alarm["Threshold"])
    assert found == RAISED[name]
    assert alarm["TreatMissingData"] == "notBreaching"


def test_a_topic_is_told_if_there_is_one() -> None:
    assert TEMPLATE["Parameters"]["AlarmTopicArn"]["Default"] == ""
    assert TEMPLATE["Conditions"]["HasAlarmTopic"] == {"Fn::Not": [{"Fn::Equals": [{"Ref": "AlarmTopicArn"}, ""]}]}
    for alarm in alarms().values():
        assert alarm["AlarmActions"] == {
            "Fn::If": ["HasAlarmTopic", [{"Ref": "AlarmTopicArn"}], {"Ref": "AWS::NoValue"}]
        }


def dashboard() -> list[Json]:
    """The widgets, with the names of resources left as they are in the template."""
    text, _ = TEMPLATE["Resources"]["Dashboard"]["Properties"]["DashboardBody"]["Fn::Sub"]
    widgets: list[Json] = json.loads(text)["widgets"]
    return widgets


def metrics() -> list[list[object]]:
    return [metric for widget in dashboard() for metric in widget["properties"]["metrics"]]


def shown() -> set[tuple[object, object]]:
    return {(metric[0], metric[1]) for metric in metrics()}


def test_the_dashboard_shows_what_the_alarms_look_at_and_what_explains_it() -> None:
    assert {(alarm["Namespace"], name) for name, alarm in alarms().items()} <= shown()
    wanted = {"Count", "4XXError", "ConsumedReadCapacityUnits", "ConsumedWriteCapacityUnits"}
    assert wanted <= {name for _, name in shown()}
    assert [metric[1] for metric in metrics() if metric[-1] == {"stat": "p95"}] == ["Latency"]


def test_the_dashboard_names_metrics_that_the_functions_write_and_every_security_event() -> None:
    files = [*(ROOT / "layers/shared").rglob("*.py"), *(ROOT / "functions").rglob("*.py")]
    source = "\n".join(file.read_text(encoding="utf-8") for file in files)
    security = set(re.findall(r'observability\.security_event\(\s*"(\w+)"', source))
    counted = set(re.findall(r'(?:observability\.count|create_schedule)\(\s*"(\w+)"', source))
    own = {name for namespace, name in shown() if namespace == "NeoForge"}
    assert own <= security | counted
    assert security <= own


def test_no_two_widgets_lie_on_one_another() -> None:
    cells = [
        (widget["x"] + right, widget["y"] + down)
        for widget in dashboard()
        for right in range(widget["width"])
        for down in range(widget["height"])
    ]
    assert len(cells) == len(set(cells))
    assert max(across for across, _ in cells) < 24  # the width of a dashboard
