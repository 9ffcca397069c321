"""History and access log: append-only."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, UTCDateTime, by_value
from models.case import Case
from models.enums import NoteKind, Viewed


class CaseEvent(Base):
    """Who did what to a case and when. The timeline of the case page and the audit of changes.

    `changes` is {field: [from, to]} in the form of the files (dates ISO, codes by value).
    """

    __tablename__ = "case_events"
    __table_args__ = (
        Index("ix_case_events_case_id_at_id", "case_id", "at", "id"),
        Index("ix_case_events_corrects_id", "corrects_id"),
        Index("ix_case_events_staff_id", "staff_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    # The name as it was then: a supervisor, the import or the product itself have no staff account.
    actor_name: Mapped[str] = mapped_column(String(160))
    verb: Mapped[str] = mapped_column(String(60))
    changes: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    reason: Mapped[str] = mapped_column(Text, default="")
    corrects_id: Mapped[int | None] = mapped_column(ForeignKey("case_events.id"))

    # Lets an event be written beside a case that has no id yet (an import adds thousands before one flush).
    case: Mapped[Case] = relationship(lazy="raise")


class Note(Base):
    """A case note. Never changed or removed (SoL 14); an objection points at the note it is about."""

    __tablename__ = "notes"
    __table_args__ = (
        Index("ix_notes_case_id_at", "case_id", "at"),
        Index("ix_notes_about_id", "about_id"),
        Index("ix_notes_staff_id", "staff_id"),
        CheckConstraint("(kind = 'objection') = (about_id IS NOT NULL)", name="objection_is_about_a_note"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    kind: Mapped[NoteKind] = mapped_column(by_value(NoteKind, "kind"), default=NoteKind.NOTE)
    about_id: Mapped[int | None] = mapped_column(ForeignKey("notes.id"))
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    author: Mapped[str] = mapped_column(String(160))
    text: Mapped[str] = mapped_column(Text)


class AccessLogEntry(Base):
    """Somebody was shown a person's data (SoLPuL 10 §). Written in the transaction that showed it."""

    __tablename__ = "access_log"
    __table_args__ = (
        Index("ix_access_log_case_id_at", "case_id", "at"),
        Index("ix_access_log_staff_id_at", "staff_id", "at"),
        Index("ix_access_log_at", "at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    viewed: Mapped[Viewed] = mapped_column(by_value(Viewed, "viewed"))
    address: Mapped[str] = mapped_column(String(60), default="")
