"""Opens the configured channel for a batch. Only the sender imports this: it brings what the web does without."""

from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path

from activation.config import Settings
from activation.messages.channels.folder import MailFolder
from activation.messages.channels.letter import OpenChannel
from activation.messages.channels.smtp import SmtpMail
from models.enums import Channel

SMS = "activation.messages.channels.sms"


@contextmanager
def open_channel(settings: Settings, channel: Channel = Channel.EMAIL) -> Iterator[OpenChannel]:
    """The configured channel, open. Raises Unreachable. Ask is_configured() first."""
    if settings.mail_folder:
        yield MailFolder(Path(settings.mail_folder), settings.mail_from)
    elif channel is Channel.SMS:
        # Loaded where SMS are sent only: a scheduler without begins sooner, and takes less memory.
        with import_module(SMS).open_sms(settings) as sms:
            yield sms
    else:
        mail = SmtpMail(settings)
        try:
            mail.connect()
            yield mail
        finally:
            mail.close()
