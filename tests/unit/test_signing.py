import re

import pytest

from neoforge.settings import settings
from neoforge.signing import derive_secrets, fingerprints, is_signature, pseudonym, sign


def test_a_signature_depends_on_the_key_the_purpose_and_the_content(monkeypatch: pytest.MonkeyPatch) -> None:
    signatures = {sign("a", b"x"), sign("b", b"x"), sign("a", b"y")}
    monkeypatch.setattr(settings, "signing_keys", (b"another",))
    assert len(signatures | {sign("a", b"x")}) == 4


def test_a_signature_is_the_same_in_every_process() -> None:
    """Keys of the table are made of them."""
    assert sign("pseudonym", b"192.0.2.1").hex()[:32] == pseudonym("192.0.2.1")
    assert pseudonym("192.0.2.1") == "ec54542bd72f2ebb64b95ec799ffdd3f"
    assert fingerprints("{}") == ["08697108b33dd4a33d96e94d8137729c4602bb197ab8638c48f64ea2f057185f"]
    assert derive_secrets("access", "A" * 43) == ["fjEDVe1m2B30ckNWssx0Cma0Kt_tnHEBy86QYGLmzG4"]


def test_a_pseudonym_tells_nothing_without_the_key(monkeypatch: pytest.MonkeyPatch) -> None:
    names = [pseudonym(text) for text in ("192.0.2.1", "192.0.2.2", "ada@example.com", "192.0.2.1")]
    assert len(set(names)) == 3
    assert names[0] == names[3]
    assert all(re.fullmatch("[0-9a-f]{32}", name) for name in names)
    monkeypatch.setattr(settings, "signing_keys", (b"another",))
    assert pseudonym("192.0.2.1") not in names


def test_a_derived_secret_has_the_format_of_a_tokens_secret() -> None:
    (access,), (refresh,) = (derive_secrets(purpose, "A" * 43) for purpose in ("access", "refresh"))
    assert re.fullmatch(r"[\w-]{43}", access, re.ASCII)
    assert access != refresh


def test_the_first_key_signs_and_every_key_is_accepted(monkeypatch: pytest.MonkeyPatch) -> None:
    signed = {}
    for key in (b"current", b"previous", b"retired"):
        monkeypatch.setattr(settings, "signing_keys", (key,))
        signed[key] = sign("a", b"x"), fingerprints("{}")[0], derive_secrets("access", "A" * 43)[0]
    monkeypatch.setattr(settings, "signing_keys", (b"current", b"previous"))
    assert sign("a", b"x") == signed[b"current"][0]
    assert {key: is_signature(one[0], 32, "a", b"x") for key, one in signed.items()} == {
        b"current": True,
        b"previous": True,
        b"retired": False,
    }
    assert fingerprints("{}") == [signed[key][1] for key in (b"current", b"previous")]
    assert derive_secrets("access", "A" * 43) == [signed[key][2] for key in (b"current", b"previous")]


@pytest.mark.parametrize("size", [16, 32])
def test_no_part_of_a_signature_is_taken_for_it(size: int) -> None:
    signature = sign("a", b"x")
    assert is_signature(signature[:size], size, "a", b"x")
    for length in set(range(33)) - {size}:
        assert not is_signature(signature[:length], size, "a", b"x")
