"""Links of the employer's page, how they were used, and what supervisors told besides attendance."""

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import CheckConstraint, ForeignKey, Index, Numeric, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, UTCDateTime, by_value
from models.employer import Workplace
from models.enums import EmployerAnswer, EmployerReportKind, LinkUseKind
from models.placement import Placement


class EmployerLink(Base):
    """A link of the employer's page: one workplace's sessions, until it expires or is revoked.

    The address carries id and a signature; nothing in the row can be turned into the address without the secret.
    `supervisor_id` is empty of links sent to somebody who is not registered as a supervisor.
    """

    __tablename__ = "employer_links"
    __table_args__ = (
        CheckConstraint("expires_at > created_at", name="expires_after_created"),
        Index("ix_employer_links_workplace_id_expires_at", "workplace_id", "expires_at"),
        Index("ix_employer_links_supervisor_id", "supervisor_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    workplace_id: Mapped[int] = mapped_column(ForeignKey("workplaces.id"))
    supervisor_id: Mapped[int | None] = mapped_column(ForeignKey("supervisors.id"))
    # An e-mail address or a phone number.
    sent_to: Mapped[str] = mapped_column(String(254))
    supervisor_name: Mapped[str] = mapped_column(String(160))
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    created_by: Mapped[str] = mapped_column(String(160))
    expires_at: Mapped[datetime] = mapped_column(UTCDateTime)
    revoked_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    last_used_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    workplace: Mapped[Workplace] = relationship(lazy="raise")


class LinkUse(Base):
    """A link was opened (once a day and device) or pressed. Append-only; removed after a year
    (scheduler/jobs.purge)."""

    __tablename__ = "link_uses"
    __table_args__ = (Index("ix_link_uses_link_id_at", "link_id", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    link_id: Mapped[int] = mapped_column(ForeignKey("employer_links.id"))
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    kind: Mapped[LinkUseKind] = mapped_column(by_value(LinkUseKind, "kind"))
    address: Mapped[str] = mapped_column(String(60), default="", server_default=text("''"))
    device: Mapped[str] = mapped_column(String(120), default="", server_default=text("''"))


class EmployerReport(Base):
    """What a supervisor told about somebody's placement: a short message, started, never came, stopped coming, or a
    correction of an answer that staff have handled already. It changes nothing by itself: staff handle it."""

    __tablename__ = "employer_reports"
    __table_args__ = (
        Index("ix_employer_reports_placement_id_at", "placement_id", "at"),
        Index("ix_employer_reports_session_id", "session_id"),
        Index("ix_employer_reports_link_id", "link_id"),
        Index(
            "ix_employer_reports_open",
            "placement_id",
            sqlite_where=text("handled_at IS NULL"),
            postgresql_where=text("handled_at IS NULL"),
        ),
        CheckConstraint("kind <> 'message' OR length(said) > 0", name="message_has_text"),
        CheckConstraint(
            "(kind = 'correction') = (session_id IS NOT NULL AND answer IS NOT NULL)",
            name="correction_of_a_session",
        ),
        CheckConstraint("(handled_at IS NULL) = (handled_by IS NULL)", name="handled_by_somebody"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    placement_id: Mapped[int] = mapped_column(ForeignKey("placements.id"))
    link_id: Mapped[int | None] = mapped_column(ForeignKey("employer_links.id"))
    kind: Mapped[EmployerReportKind] = mapped_column(by_value(EmployerReportKind, "kind"))
    on_date: Mapped[date | None]
    session_id: Mapped[int | None] = mapped_column(ForeignKey("sessions.id"))
    answer: Mapped[EmployerAnswer | None] = mapped_column(by_value(EmployerAnswer, "answer"))
    hours: Mapped[Decimal | None] = mapped_column(Numeric(4, 2))
    said: Mapped[str] = mapped_column(Text, default="")
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    made_by: Mapped[str] = mapped_column(String(160))
    handled_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    handled_by: Mapped[str | None] = mapped_column(String(160))
    handled_note: Mapped[str] = mapped_column(Text, default="", server_default=text("''"))

    placement: Mapped[Placement] = relationship(lazy="raise")
