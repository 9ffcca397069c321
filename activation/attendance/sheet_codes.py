"""The short code on a printed list, which leads back to its sheet. Pure: the same list always has the same code.

It is no key: whoever types it must be signed in and see the people all the same. The last letters are signed, so that
a slip of the pen leads nowhere instead of to somebody else's day.
"""

import hashlib
import hmac
from datetime import date, timedelta

# Crockford's base 32: no I, L, O or U, which are read as 1, 1, 0 and V.
LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
READ_AS = str.maketrans("ILO", "110", " -\u00a0\u2010\u2011\u2013")
KINDS = ("workplace", "crew")
FIRST_DAY = date(1900, 1, 1)
DAY_BITS, KIND_BITS, SIGNED_LETTERS = 17, 1, 4
MOST_LETTERS = 20
GROUP = 4

Named = tuple[str, int, date]


def code_of(key: bytes, kind: str, row_id: int, day: date) -> str:
    """The code of a group's list of a day, in groups of four: 3F2K-9QWX-7H."""
    number = (row_id << KIND_BITS | KINDS.index(kind)) << DAY_BITS | (day - FIRST_DAY).days
    text = _written(number) + _signature(key, number)
    return "-".join(text[i : i + GROUP] for i in range(0, len(text), GROUP))


def read_code(key: bytes, typed: str) -> Named | None:
    """Kind, id and day of a code as people type it; None where it is nobody's."""
    text = typed.strip().upper().translate(READ_AS)
    if not SIGNED_LETTERS < len(text) <= MOST_LETTERS or any(letter not in LETTERS for letter in text):
        return None
    number = 0
    for letter in text[:-SIGNED_LETTERS]:
        number = number * len(LETTERS) + LETTERS.index(letter)
    if not hmac.compare_digest(text[-SIGNED_LETTERS:], _signature(key, number)):
        return None
    rest, days = divmod(number, 1 << DAY_BITS)
    row_id, kind = divmod(rest, 1 << KIND_BITS)
    return KINDS[kind], row_id, FIRST_DAY + timedelta(days=days)


def _written(number: int) -> str:
    text = ""
    while number or not text:
        number, digit = divmod(number, len(LETTERS))
        text = LETTERS[digit] + text
    return text


def _signature(key: bytes, number: int) -> str:
    digest = hmac.new(key, f"sheet:{number}".encode(), hashlib.sha256).digest()
    return "".join(LETTERS[byte % len(LETTERS)] for byte in digest[:SIGNED_LETTERS])
