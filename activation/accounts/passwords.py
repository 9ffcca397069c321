"""Passwords: argon2id, what may be one, and making one for somebody else."""

import secrets
import unicodedata

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from models.errors import FieldError
from models.texts import N_

MIN_LENGTH = 12
MAX_LENGTH = 200
FEWEST_SIGNS = 5

# OWASP's second profile: the memory of one check must fit a small web worker several times.
HASHER = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
# A hash of the same cost that nothing matches: an unknown e-mail takes as long to refuse as a wrong password.
NOBODYS_HASH = (
    "$argon2id$v=19$m=19456,t=2,p=1$OCbVKOJPDvc30gA/p2eg+g$yRpbzr74nwTFjzyxjLlYD7+86x37jsfHhbxuMweOwUU"
)

READABLE = "abcdefghjkmnpqrstuvwxyz23456789"


def _plain(password: str) -> str:
    # The same å is one sign or two, depending on the keyboard.
    return unicodedata.normalize("NFC", password)


def hash_password(password: str) -> str:
    return HASHER.hash(_plain(password))


def matches(password_hash: str | None, password: str) -> bool:
    """Whether the password is this account's; without a hash the same work is done and the answer is no."""
    try:
        HASHER.verify(password_hash or NOBODYS_HASH, _plain(password))
    except (VerificationError, InvalidHashError):
        return False
    return password_hash is not None


def is_outdated(password_hash: str) -> bool:
    """Whether the hash was made with other costs than today's."""
    return HASHER.check_needs_rehash(password_hash)


def check_password(password: str, *, email: str, field: str = "password") -> None:
    """Raises FieldError where this may not be a password: length counts, kinds of signs do not."""
    plain = _plain(password)
    if len(plain) < MIN_LENGTH:
        raise FieldError(
            field, N_("A password has at least %(least)s characters. A few words are fine."), least=MIN_LENGTH
        )
    if len(plain) > MAX_LENGTH:
        raise FieldError(field, N_("A password has at most %(most)s characters."), most=MAX_LENGTH)
    if email.casefold() in plain.casefold():
        raise FieldError(field, N_("The password must not contain the e-mail address."))
    if len(set(plain)) < FEWEST_SIGNS:
        raise FieldError(field, N_("The password repeats the same few characters. Choose another."))


def make_password() -> str:
    """A password to be told to somebody: about 74 bits, without signs that look alike."""
    return "-".join("".join(secrets.choice(READABLE) for _ in range(5)) for _ in range(3))
