"""A letter as an e-mail: plain text with an HTML alternative, and an appointment where it brings one."""

from email.message import EmailMessage
from email.policy import Policy
from email.utils import format_datetime
from hashlib import sha256

from activation.messages.channels.letter import Letter, Refused
from activation.messages.html import html_of
from models.texts import N_

NOT_WRITTEN = N_("The address is none that a letter can be written to")


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
    if letter.calendar:
        message.add_attachment(
            letter.calendar, subtype="calendar", filename="invitation.ics", params={"method": "REQUEST"}
        )
    return message
