"""Where the municipality wants it, a new device is asked for the workplace's postcode once (EMPLOYER_POSTCODE_CHECK).

A link that was passed on then opens nothing for somebody who does not know where the workplace is. A device that
answered right carries a signed cookie for 90 days; it names the workplace and says nothing else.
"""

import hashlib
from datetime import datetime
from functools import lru_cache
from hmac import compare_digest

from itsdangerous import BadSignature, URLSafeSerializer

from activation.context import settings
from activation.employer_page.links import OpenedLink
from activation.employer_page.rules import DEVICE_KNOWN_FOR


@lru_cache(maxsize=2)
def _serializer(secret: str) -> URLSafeSerializer:
    return URLSafeSerializer(
        secret,
        salt="employer-device",
        signer_kwargs={"digest_method": hashlib.sha256, "key_derivation": "hmac"},
    )


def is_asked(link: OpenedLink) -> bool:
    """Whether devices that open this link are asked. A workplace without a postcode cannot ask for one."""
    return settings().employer_postcode_check == "yes" and bool(link.postcode)


def cookie_name(link: OpenedLink) -> str:
    return f"place{link.workplace_id}"


def device_cookie(link: OpenedLink, *, now: datetime) -> str:
    """What a device that knew the postcode keeps."""
    until = int((now + DEVICE_KNOWN_FOR).timestamp())
    return str(_serializer(settings().secret_key).dumps([link.workplace_id, link.postcode, until]))


def is_known(link: OpenedLink, cookie: str, *, now: datetime) -> bool:
    """Whether the cookie is of a device that knew this workplace's postcode in the last 90 days."""
    try:
        workplace_id, postcode, until = _serializer(settings().secret_key).loads(cookie)
    except (BadSignature, ValueError, TypeError):
        return False
    return [workplace_id, postcode] == [link.workplace_id, link.postcode] and until > now.timestamp()


def is_postcode(link: OpenedLink, typed: str) -> bool:
    """12345, 123 45, SE-123 45."""
    digits = "".join(c for c in typed if c in "0123456789")
    return compare_digest(digits, link.postcode)
