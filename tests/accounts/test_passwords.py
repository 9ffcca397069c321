"""What may be a password, and what checking one costs."""

import unicodedata

import pytest

from activation.accounts.passwords import (
    HASHER,
    MAX_LENGTH,
    NOBODYS_HASH,
    check_password,
    hash_password,
    make_password,
    matches,
)
from models.errors import FieldError

EMAIL = "anna@kommun.example"


def test_a_password_matches_itself_only() -> None:
    kept = hash_password("fyra ord på rad")
    assert kept.startswith("$argon2id$")
    assert matches(kept, "fyra ord på rad")
    assert not matches(kept, "fyra ord pa rad")
    assert hash_password("fyra ord på rad") != kept


def test_the_same_letters_match_however_the_keyboard_makes_them() -> None:
    kept = hash_password(unicodedata.normalize("NFC", "åäö åäö åäö"))
    assert matches(kept, unicodedata.normalize("NFD", "åäö åäö åäö"))


def test_an_account_without_a_password_matches_nothing() -> None:
    assert not matches(None, "")
    assert not matches(None, "anything")
    assert not matches("not a hash", "anything")


def test_nobodys_hash_costs_what_a_real_one_costs() -> None:
    assert not HASHER.check_needs_rehash(NOBODYS_HASH)
    assert not HASHER.check_needs_rehash(hash_password("fyra ord på rad"))


@pytest.mark.parametrize(
    "password",
    [
        "",
        "kort",
        "elva tecken",
        "aaaaaaaaaaaaaaaa",
        "ababababababab",
        f"x{EMAIL}",
        EMAIL.upper(),
        "x" * MAX_LENGTH + "y",
    ],
)
def test_what_may_not_be_a_password(password: str) -> None:
    with pytest.raises(FieldError) as error:
        check_password(password, email=EMAIL, field="new")
    assert error.value.field == "new"


@pytest.mark.parametrize(
    "password", ["tolv tecken!", "fyra ord på rad", "x" * 190 + "abcdefgh", "🐟🐠🐡🦈🐬🐳🐋🦭🐙🦑🦐🦞"]
)
def test_what_may(password: str) -> None:
    check_password(password, email=EMAIL)


def test_made_passwords_are_good_ones_and_differ() -> None:
    made = {make_password() for _ in range(200)}
    assert len(made) == 200
    for password in made:
        check_password(password, email=EMAIL)
        assert not set(password) & set("01lioIO")
