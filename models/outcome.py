"""Whether what a case was closed with still held later."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, UTCDateTime, by_value
from models.enums import OutcomeStanding


class OutcomeCheck(Base):
    """What somebody found out, so many months after work or study began, of whether it goes on. Nobody knowing is an
    answer too. Of several for the same months the one noted last holds; taken back, the row stays."""

    __tablename__ = "outcome_checks"
    __table_args__ = (
        Index("ix_outcome_checks_case_id_months", "case_id", "months"),
        CheckConstraint("months IN (3, 6, 12)", name="months_asked_about"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    months: Mapped[int]
    standing: Mapped[OutcomeStanding] = mapped_column(by_value(OutcomeStanding, "standing"))
    found_on: Mapped[date]
    note: Mapped[str] = mapped_column(String(300), default="", server_default=text("''"))
    noted_at: Mapped[datetime] = mapped_column(UTCDateTime)
    noted_by: Mapped[str] = mapped_column(String(160))
    withdrawn_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
