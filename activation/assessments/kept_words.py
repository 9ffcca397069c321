"""The key under which a browser keeps words that are not saved yet: whoever uses the computer next cannot read them."""

import hmac
from hashlib import sha256


def keeping_key(staff_id: int | None, *, secret: str) -> str:
    """64 hexadecimal digits, the same for a person each time: only pages that they are shown hold it."""
    return hmac.new(secret.encode(), f"words kept in a browser:{staff_id}".encode(), sha256).hexdigest()
