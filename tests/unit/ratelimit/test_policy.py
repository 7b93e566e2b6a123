import pytest

from neoforge.ratelimit.policy import Policy, policies
from neoforge.settings import settings


def test_policies_are_read_from_the_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "rate_limits", "read=100/60,anonymous=5/3600")
    assert policies.__wrapped__() == {"read": Policy("read", 100, 60), "anonymous": Policy("anonymous", 5, 3600)}


@pytest.mark.parametrize("text", ["", "read", "read=", "read=100", "read=100/", "read=/60", "read=many/60"])
def test_a_malformed_rate_limit_is_an_error(text: str) -> None:
    with pytest.raises(ValueError, match="invalid literal"):
        Policy.parse(text)
