"""A letter as an e-mail: plain text with an HTML alternative, and an appointment where it brings one.

Written by hand: the standard library's EmailMessage takes twice as long over a letter as a mail server does to take
it. The tests read what is written here with the standard library's parser.
"""

import base64
import binascii
import re
from datetime import datetime
from email.header import Header
from email.utils import format_datetime, formataddr, parseaddr
from functools import lru_cache
from hashlib import sha256

from activation.messages.channels.letter import Attachment, Letter, Refused
from activation.messages.html import html_of
from models.texts import N_

NOT_WRITTEN = N_("The address is none that a letter can be written to")
# One address and nothing else, as it may stand in a header and in a command to the server.
ADDRESS = re.compile(r"[^\s@<>()\[\],;:\\\"\x00-\x1f\x7f]{1,64}@[^\s@<>()\[\],;:\\\"\x00-\x1f\x7f]{1,189}")
ENVELOPE = """\
Message-ID: <{identity}@{domain}>
Date: {date}
From: {sender}
To: {to}
Subject: {subject}
Auto-Submitted: auto-generated
X-Auto-Response-Suppress: All
Content-Language: {language}
MIME-Version: 1.0
Content-Type: multipart/{kind}; boundary="{boundary}"

"""
# The letter within one that has attachments.
WITHIN = """\
--{outer}
Content-Type: multipart/alternative; boundary="{boundary}"

"""
ATTACHED = """\
--{outer}
Content-Type: {type}; name="{name}"
Content-Disposition: attachment; filename="{name}"
Content-Transfer-Encoding: base64

"""
PART = """\
--{boundary}
Content-Type: text/{kind}; charset="utf-8"{more}
Content-Transfer-Encoding: {encoding}

"""


def message_id(letter: Letter, sender: str) -> str:
    """The same each time the letter is tried, without <>."""
    return f"{sha256(letter.identity.encode()).hexdigest()[:40]}@{_domain(sender)}"


def is_address(to: str) -> bool:
    """Whether a letter can be written to it."""
    return ADDRESS.fullmatch(to) is not None


def as_bytes(letter: Letter, sender: str) -> bytes:
    """The whole e-mail, lines ending in CRLF. A header is ASCII but for a recipient with other letters (SMTPUTF8).

    Raises Refused where the recipient's address is none.
    """
    if not is_address(letter.to):
        raise Refused(NOT_WRITTEN)
    identity, _, domain = message_id(letter, sender).rpartition("@")
    boundary = (
        f"={identity[:24]}="  # quoted-printable never writes "=" before a letter that is no upper-case digit
    )
    head = ENVELOPE.format(
        identity=identity,
        domain=domain,
        date=_date(letter.written_at),
        sender=_from(sender),
        to=letter.to,
        subject=_subject(" ".join(letter.subject.split())),
        language=letter.language,
        kind="mixed" if letter.attachments else "alternative",
        boundary=f"a{boundary}" if letter.attachments else boundary,
    )
    parts = [
        head.encode(),
        WITHIN.format(outer=f"a{boundary}", boundary=boundary).encode() if letter.attachments else b"",
        _readable("plain", letter.text, boundary),
        _readable("html", html_of(letter.text, letter.language), boundary),
    ]
    if letter.calendar:
        parts.append(_calendar(letter.calendar, boundary))
    parts.append(f"--{boundary}--\n".encode())
    if letter.attachments:
        parts.extend(_attached(one, f"a{boundary}") for one in letter.attachments)
        parts.append(f"--a{boundary}--\n".encode())
    return b"".join(parts).replace(b"\n", b"\r\n")


@lru_cache(maxsize=8)
def _domain(sender: str) -> str:
    return parseaddr(sender)[1].rpartition("@")[2]


@lru_cache(maxsize=8)
def _date(at: datetime) -> str:
    """The same for all letters that were read together."""
    return format_datetime(at)


@lru_cache(maxsize=8)
def _from(sender: str) -> str:
    return formataddr(parseaddr(sender))


@lru_cache(maxsize=256)
def _subject(subject: str) -> str:
    return Header(subject, None if subject.isascii() else "utf-8", header_name="Subject").encode(linesep="\n")


def _readable(kind: str, text: str, boundary: str) -> bytes:
    # Quoted-printable: servers without 8BITMIME are still about.
    body = binascii.b2a_qp("\n".join(text.splitlines()).encode(), istext=True)
    head = PART.format(boundary=boundary, kind=kind, more="", encoding="quoted-printable")
    return head.encode() + body + b"\n\n"  # the last line end is the boundary's


def _attached(file: Attachment, outer: str) -> bytes:
    head = ATTACHED.format(outer=outer, type=file.type, name=file.name)
    return b"\n" + head.encode() + base64.encodebytes(file.content)


def _calendar(text: str, boundary: str) -> bytes:
    """As an alternative, not as an attachment: mail programs then offer to put it into the calendar."""
    found = re.search(r"(?m)^METHOD:(\w+)", text)
    more = f"; method={found[1] if found else 'REQUEST'}"
    head = PART.format(boundary=boundary, kind="calendar", more=more, encoding="base64")
    return head.encode() + base64.encodebytes(text.encode())
