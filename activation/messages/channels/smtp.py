"""E-mail over SMTP."""

import re
import smtplib
import ssl
from email.policy import SMTP, SMTPUTF8

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
from activation.messages.channels.mime import as_bytes
from models.texts import N_

TIMEOUT_SECONDS = 20
UNREACHABLE = N_("The mail server could not be reached")
NO_SIGN_IN = N_("The mail server refused our sign-in or encryption")
BUSY = N_("The mail server asked to try again later")
REFUSED = N_("The mail server refused it for good")
NO_ADDRESS = N_("The mail server cannot take addresses with such letters")
LOST = N_("The connection broke while the mail server was answering: it may have arrived")


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

    def send(self, message: Letter | Sms) -> str:
        assert isinstance(message, Letter)
        letter = message
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
        return ""

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
