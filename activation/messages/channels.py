"""How a letter leaves: over SMTP, or as a file into a folder (demonstration). Nothing configured: it waits."""

import re
import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP, SMTPUTF8, Policy
from email.utils import format_datetime
from hashlib import sha256
from pathlib import Path
from typing import Protocol

from activation.config import Settings
from activation.messages.html import html_of
from models.texts import N_

TIMEOUT_SECONDS = 20
UNREACHABLE = N_("The mail server could not be reached")
NO_SIGN_IN = N_("The mail server refused our sign-in or encryption")
BUSY = N_("The mail server asked to try again later")
REFUSED = N_("The mail server refused it for good")
NO_ADDRESS = N_("The mail server cannot take addresses with such letters")
LOST = N_("The connection broke while the mail server was answering: it may have arrived")
NO_FOLDER = N_("The mail folder could not be written to")
NOT_WRITTEN = N_("The address is none that a letter can be written to")


class NotSent(Exception):
    """The letter did not leave. `reason` is a text for staff; `detail` what the other side said."""

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.detail = detail


class Refused(NotSent):
    """For good: trying again changes nothing."""


class TryLater(NotSent):
    """For now."""


class Unreachable(TryLater):
    """Nothing can leave by this channel now, whatever the letter."""


class Uncertain(NotSent):
    """Handed over, and then no answer."""


@dataclass(frozen=True)
class Letter:
    """One e-mail, ready to leave. `identity` is the same each time the same messages are tried."""

    identity: str
    to: str
    subject: str
    text: str
    language: str
    written_at: datetime


class Mail(Protocol):
    """An open channel."""

    def send(self, letter: Letter) -> None:
        """Returns when the other side has taken the letter. Raises NotSent."""


def as_bytes(letter: Letter, sender: str, policy: Policy) -> bytes:
    """Raises Refused where the recipient's address is none."""
    try:
        return compose(letter, sender).as_bytes(policy=policy)
    except (ValueError, LookupError, TypeError) as error:  # what the email package raises on broken addresses
        raise Refused(NOT_WRITTEN, type(error).__name__) from error


def compose(letter: Letter, sender: str) -> EmailMessage:
    """The letter as an e-mail: plain text with an HTML alternative, marked as sent by a machine."""
    message = EmailMessage()
    message["Message-ID"] = (
        f"<{sha256(letter.identity.encode()).hexdigest()[:40]}@{sender.rpartition('@')[2]}>"
    )
    message["Date"] = format_datetime(letter.written_at)
    message["From"] = sender
    message["To"] = letter.to
    message["Subject"] = " ".join(letter.subject.split())
    message["Auto-Submitted"] = "auto-generated"
    message["X-Auto-Response-Suppress"] = "All"
    message["Content-Language"] = letter.language
    # Quoted-printable: servers without 8BITMIME are still about.
    message.set_content(letter.text, cte="quoted-printable")
    message.add_alternative(html_of(letter.text, letter.language), subtype="html", cte="quoted-printable")
    return message


@contextmanager
def open_mail(settings: Settings) -> Iterator[Mail]:
    """The configured channel, open. Raises Unreachable. Ask is_configured() first."""
    if settings.mail_folder:
        yield MailFolder(Path(settings.mail_folder), settings.mail_from)
        return
    mail = SmtpMail(settings)
    try:
        mail.connect()
        yield mail
    finally:
        mail.close()


def is_configured(settings: Settings) -> bool:
    return bool(settings.mail_folder or settings.smtp_host)


class MailFolder:
    """Writes each letter as a file that a mail program can open."""

    def __init__(self, folder: Path, sender: str) -> None:
        self.folder = folder
        self.sender = sender

    def send(self, letter: Letter) -> None:
        content = as_bytes(letter, self.sender, SMTPUTF8)
        to = re.sub(r"[^A-Za-z0-9]+", "-", letter.to).strip("-")
        number = sha256(letter.identity.encode()).hexdigest()[:8]
        path = self.folder / f"{letter.written_at:%Y-%m-%dT%H%M}-{to}-{number}.eml"
        unfinished = path.with_suffix(".part")
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            unfinished.write_bytes(content)
            unfinished.replace(path)
        except OSError as error:
            raise Unreachable(NO_FOLDER, type(error).__name__) from error


