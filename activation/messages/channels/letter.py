"""What leaves by a channel, and how that can end. Shared by all channels; imports none of them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from activation.config import Settings
from models.enums import Channel


class NotSent(Exception):
    """The message did not leave. `reason` is a text for staff; `detail` what the other side said."""

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.detail = detail


class Refused(NotSent):
    """For good: trying again changes nothing."""


class TryLater(NotSent):
    """For now."""


class Unreachable(TryLater):
    """Nothing can leave by this channel now, whatever the message."""


class Uncertain(NotSent):
    """Handed over, and then no answer."""


@dataclass(frozen=True)
class Attachment:
    """A file that goes with an e-mail. Its name is ASCII."""

    name: str
    type: str
    content: bytes


@dataclass(frozen=True)
class Letter:
    """One e-mail, ready to leave. `identity` is the same each time the same messages are tried.

    `calendar`: an iCalendar text (METHOD:REQUEST or CANCEL) that a mail program offers to put into the calendar.
    """

    identity: str
    to: str
    subject: str
    text: str
    language: str
    written_at: datetime
    calendar: str = ""
    attachments: tuple[Attachment, ...] = ()


@dataclass(frozen=True)
class Sms:
    """One SMS, ready to leave. `to` is an E.164 number; `receipt_url` is where the provider tells what became of it."""

    identity: str
    to: str
    text: str
    language: str
    receipt_url: str = ""


class OpenChannel(Protocol):
    """A channel, open for a batch. A message leaves in two steps, so that what is written down between them is true
    of the first and not yet of the second. Each raises NotSent."""

    def begin(self, message: Letter | Sms) -> None:
        """All that can be done without handing it over."""

    def finish(self, ahead: Letter | Sms | None = None) -> str:
        """Hands over what was begun. Returns, when the other side has it, how it calls it ("": it did not say).

        `ahead`: what is likely to be begun next, for a channel that has time while it waits for the answer."""

    def abandon(self) -> None:
        """Instead of finish(): what was begun does not leave."""


def send(channel: OpenChannel, message: Letter | Sms) -> str:
    """Both steps."""
    channel.begin(message)
    return channel.finish()


def is_configured(settings: Settings, channel: Channel = Channel.EMAIL) -> bool:
    """Whether anything can leave by this channel. If not, its messages wait in the outbox."""
    if channel is Channel.SMS:
        return bool(settings.sms_provider or settings.mail_folder)
    return bool(settings.mail_folder or settings.smtp_host)
