"""Reads of the texts that the municipality has written itself."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from activation.database import db
from models import MessageText

MOST_VERSIONS = 50


@dataclass(frozen=True)
class Version:
    """A text as somebody saved it. Without a body: they went back to the shipped one."""

    id: int
    subject: str
    body: str
    made_at: datetime
    made_by: str


def _columns() -> tuple[Any, ...]:
    return (
        MessageText.id,
        MessageText.subject,
        MessageText.body,
        MessageText.made_at,
        MessageText.made_by,
    )


def newest_version(name: str, language: str) -> Version | None:
    """What was saved last of a text; None: nothing ever was."""
    row = db.session.execute(
        select(*_columns())
        .where(MessageText.name == name, MessageText.language == language)
        .order_by(MessageText.id.desc())
        .limit(1)
    ).first()
    return None if row is None else Version(*row)


def newest_versions() -> dict[tuple[str, str], Version]:
    """Of every text and language that was ever changed, what was saved last."""
    newest = select(func.max(MessageText.id)).group_by(MessageText.name, MessageText.language)
    rows = db.session.execute(
        select(MessageText.name, MessageText.language, *_columns())
        .where(MessageText.id.in_(newest))
        .order_by(MessageText.id)
    )
    return {(name, language): Version(*version) for name, language, *version in rows}


def versions_of(name: str, language: str) -> Sequence[Version]:
    """Who changed a text when, newest first."""
    rows = db.session.execute(
        select(*_columns())
        .where(MessageText.name == name, MessageText.language == language)
        .order_by(MessageText.id.desc())
        .limit(MOST_VERSIONS)
    )
    return [Version(*row) for row in rows]