class SmtpMail:
    """One connection to the mail server, kept open for a batch; opened anew where the server closed it in between."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.smtp: smtplib.SMTP | None = None

    def connect(self) -> None:
        """Raises Unreachable."""
        of = self.settings
        try:
            if of.smtp_tls == "tls":
                context = ssl.create_default_context()
                self.smtp = smtplib.SMTP_SSL(
                    of.smtp_host, of.smtp_port, timeout=TIMEOUT_SECONDS, context=context
                )
            else:
                self.smtp = smtplib.SMTP(of.smtp_host, of.smtp_port, timeout=TIMEOUT_SECONDS)
            self.smtp.ehlo_or_helo_if_needed()
            if of.smtp_tls == "starttls":
                self.smtp.starttls(context=ssl.create_default_context())
                self.smtp.ehlo()
            if of.smtp_user:
                self.smtp.login(of.smtp_user, of.smtp_password)
        except (smtplib.SMTPAuthenticationError, smtplib.SMTPNotSupportedError, ssl.SSLError) as error:
            self.close()
            raise Unreachable(NO_SIGN_IN, type(error).__name__) from error
        except (OSError, smtplib.SMTPException) as error:
            self.close()
            raise Unreachable(UNREACHABLE, type(error).__name__) from error

    def close(self) -> None:
        """Ends the connection; whatever the other side says to that, all letters are settled."""
        if self.smtp is None:
            return
        smtp, self.smtp = self.smtp, None
        try:
            smtp.quit()
        except (OSError, smtplib.SMTPException):
            smtp.close()

    def send(self, letter: Letter) -> None:
        data = self._data(letter)
        try:
            smtp = self._announce(letter)
            code, answer = smtp.docmd("DATA")
            if code != 354:
                raise self._no(code, answer)
            # The end of the data goes out last: as long as this fails, the server cannot have taken the letter.
            smtp.send(data)
        except (OSError, smtplib.SMTPException) as error:
            self.close()
            raise Unreachable(UNREACHABLE, type(error).__name__) from error
        try:
            code, answer = smtp.getreply()
        except (OSError, smtplib.SMTPException) as error:
            self.close()
            raise Uncertain(LOST, type(error).__name__) from error
        if code != 250:
            raise self._no(code, answer)

    def _announce(self, letter: Letter) -> smtplib.SMTP:
        """Sender and recipient. A connection that the server closed since the last letter is opened anew, once."""
        if self.smtp is None:
            self.connect()
        assert self.smtp is not None
        foreign = not letter.to.isascii()
        if foreign and not self.smtp.has_extn("smtputf8"):
            raise Refused(NO_ADDRESS)
        options = ["SMTPUTF8"] if foreign else []
        try:
            code, answer = self.smtp.mail(self.settings.mail_from, options)
        except smtplib.SMTPServerDisconnected:
            self.close()
            self.connect()
            code, answer = self.smtp.mail(self.settings.mail_from, options)
        if code != 250:
            # Our own address was refused: that is the installation's fault, not this letter's.
            self._reset()
            raise TryLater(BUSY, _words(code, answer))
        code, answer = self.smtp.rcpt(letter.to)
        if code not in (250, 251):
            raise self._no(code, answer)
        return self.smtp

    def _no(self, code: int, answer: bytes) -> NotSent:
        self._reset()
        if 500 <= code < 600:
            return Refused(REFUSED, _words(code, answer))
        return TryLater(BUSY, _words(code, answer))

    def _reset(self) -> None:
        """Takes back the letter that was begun, so that the next one can use the connection."""
        try:
            if self.smtp is not None:
                self.smtp.rset()
        except (OSError, smtplib.SMTPException):
            self.close()

    def _data(self, letter: Letter) -> bytes:
        policy = SMTP if letter.to.isascii() else SMTPUTF8
        lines = as_bytes(letter, self.settings.mail_from, policy)
        return re.sub(rb"(?m)^\.", b"..", lines).rstrip(b"\r\n") + b"\r\n.\r\n"


def _words(code: int, answer: bytes) -> str:
    """What the server said, without addresses: they must not stand in a page or a log."""
    said = re.sub(r"\S*@\S*", "…", answer.decode("utf-8", "replace"))
    return f"{code} {' '.join(said.split())}"[:160]
