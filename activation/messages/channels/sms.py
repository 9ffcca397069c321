"""SMS over a provider's HTTP interface. Only the sender imports this: httpx is more than the web process should carry.

46elks: https://46elks.com/docs/send-sms (form fields from, to, message, whendelivered; answers JSON with id, status).
Plain, for any other provider or a small program in between: a JSON POST to SMS_URL (docs/settings.md).
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from typing import Any

import httpx

from activation.config import Settings
from activation.messages.channels.letter import (
    Letter,
    NotSent,
    Refused,
    Sms,
    TryLater,
    Uncertain,
    Unreachable,
)
from models.texts import N_

ELKS_URL = "https://api.46elks.com/a1/sms"
TIMEOUT = httpx.Timeout(20.0, connect=10.0)
# A kept connection that the provider closes meanwhile would leave an SMS uncertain: it is not kept for long.
LIMITS = httpx.Limits(max_connections=1, keepalive_expiry=2.0)
# Waits where the provider says "too fast" (429), in seconds, if it does not say how long itself.
TOO_FAST_WAITS = (1.0, 2.0, 4.0)
LONGEST_WAIT = 5.0

UNREACHABLE = N_("The SMS provider could not be reached")
NO_SIGN_IN = N_("The SMS provider refused our sign-in or account")
BUSY = N_("The SMS provider asked to try again later")
REFUSED = N_("The SMS provider refused it for good")
LOST = N_("The connection broke while the SMS provider was answering: it may have arrived")
TOO_LONG = N_("The text is longer than three SMS")

MOST_PARTS = 3
GSM_PART, OTHER_PART = 153, 67  # characters in each part of a text that needs several
# What a telephone writes in seven bits (3GPP TS 23.038); those of the second row take two places.
GSM = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡"
    "ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
GSM_TWICE = frozenset("^{}\\[~]|€\f")


def fits(text: str) -> bool:
    """Whether a text is at most three SMS."""
    if GSM.issuperset(set(text) - GSM_TWICE):
        return len(text) + sum(letter in GSM_TWICE for letter in text) <= MOST_PARTS * GSM_PART
    return len(text.encode("utf-16-be")) // 2 <= MOST_PARTS * OTHER_PART


@contextmanager
def open_sms(settings: Settings) -> Iterator["HttpSms"]:
    """The configured provider. Opens no connection yet: one is made with the first SMS."""
    sign_in = (settings.sms_user, settings.sms_password) if settings.sms_user else None
    with httpx.Client(auth=sign_in, timeout=TIMEOUT, limits=LIMITS, follow_redirects=False) as client:
        yield HttpSms(settings, client)


class HttpSms:
    """One provider. Each SMS is one request: handed over from the moment in which it is written."""

    def __init__(self, settings: Settings, client: httpx.Client) -> None:
        self.settings = settings
        self.client = client
        self.request: httpx.Request | None = None

    def begin(self, message: Letter | Sms) -> None:
        assert isinstance(message, Sms)
        if not fits(message.text):
            raise Refused(TOO_LONG)
        self.request = self._request_of(message)

    def finish(self, ahead: Letter | Sms | None = None) -> str:
        for wait in (*TOO_FAST_WAITS, None):
            answer = self._answer()
            if answer.status_code != httpx.codes.TOO_MANY_REQUESTS or wait is None:
                break
            time.sleep(_asked_to_wait(answer, wait))
        problem = _problem(answer)
        if problem is not None:
            raise problem
        return self._provider_id(answer)

    def abandon(self) -> None:
        self.request = None

    def _request_of(self, sms: Sms) -> httpx.Request:
        of = self.settings
        if of.sms_provider == "46elks":
            fields = {"from": of.sms_from, "to": sms.to, "message": sms.text}
            if sms.receipt_url:
                fields["whendelivered"] = sms.receipt_url
            return self.client.build_request("POST", of.sms_url or ELKS_URL, data=fields)
        content = {
            "from": of.sms_from,
            "to": sms.to,
            "text": sms.text,
            "reference": sha256(sms.identity.encode()).hexdigest()[:40],
            "receipt_url": sms.receipt_url,
        }
        return self.client.build_request("POST", of.sms_url, json=content)

    def _answer(self) -> httpx.Response:
        assert self.request is not None
        try:
            return self.client.send(self.request)
        except (
            httpx.ConnectError,
            httpx.ConnectTimeout,
            httpx.PoolTimeout,
            httpx.UnsupportedProtocol,
        ) as error:
            raise Unreachable(UNREACHABLE, type(error).__name__) from error
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise Uncertain(LOST, type(error).__name__) from error

    def _provider_id(self, answer: httpx.Response) -> str:
        said = _json(answer)
        if self.settings.sms_provider == "46elks":
            if "id" not in said:
                raise Uncertain(LOST, f"{answer.status_code} without an id")
            if said.get("status") == "failed":
                raise Refused(REFUSED, f"{answer.status_code} failed")
        return str(said.get("id") or "")[:80]


def _asked_to_wait(answer: httpx.Response, otherwise: float) -> float:
    try:
        return max(0.0, min(float(answer.headers.get("Retry-After", otherwise)), LONGEST_WAIT))
    except ValueError:
        return otherwise


def _problem(answer: httpx.Response) -> NotSent | None:
    """What a status says. Never what the answer's text says: it may repeat the number or the text of the SMS."""
    code = answer.status_code
    if 200 <= code < 300:
        return None
    detail = str(code)
    match code:
        case 401 | 402:
            return Unreachable(NO_SIGN_IN, detail)
        case 403 | 500 | 503:
            # 403 says of an account without money the same as of a number that is barred.
            return TryLater(BUSY, detail)
        case 429:
            return Unreachable(BUSY, detail)
        case 502 | 504:
            return Uncertain(LOST, detail)  # something in between lost the answer
        case _ if 400 <= code < 500:
            return Refused(REFUSED, detail)
        case _ if code >= 500:
            return TryLater(BUSY, detail)
        case _:
            return Unreachable(UNREACHABLE, detail)


def _json(answer: httpx.Response) -> dict[str, Any]:
    """What the answer says; nothing where it is no JSON object."""
    try:
        said = answer.json()
    except ValueError:
        return {}
    return said if isinstance(said, dict) else {}
