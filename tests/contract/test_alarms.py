"""Each alarm looks at a metric as the functions write it, and is raised by what it is there for."""

import json
from collections.abc import Callable, Iterator

import pytest

from neoforge import clock
from neoforge.accounts.sessions import GRACE_SECONDS
from scripts.template import Json
from tests.support import PASSWORD, TEMPLATE, call

Metric = tuple[str, str, tuple[tuple[str, str], ...]]  # namespace, name, dimensions
ADA = {"email": "ada@example.com", "password": PASSWORD}


def alarms() -> dict[str, Json]:
    return {
        resource["Properties"]["MetricName"]: resource["Properties"]
        for resource in TEMPLATE["Resources"].values()
        if resource["Type"] == "AWS::CloudWatch::Alarm"
    }


def fail_to_log_in(monkeypatch: pytest.MonkeyPatch) -> None:
    assert call("POST", "/v1/auth/login", body=ADA | {"password": "wrong"}).status == 401


def use_a_refresh_token_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    token = {"refresh_token": call("POST", "/v1/auth/login", body=ADA).json()["refresh_token"]}
    assert call("POST", "/v1/auth/refresh", body=token).status == 200
    late = clock.now() + GRACE_SECONDS + 1
    with monkeypatch.context() as patched:
        patched.setattr(clock, "now", lambda: late)
        assert call("POST", "/v1/auth/refresh", body=token).status == 401


# What raises each metric, once.
CAUSES: dict[str, Callable[[pytest.MonkeyPatch], None]] = {
    "LoginFailed": fail_to_log_in,
    "TokenReuse": use_a_refresh_token_twice,
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
    assert CAUSES.keys() == alarms().keys()


@pytest.mark.parametrize("name", CAUSES)
def test_an_alarm_looks_at_the_metric_that_the_functions_write(
    name: str, token: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    alarm = alarms()[name]
    capsys.readouterr()
    CAUSES[name](monkeypatch)
    assert [value for metric, value in written(capsys.readouterr().out) if metric == watched(alarm)] == [1]


def test_the_tests_write_metrics_as_the_template_tells_the_functions_to() -> None:
    variables = TEMPLATE["Globals"]["Function"]["Environment"]["Variables"]
    for alarm in alarms().values():
        assert alarm["Namespace"] == variables["POWERTOOLS_METRICS_NAMESPACE"]
        assert alarm["Dimensions"] == [{"Name": "service", "Value": variables["POWERTOOLS_SERVICE_NAME"]}]


@pytest.mark.parametrize(("name", "threshold"), [("TokenReuse", 1), ("LoginFailed", 50)])
def test_an_alarm_is_raised_by_so_many_in_five_minutes(name: str, threshold: int) -> None:
    alarm = alarms()[name]
    assert (alarm["Statistic"], alarm["Period"], alarm["EvaluationPeriods"]) == ("Sum", 300, 1)
    assert (alarm["ComparisonOperator"], alarm["Threshold"]) == ("GreaterThanOrEqualToThreshold", threshold)
    assert alarm["TreatMissingData"] == "notBreaching"


def test_a_topic_is_told_if_there_is_one() -> None:
    assert TEMPLATE["Parameters"]["AlarmTopicArn"]["Default"] == ""
    assert TEMPLATE["Conditions"]["HasAlarmTopic"] == {"Fn::Not": [{"Fn::Equals": [{"Ref": "AlarmTopicArn"}, ""]}]}
    for alarm in alarms().values():
        assert alarm["AlarmActions"] == {
            "Fn::If": ["HasAlarmTopic", [{"Ref": "AlarmTopicArn"}], {"Ref": "AWS::NoValue"}]
        }
