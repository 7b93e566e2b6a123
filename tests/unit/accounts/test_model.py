import pytest
from pydantic import ValidationError

from neoforge.accounts.model import Account, AccountChange, Credentials, NewAccount, PasswordChange, RefreshRequest

DRAFT = NewAccount.model_validate({"email": "Ada@example.com", "password": "correct horse", "display_name": "Ada"})


def test_a_new_account_has_the_role_user_and_version_1() -> None:
    account = Account.new(DRAFT)
    assert (account.roles, account.version, account.display_name) == (["user"], 1, "Ada")
    assert account.created_at == account.updated_at
    assert account.id.startswith("usr_")


def test_a_password_is_never_shown() -> None:
    words = "correct horse"
    models = [
        DRAFT,
        Credentials.model_validate({"email": "ada@example.com", "password": words}),
        RefreshRequest.model_validate({"refresh_token": words}),
        PasswordChange.model_validate({"current_password": words, "new_password": words}),
    ]
    for model in models:
        for text in (repr(model), str(model), model.model_dump_json()):
            assert "correct" not in text


def test_a_validation_error_does_not_quote_the_password() -> None:
    with pytest.raises(ValidationError) as raised:
        NewAccount.model_validate({"email": "a@b.co", "password": "p4ss", "display_name": "A"})
    assert "p4ss" not in str(raised.value.errors(include_url=False, include_input=False))


@pytest.mark.parametrize(("length", "taken"), [(7, False), (8, True), (128, True), (129, False)])
def test_a_new_password_has_8_to_128_characters_in_every_request(length: int, taken: bool) -> None:
    password = "a" * length
    for model, body in (
        (NewAccount, {"email": "a@b.co", "display_name": "A", "password": password}),
        (PasswordChange, {"current_password": "", "new_password": password}),
    ):
        try:
            model.model_validate(body)
        except ValidationError:
            assert not taken
        else:
            assert taken


def test_only_the_display_name_can_be_patched() -> None:
    assert AccountChange.model_validate({"display_name": "Grace"}).changes() == {"display_name": "Grace"}
    assert AccountChange.model_validate({}).changes() == {}
    for name in ("email", "roles", "id", "version"):
        with pytest.raises(ValidationError):
            AccountChange.model_validate({name: "x"})
