"""What the provider says became of an SMS after it was handed over: at an address that only the provider is told."""

import hashlib
from datetime import UTC, datetime

from itsdangerous import BadSignature, URLSafeSerializer
from sqlalchemy import and_, or_, select, update

from activation.context import settings
from activation.database import db
from models import Message
from models.enums import Channel, Delivery, MessageState

# The provider's word → what it means. Others ("sent", "created") are stations on the way.
ENDS = {
    "delivered": Delivery.DELIVERED,
    "failed": Delivery.UNDELIVERED,
    "undelivered": Delivery.UNDELIVERED,
}
ON_THE_WAY = frozenset({"created", "sent"})


class UnknownReceipt(Exception):
    """The address is none of ours, or is not of this SMS."""


class GarbledReceipt(Exception):
    """What it says cannot be understood."""


def _serializer() -> URLSafeSerializer:
    return URLSafeSerializer(
        settings().secret_key,
        salt="sms-receipt",
        signer_kwargs={"digest_method": hashlib.sha256, "key_derivation": "hmac"},
    )


def receipt_token(message_id: int) -> str:
    """The secret part of the address to which a message's receipt comes."""
    return str(_serializer().dumps(message_id))


def receipt_url(message_id: int) -> str:
    """The whole address. Written out, as the sender knows of no pages (tested against the view)."""
    return f"{settings().base_url.rstrip('/')}/hooks/sms/{receipt_token(message_id)}"


def take_receipt(token: str, *, status: str, provider_id: str, delivered: str, now: datetime) -> None:
    """Notes what became of an SMS; said twice it changes nothing. `delivered`: ISO time, UTC where it says no zone.

    An SMS of which nobody knew whether it had left has, if it was delivered. Raises UnknownReceipt, GarbledReceipt.
    """
    try:
        message_id = _serializer().loads(token)
    except (BadSignature, ValueError, TypeError) as error:
        raise UnknownReceipt from error
    if not isinstance(message_id, int) or not 0 < message_id < 2**31:
        raise UnknownReceipt
    if status not in ENDS and status not in ON_THE_WAY:
        raise GarbledReceipt
    sms = db.session.execute(
        select(Message.bundle, Message.provider_id).where(
            Message.id == message_id, Message.channel == Channel.SMS
        )
    ).one_or_none()
    if sms is None or (provider_id and sms.provider_id and provider_id != sms.provider_id):
        raise UnknownReceipt
    end = ENDS.get(status)
    if end is None:
        return
    at = min(_moment(delivered) or now, now) if end is Delivery.DELIVERED else None
    same_sms = and_(
        Message.bundle == sms.bundle,
        Message.channel == Channel.SMS,
        Message.provider_id == sms.provider_id if sms.provider_id else Message.id == message_id,
    )
    # What was delivered stays so, whatever is said later.
    news = or_(
        Message.delivery.is_(None),
        and_(Message.delivery != end, Message.delivery != Delivery.DELIVERED),
    )
    db.session.execute(
        update(Message)
        .where(same_sms, news)
        .values(delivery=end, delivered_at=at)
        .execution_options(synchronize_session=False)
    )
    if end is Delivery.DELIVERED:
        db.session.execute(
            update(Message)
            .where(same_sms, Message.state == MessageState.UNCERTAIN)
            .values(state=MessageState.SENT, sent_at=at, reason="")
            .execution_options(synchronize_session=False)
        )


def _moment(said: str) -> datetime | None:
    """Raises GarbledReceipt."""
    if not said:
        return None
    try:
        moment = datetime.fromisoformat(said)
        return moment.replace(tzinfo=moment.tzinfo or UTC).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise GarbledReceipt from error
