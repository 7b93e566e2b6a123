import pytest
from pydantic import ValidationError

from neoforge.document import Document


class Secret(Document):
    """A stored document."""

    value: int


def test_an_error_in_reading_a_document_does_not_quote_it() -> None:
    with pytest.raises(ValidationError) as error:
        Secret.model_validate_json('{"value":"p4ssw0rd"}')
    assert "value" in str(error.value)
    assert "p4ssw0rd" not in str(error.value)
