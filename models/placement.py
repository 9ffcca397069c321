"""Placements: proposed, agreed, how the week looks, the sessions made from it, and what was changed of single days."""

from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from sqlalchemy import (
    JSON,
    CheckConstraint,
    ForeignKey,
    Index,
    Numeric,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, UTCDateTime, by_value
from models.employer import Crew, Supervisor, Workplace
from models.enums import (
    AccountWay,
    EmployerAnswer,
    EndedBy,
    EndReason,
    Mark,
    MarkedThrough,
    PlacementKind,
    ProposalState,
    SessionChangeKind,
)


class Proposal(Base):
    """A placement that is talked about: not a fact yet, so it has no sessions and counts nowhere.

    When both the participant and the employer have said yes it becomes a placement; turned down, it says by whom.
    """

    __tablename__ = "proposals"
    __table_args__ = (
        Index("ix_proposals_case_id_state", "case_id", "state"),
        Index("ix_proposals_workplace_id_state", "workplace_id", "state"),
        Index("ix_proposals_need_id", "need_id"),
        Index("ix_proposals_placement_id", "placement_id"),
        CheckConstraint("ends_on IS NULL OR ends_on >= starts_on", name="ends_after_start"),
        CheckConstraint("weekdays BETWEEN 1 AND 127", name="weekdays_bits"),
        CheckConstraint("hours_per_day IS NULL OR hours_per_day BETWEEN 0 AND 24", name="hours_in_a_day"),
        CheckConstraint("(state = 'agreed') = (placement_id IS NOT NULL)", name="agreed_is_a_placement"),
        CheckConstraint("(state = 'declined') = (declined_by IS NOT NULL)", name="declined_by_somebody"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    workplace_id: Mapped[int] = mapped_column(ForeignKey("workplaces.id"))
    need_id: Mapped[int | None] = mapped_column(ForeignKey("needs.id"))
    kind: Mapped[PlacementKind] = mapped_column(by_value(PlacementKind, "kind"))
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]
    weekdays: Mapped[int] = mapped_column(default=0b0011111)
    hours_per_day: Mapped[Decimal | None] = mapped_column(Numeric(4, 2))
    tasks: Mapped[str] = mapped_column(Text, default="")
    state: Mapped[ProposalState] = mapped_column(
        by_value(ProposalState, "state"), default=ProposalState.PROPOSED
    )
    proposed_on: Mapped[date]
    participant_yes_on: Mapped[date | None]
    employer_yes_on: Mapped[date | None]
    declined_by: Mapped[EndedBy | None] = mapped_column(by_value(EndedBy, "declined_by"))
    declined_on: Mapped[date | None]
    reason: Mapped[str] = mapped_column(Text, default="")
    placement_id: Mapped[int | None] = mapped_column(ForeignKey("placements.id"))
    made_by: Mapped[str] = mapped_column(String(160))
    version: Mapped[int] = mapped_column(default=1, server_default=text("1"))

    workplace: Mapped[Workplace] = relationship(lazy="raise")

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy's own form


class Placement(Base):
    """A person at a workplace, as agreed. Kinds that are not employment have sessions.

    `weekdays` and `hours_per_day` are the week as files know it: the same hours on each of its days. What is richer, or
    holds from a later date, stands in `placement_schedules` and goes before it.
    """

    __tablename__ = "placements"
    __table_args__ = (
        UniqueConstraint("case_id", "workplace_id", "starts_on"),
        CheckConstraint("ends_on IS NULL OR ends_on >= starts_on", name="ends_after_start"),
        CheckConstraint("weekdays BETWEEN 1 AND 127", name="weekdays_bits"),
        CheckConstraint("hours_per_day IS NULL OR hours_per_day BETWEEN 0 AND 24", name="hours_in_a_day"),
        CheckConstraint("(ended_by IS NULL) = (end_reason IS NULL)", name="ended_by_with_reason"),
        CheckConstraint("ended_by IS NULL OR ends_on IS NOT NULL", name="ended_early_has_last_day"),
        CheckConstraint("moved_from_id <> id", name="not_moved_from_itself"),
        Index("ix_placements_workplace_id", "workplace_id"),
        Index("ix_placements_starts_on", "starts_on"),
        Index("ix_placements_supervisor_id", "supervisor_id"),
        Index("ix_placements_crew_id", "crew_id"),
        Index("ix_placements_need_id", "need_id"),
        Index("ix_placements_moved_from_id", "moved_from_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    workplace_id: Mapped[int] = mapped_column(ForeignKey("workplaces.id"))
    kind: Mapped[PlacementKind] = mapped_column(by_value(PlacementKind, "kind"))
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]
    # Bit 0 is Monday: an integer compares and indexes alike on both databases.
    weekdays: Mapped[int] = mapped_column(default=0b0011111, server_default=text("31"))
    hours_per_day: Mapped[Decimal | None] = mapped_column(Numeric(4, 2))
    af_decision_on: Mapped[date | None]
    tasks: Mapped[str] = mapped_column(Text, default="", server_default=text("''"))
    # Empty: the workplace's main supervisor.
    supervisor_id: Mapped[int | None] = mapped_column(ForeignKey("supervisors.id"))
    crew_id: Mapped[int | None] = mapped_column(ForeignKey("crews.id"))
    need_id: Mapped[int | None] = mapped_column(ForeignKey("needs.id"))
    # Empty where it is not known (files do not say).
    participant_agreed_on: Mapped[date | None]
    employer_agreed_on: Mapped[date | None]
    # Safety introduction at the workplace (SoL 12:6): when, and who gave it.
    safety_intro_on: Mapped[date | None]
    safety_intro_by: Mapped[str] = mapped_column(String(120), default="", server_default=text("''"))
    # Ended before its time: `ends_on` is then the last day that was.
    ended_by: Mapped[EndedBy | None] = mapped_column(by_value(EndedBy, "ended_by"))
    end_reason: Mapped[EndReason | None] = mapped_column(by_value(EndReason, "end_reason"))
    end_note: Mapped[str] = mapped_column(Text, default="", server_default=text("''"))
    moved_from_id: Mapped[int | None] = mapped_column(ForeignKey("placements.id"))
    version: Mapped[int] = mapped_column(default=1, server_default=text("1"))

    workplace: Mapped[Workplace] = relationship(lazy="raise")
    supervisor: Mapped[Supervisor | None] = relationship(lazy="raise")
    crew: Mapped[Crew | None] = relationship(lazy="raise")

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy's own form


class PlacementSchedule(Base):
    """The week of a placement from a date on: one week, or two that alternate (the first is the one with that date).

    `weeks` is a list of one or two lists of seven days, Monday first; a day is null (not there) or
    {"hours": "6.5", "from": "08:00", "to": "15:00", "break": 30}, where all but the hours may be missing (minutes of
    break). Rows are only ever added; of two from the same date the one saved last holds.
    """

    __tablename__ = "placement_schedules"
    __table_args__ = (Index("ix_placement_schedules_placement_id_valid_from", "placement_id", "valid_from"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    placement_id: Mapped[int] = mapped_column(ForeignKey("placements.id"))
    valid_from: Mapped[date]
    weeks: Mapped[list[Any]] = mapped_column(JSON)
    made_at: Mapped[datetime] = mapped_column(UTCDateTime)
    made_by: Mapped[str] = mapped_column(String(160))
    # Taken back (by a file that says another week): it never counted.
    withdrawn_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class SessionChange(Base):
    """A single day of a placement cancelled, or moved to another day. `on_date` is the day of the schedule.

    Rows are only ever added; the last one of a placement and day that was not taken back holds.
    """

    __tablename__ = "session_changes"
    __table_args__ = (
        Index("ix_session_changes_placement_id_on_date", "placement_id", "on_date"),
        CheckConstraint("(kind = 'moved') = (to_date IS NOT NULL)", name="moved_has_day"),
        CheckConstraint("to_date <> on_date", name="moved_to_another_day"),
        CheckConstraint("hours IS NULL OR hours BETWEEN 0 AND 24", name="hours_in_a_day"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    placement_id: Mapped[int] = mapped_column(ForeignKey("placements.id"))
    on_date: Mapped[date]
    kind: Mapped[SessionChangeKind] = mapped_column(by_value(SessionChangeKind, "kind"))
    to_date: Mapped[date | None]
    # Of the day it was moved to, where they are not those of the day it was moved from.
    hours: Mapped[Decimal | None] = mapped_column(Numeric(4, 2))
    reason: Mapped[str] = mapped_column(String(300), default="")
    made_at: Mapped[datetime] = mapped_column(UTCDateTime)
    made_by: Mapped[str] = mapped_column(String(160))
    withdrawn_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class Leave(Base):
    """Days on which it was agreed beforehand that a participant is away: they have no sessions then."""

    __tablename__ = "leaves"
    __table_args__ = (
        Index("ix_leaves_case_id_ends_on", "case_id", "ends_on"),
        CheckConstraint("ends_on >= starts_on", name="ends_after_start"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    reason: Mapped[str] = mapped_column(String(300), default="")
    made_at: Mapped[datetime] = mapped_column(UTCDateTime)
    made_by: Mapped[str] = mapped_column(String(160))
    withdrawn_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class Session(Base):
    """One day of a placement. At most one per case and date. No mark means unmarked, never absent.

    Rows are made and removed by placements.sessions.recompute_sessions; a row with a mark or an answer is a
    fact and stays, with scheduled = false, when the schedule no longer has it: then it counts nowhere.
    `planned_hours`, `starts_at` and `ends_at` are what the schedule says (local times); `hours` what somebody said.
    """

    __tablename__ = "sessions"
    __table_args__ = (
        UniqueConstraint("case_id", "on_date"),
        CheckConstraint("hours IS NULL OR hours BETWEEN 0 AND 24", name="hours_in_a_day"),
        CheckConstraint(
            "planned_hours IS NULL OR planned_hours BETWEEN 0 AND 24", name="planned_hours_in_a_day"
        ),
        CheckConstraint(
            "mark IS NULL OR mark <> 'invalid_absence' OR length(note) > 0", name="invalid_absence_has_note"
        ),
        CheckConstraint("(mark IS NULL AND answer IS NULL) OR marked_at IS NOT NULL", name="mark_has_time"),
        CheckConstraint(
            "answer IS NULL OR answer NOT IN ('here', 'left_early') OR mark IS NOT NULL",
            name="here_is_a_mark",
        ),
        CheckConstraint("certificate_on IS NULL OR mark = 'sick'", name="certificate_of_sickness"),
        Index("ix_sessions_placement_id_on_date", "placement_id", "on_date"),
        Index("ix_sessions_on_date", "on_date"),
        # Sessions to mark of some cases. SQLite uses a partial index only where the query says the very same.
        Index(
            "ix_sessions_unmarked",
            "case_id",
            "on_date",
            sqlite_where=text("mark IS NULL AND scheduled = 1"),
            postgresql_where=text("mark IS NULL AND scheduled"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    placement_id: Mapped[int] = mapped_column(ForeignKey("placements.id"))
    on_date: Mapped[date]
    scheduled: Mapped[bool] = mapped_column(default=True)
    planned_hours: Mapped[Decimal | None] = mapped_column(Numeric(4, 2))
    starts_at: Mapped[time | None]
    ends_at: Mapped[time | None]
    mark: Mapped[Mark | None] = mapped_column(by_value(Mark, "mark"))
    hours: Mapped[Decimal | None] = mapped_column(Numeric(4, 2))
    note: Mapped[str] = mapped_column(Text, default="", server_default="")
    # Of an absence: whether the participant told beforehand (empty: not known), and the day a certificate came.
    notified: Mapped[bool | None]
    certificate_on: Mapped[date | None]
    # What the employer said: stays beside the mark that staff set after it.
    answer: Mapped[EmployerAnswer | None] = mapped_column(by_value(EmployerAnswer, "answer"))
    answered_by: Mapped[str | None] = mapped_column(String(160))
    answered_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    marked_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    marked_by: Mapped[str | None] = mapped_column(String(160))
    marked_through: Mapped[MarkedThrough | None] = mapped_column(by_value(MarkedThrough, "marked_through"))
    version: Mapped[int] = mapped_column(default=1, server_default=text("1"))

    placement: Mapped[Placement] = relationship(lazy="raise")

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy's own form


class AbsenceAccount(Base):
    """What the participant told about a day away, in their own words. Never changed or removed."""

    __tablename__ = "absence_accounts"
    __table_args__ = (
        Index("ix_absence_accounts_session_id", "session_id"),
        Index("ix_absence_accounts_staff_id", "staff_id"),
        CheckConstraint("length(text) > 0", name="has_text"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    session_id: Mapped[int] = mapped_column(ForeignKey("sessions.id"))
    told_on: Mapped[date]
    way: Mapped[AccountWay] = mapped_column(by_value(AccountWay, "way"))
    text: Mapped[str] = mapped_column(Text)
    made_at: Mapped[datetime] = mapped_column(UTCDateTime)
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    made_by: Mapped[str] = mapped_column(String(160))


class JobSearchReport(Base):
    """Hours of own job search in a week, as the participant told. `monday` is the week's first day."""

    __tablename__ = "job_search_reports"
    __table_args__ = (
        UniqueConstraint("case_id", "monday"),
        CheckConstraint("hours BETWEEN 0 AND 80", name="hours_in_a_week"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    monday: Mapped[date]
    hours: Mapped[Decimal] = mapped_column(Numeric(4, 2))
    note: Mapped[str] = mapped_column(String(300), default="")
    made_at: Mapped[datetime] = mapped_column(UTCDateTime)
    made_by: Mapped[str] = mapped_column(String(160))
    version: Mapped[int] = mapped_column(default=1, server_default=text("1"))

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy's own form
