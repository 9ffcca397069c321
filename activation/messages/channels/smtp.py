"""E-mail over SMTP: one connection, kept open for a batch."""

import re
import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from email.utils import parseaddr

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
from activation.messages.channels.mime import as_bytes, is_address
from models.texts import N_

TIMEOUT_SECONDS = 20
UNREACHABLE = N_("The mail server could not be reached")
NO_SIGN_IN = N_("The mail server refused our sign-in or encryption")
BUSY = N_("The mail server asked to try again later")
REFUSED = N_("The mail server refused it for good")
NO_ADDRESS = N_("The mail server cannot take addresses with such letters")
LOST = N_("The connection broke while the mail server was answering: it may have arrived")

CLOSING, GO_ON = 421, 354
Answer = tuple[int, bytes]


class SmtpMail:
    """One connection to the mail server; opened anew where the server closed it between two letters.

    Sender, recipient and DATA leave in begin(), so that they are dealt with while the outbox is written; where the
    server allows it (PIPELINING) in one go, and right behind the content of the letter before. The content leaves in
    finish(): until its end is out nothing is handed over.
    """

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.sender = parseaddr(settings.mail_from)[1]
        self.smtp: smtplib.SMTP | None = None
        self.fresh = True  # no letter has left over this connection yet
        self.to = ""
        self.written: Letter | None = None
        self.content = b""
        self.awaited = 0  # answers to what begin() wrote: to DATA alone, or to all three commands
        self.announced: Letter | None = None  # begun on this connection already, behind the letter before
        self.keeps_all = True  # the server has not yet lost what was written behind a letter

    def connect(self) -> None:
        """Raises Unreachable."""
        self.fresh = True
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
        if self.announced is not None:
            self._hang_up()  # a QUIT would be taken for its content
            return
        smtp, self.smtp = self.smtp, None
        try:
            smtp.quit()
        except (OSError, smtplib.SMTPException):
            smtp.close()

    def begin(self, message: Letter | Sms) -> None:
        is_announced = self.announced is message
        if self.announced is not None and not is_announced:
            self._hang_up()
        self.announced = None
        self._write(message)
        self.to = message.to
        if is_announced:
            return
        with self._as_unreachable():
            if self.smtp is None:
                self.connect()
            try:
                self._announce()
            except (OSError, smtplib.SMTPServerDisconnected):
                self._announce_anew()

    def finish(self, ahead: Letter | Sms | None = None) -> str:
        with self._as_unreachable():
            try:
                answers = self._answers()
            except (OSError, smtplib.SMTPServerDisconnected) as error:
                self.keeps_all &= not isinstance(error.__context__, TimeoutError)
                self._announce_anew()
                answers = self._answers()
            self._go_on(answers)
            self._hand_over(ahead)
        assert self.smtp is not None
        if ahead is not None:
            with suppress(Refused):  # begin() says so
                self._write(ahead)
        try:
            code, answer = self.smtp.getreply()
        except (OSError, smtplib.SMTPException) as error:
            self._hang_up()
            raise Uncertain(LOST, type(error).__name__) from error
        self.fresh = False
        if code != 250:
            if self.announced is None:
                self._reset()
            raise _no(code, answer)
        return ""

    def _hand_over(self, ahead: Letter | Sms | None) -> None:
        """Writes the content, and behind it what begins the next letter. Raises OSError as long as the end of the
        content is not out: the server cannot have taken the letter then. After that only its answer tells."""
        assert self.smtp is not None
        assert self.smtp.sock is not None
        following, announced = b"", None
        if isinstance(ahead, Letter) and self._may_announce() and is_address(ahead.to):
            with suppress(Refused):  # begin() says so
                following, announced = b"".join((*self._commands(ahead.to), b"DATA\r\n")), ahead
        if announced is not None:
            self.announced, self.awaited = announced, 3
        everything, out = memoryview(self.content + following), 0
        try:
            while out < len(everything):
                out += self.smtp.sock.send(everything[out:])
        except OSError:
            if out < len(self.content):
                raise

    def abandon(self) -> None:
        """After DATA there is no way back but to hang up."""
        self._hang_up()

    def _write(self, message: Letter | Sms) -> None:
        """What goes over the line, kept for when this letter is begun."""
        assert isinstance(message, Letter)
        if message is not self.written:
            self.written = None
            data = as_bytes(message, self.settings.mail_from)
            self.content = data.replace(b"\n.", b"\n..") + b".\r\n"  # no header begins with a dot
            self.written = message

    def _announce(self) -> None:
        """Writes sender, recipient and DATA."""
        smtp = self.smtp
        assert smtp is not None
        mail, rcpt = self._commands(self.to)
        if smtp.has_extn("pipelining"):
            self.awaited = 3
            smtp.send(mail + rcpt + b"DATA\r\n")
            return
        self.awaited = 1
        for command, judge in ((mail, self._of_sender), (rcpt, self._of_recipient)):
            smtp.send(command)
            problem = judge(*smtp.getreply())
            if problem is not None:
                self._reset()
                raise problem
        smtp.send(b"DATA\r\n")

    def _may_announce(self) -> bool:
        return self.keeps_all and self.smtp is not None and self.smtp.has_extn("pipelining")

    def _commands(self, to: str) -> tuple[bytes, bytes]:
        """Sender and recipient. Raises Refused."""
        assert self.smtp is not None
        foreign = not to.isascii()
        if foreign and not self.smtp.has_extn("smtputf8"):
            raise Refused(NO_ADDRESS)
        mail = f"MAIL FROM:<{self.sender}>{' SMTPUTF8' if foreign else ''}\r\n"
        return mail.encode(), f"RCPT TO:<{to}>\r\n".encode()

    def _announce_anew(self) -> None:
        """On a new connection, where the server has closed the one kept since the last letter: but once."""
        if self.smtp is not None and self.fresh:
            raise smtplib.SMTPServerDisconnected
        self._hang_up()
        self.connect()
        self._announce()

    def _answers(self) -> list[Answer]:
        assert self.smtp is not None
        answers = [self.smtp.getreply()]
        if self.awaited > 1 and answers[0][0] == CLOSING:
            raise smtplib.SMTPServerDisconnected
        return [*answers, *(self.smtp.getreply() for _ in range(self.awaited - 1))]

    def _go_on(self, answers: list[Answer]) -> None:
        """Raises what the answers to begin() say, if not: go on."""
        *before, (code, answer) = answers
        problem = (self._of_sender(*before[0]) or self._of_recipient(*before[1])) if before else None
        if problem is None and code == GO_ON:
            return
        if code == GO_ON:
            self._hang_up()  # the server waits for content that nobody is to get
        else:
            self._reset()
        raise problem or _no(code, answer)

    def _of_sender(self, code: int, answer: bytes) -> NotSent | None:
        if code == CLOSING:
            raise smtplib.SMTPServerDisconnected
        # Our own address was refused: that is the installation's fault, not this letter's.
        return None if code == 250 else TryLater(BUSY, _words(code, answer))

    def _of_recipient(self, code: int, answer: bytes) -> NotSent | None:
        return None if code in (250, 251) else _no(code, answer)

    @contextmanager
    def _as_unreachable(self) -> Iterator[None]:
        """A connection that breaks before the letter was handed over."""
        try:
            yield
        except (OSError, smtplib.SMTPException) as error:
            self._hang_up()
            raise Unreachable(UNREACHABLE, type(error).__name__) from error

    def _reset(self) -> None:
        """Takes back the letter that was begun, so that the next one can use the connection."""
        try:
            if self.smtp is not None:
                self.smtp.rset()
        except (OSError, smtplib.SMTPException):
            self._hang_up()

    def _hang_up(self) -> None:
        smtp, self.smtp, self.announced = self.smtp, None, None
        if smtp is not None:
            smtp.close()


def _no(code: int, answer: bytes) -> NotSent:
    if 500 <= code < 600:
        return Refused(REFUSED, _words(code, answer))
    return TryLater(BUSY, _words(code, answer))


def _words(code: int, answer: bytes) -> str:
    """What the server said, without addresses: they must not stand in a page or a log."""
    said = re.sub(r"\S*@\S*", "…", answer.decode("utf-8", "replace"))
    return f"{code} {' '.join(said.split())}"[:160]
