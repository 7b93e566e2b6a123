import io
import json

import pytest

from neoforge import observability


def test_a_log_line_is_json_with_the_id_of_its_request(stream: io.StringIO) -> None:
    for request_id in ("one", "two"):
        observability.begin(request_id)
        observability.end({"route": "GET /v1/x", "status": 200})
    first, second = map(json.loads, stream.getvalue().splitlines())
    assert (first["correlation_id"], second["correlation_id"]) == ("one", "two")
    assert (first["message"], first["route"], first["status"]) == ("Request", "GET /v1/x", 200)
    assert first["timestamp"].endswith("+00:00")


def test_counted_events_are_written_once_in_the_embedded_metric_format(
    stream: io.StringIO, capsys: pytest.CaptureFixture[str]
) -> None:
    observability.count("Replay")
    observability.count("Replay")
    observability.count("Purged", 250)
    observability.count("Purged", 0)
    observability.end({})
    written = json.loads(capsys.readouterr().out)
    assert (written["Replay"], written["Purged"]) == ([1.0, 1.0], [250.0, 0.0])
    assert written["_aws"]["CloudWatchMetrics"][0]["Namespace"] == "NeoForge"
    observability.end({})
    assert capsys.readouterr().out == ""


def test_an_unexpected_error_is_logged_with_its_stack_trace(stream: io.StringIO) -> None:
    with pytest.raises(ZeroDivisionError) as raised:
        _ = 1 / 0
    observability.failed(raised.value)
    line = json.loads(stream.getvalue())
    assert line["level"] == "ERROR"
    assert "test_observability.py" in line["exception"]


def test_a_security_event_is_counted_and_logged_as_a_warning(
    stream: io.StringIO, capsys: pytest.CaptureFixture[str]
) -> None:
    observability.begin("one")
    observability.security_event("TokenReuse", account="0123")
    observability.end({})
    line = json.loads(stream.getvalue().splitlines()[0])
    assert (line["level"], line["message"], line["event"]) == ("WARNING", "Security event", "TokenReuse")
    assert (line["account"], line["correlation_id"]) == ("0123", "one")
    assert json.loads(capsys.readouterr().out)["TokenReuse"] == [1.0]
