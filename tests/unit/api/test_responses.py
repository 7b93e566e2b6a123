from neoforge.api.responses import SECURITY, Response


def test_a_response_is_what_api_gateway_takes() -> None:
    result = Response(201, {"A": "b"}, "text").proxy_result()
    assert result == {"statusCode": 201, "headers": {"A": "b"}, "body": "text", "isBase64Encoded": False}


def test_responses_do_not_share_their_headers() -> None:
    Response(200).headers["X"] = "1"
    assert Response(200).headers == {}


def test_the_security_headers_are_the_contracts() -> None:
    names = {name.lower() for name in SECURITY}
    assert names >= {
        "strict-transport-security",
        "x-content-type-options",
        "referrer-policy",
        "content-security-policy",
    }
    assert any(name.startswith("cross-origin-") for name in names)
    assert int(SECURITY["Strict-Transport-Security"].partition("=")[2].partition(";")[0]) >= 31_536_000  # a year
