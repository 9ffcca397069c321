"""The assessment: the municipality's own questions, the answers with author and day, and needs of support.

Answers side by side: there is no column for a score.
"""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, UTCDateTime, by_value
from models.enums import SupportOutcome


class QuestionSet(Base):
    """A set of questions that the municipality owns, in both languages. What it asks stands in its versions."""

    __tablename__ = "question_sets"
    __table_args__ = (UniqueConstraint("name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(120))
    name_en: Mapped[str] = mapped_column(String(120), default="", server_default=text("''"))
    active: Mapped[bool] = mapped_column(default=True, server_default=text("true"))
    made_at: Mapped[datetime] = mapped_column(UTCDateTime)
    made_by: Mapped[str] = mapped_column(String(160))


class QuestionSetVersion(Base):
    """What a set asks. A draft until it is published; then it never changes, and new assessments use it.

    `questions` are sections with questions, in order, as assessments.questions reads them.
    """

    __tablename__ = "question_set_versions"
    __table_args__ = (
        UniqueConstraint("set_id", "number"),
        CheckConstraint("(published_at IS NULL) = (published_by IS NULL)", name="published_by_somebody"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    set_id: Mapped[int] = mapped_column(ForeignKey("question_sets.id"))
    number: Mapped[int]
    questions: Mapped[list[Any]] = mapped_column(JSON)
    changed_at: Mapped[datetime] = mapped_column(UTCDateTime)
    changed_by: Mapped[str] = mapped_column(String(160))
    published_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    published_by: Mapped[str | None] = mapped_column(String(160))
    version: Mapped[int] = mapped_column(default=1, server_default=text("1"))

    question_set: Mapped[QuestionSet] = relationship(lazy="raise")

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy's own form


class Assessment(Base):
    """One going-through of the questions with a participant. It may take several meetings, and be taken up again."""

    __tablename__ = "assessments"
    __table_args__ = (
        Index("ix_assessments_case_id", "case_id"),
        Index("ix_assessments_set_version_id", "set_version_id"),
        CheckConstraint("(completed_on IS NULL) = (completed_by IS NULL)", name="completed_by_somebody"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    set_version_id: Mapped[int] = mapped_column(ForeignKey("question_set_versions.id"))
    begun_on: Mapped[date]
    begun_by: Mapped[str] = mapped_column(String(160))
    completed_on: Mapped[date | None]
    completed_by: Mapped[str | None] = mapped_column(String(160))
    version: Mapped[int] = mapped_column(default=1, server_default=text("1"))

    set_version: Mapped[QuestionSetVersion] = relationship(lazy="raise")

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy's own form


class Answer(Base):
    """One wording of the answer to one question. The latest that is not aside is the answer; the others stay.

    `page` is the opened page that wrote it: what the same page writes on within minutes is one wording. `is_aside`:
    it came from a page that had not seen the latest wording, and is kept beside it until somebody chooses.
    """

    __tablename__ = "assessment_answers"
    __table_args__ = (
        UniqueConstraint("assessment_id", "question", "revision"),
        Index("ix_assessment_answers_staff_id", "staff_id"),
        CheckConstraint("skip_reason = '' OR value IS NULL", name="answered_or_skipped"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    assessment_id: Mapped[int] = mapped_column(ForeignKey("assessments.id"))
    # The question's key within its set.
    question: Mapped[str] = mapped_column(String(60))
    revision: Mapped[int]
    # Text, number as text, ISO date, option keys or "yes"/"no"; null where it was skipped or emptied.
    value: Mapped[Any | None] = mapped_column(JSON(none_as_null=True))
    skip_reason: Mapped[str] = mapped_column(String(300), default="", server_default=text("''"))
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    author: Mapped[str] = mapped_column(String(160))
    page: Mapped[str] = mapped_column(String(40), default="", server_default=text("''"))
    is_aside: Mapped[bool] = mapped_column(default=False, server_default=text("false"))


class SupportNeed(Base):
    """Support that an assessment (or a talk) showed to be needed. It opens a task, and closes no door."""

    __tablename__ = "support_needs"
    __table_args__ = (
        Index("ix_support_needs_case_id", "case_id"),
        Index("ix_support_needs_assessment_id", "assessment_id"),
        CheckConstraint("(ended_on IS NULL) = (outcome IS NULL)", name="ended_has_outcome"),
        CheckConstraint("length(what) > 0", name="says_what"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    assessment_id: Mapped[int | None] = mapped_column(ForeignKey("assessments.id"))
    question: Mapped[str] = mapped_column(String(60), default="", server_default=text("''"))
    what: Mapped[str] = mapped_column(String(300))
    opened_on: Mapped[date]
    opened_by: Mapped[str] = mapped_column(String(160))
    ended_on: Mapped[date | None]
    outcome: Mapped[SupportOutcome | None] = mapped_column(by_value(SupportOutcome, "outcome"))
    note: Mapped[str] = mapped_column(Text, default="", server_default=text("''"))
    version: Mapped[int] = mapped_column(default=1, server_default=text("1"))

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy's own form
