"""What administrators do with texts: write their own, and go back to the shipped ones. Rows are only ever added."""

from datetime import datetime

from activation.database import db
from activation.messages.text_files import Words
from activation.messages.text_queries import newest_version
from activation.messages.text_rules import Text, check_text
from activation.messages.texts import wording
from activation.records.actor import Actor
from activation.records.versions import must_be_current
from models import MessageText


def save_text(
    *,
    actor: Actor,
    text: Text,
    language: str,
    subject: str,
    body: str,
    seen_version: int | None,
    now: datetime,
) -> bool:
    """From now on the text reads so; says whether that is new. Messages that still wait are sent with it.

    `seen_version`: the id of the newest version when the form was opened, 0 for none. Raises FieldError, Conflict.
    """
    subject, body = subject.strip() if text.has_subject else "", body.strip()
    check_text(text, subject=subject, body=body)
    _must_be_newest(text, language, seen_version)
    if wording().words(text.name, language) == Words(subject, body):
        return False
    _add(actor, text, language, Words(subject, body), now)
    return True


def restore_text(*, actor: Actor, text: Text, language: str, seen_version: int | None, now: datetime) -> bool:
    """Goes back to the shipped text; says whether there was another. Raises Conflict."""
    _must_be_newest(text, language, seen_version)
    newest = newest_version(text.name, language)
    if newest is None or not newest.body:
        return False
    _add(actor, text, language, Words("", ""), now)
    return True


def _must_be_newest(text: Text, language: str, seen_version: int | None) -> None:
    newest = newest_version(text.name, language)
    must_be_current(seen_version or 0, newest.id if newest else 0)


def _add(actor: Actor, text: Text, language: str, words: Words, now: datetime) -> None:
    db.session.add(
        MessageText(
            name=text.name,
            language=language,
            subject=words.subject,
            body=words.body,
            made_at=now,
            made_by=actor.name,
        )
    )
    db.session.flush()
