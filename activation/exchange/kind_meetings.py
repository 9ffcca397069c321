"""Meetings from a file."""

from collections.abc import Sequence

from sqlalchemy import select

from activation.database import db
from activation.exchange.taking import CaseTaker, Took, Values, given, only
from activation.meetings.service import upsert_meeting
from models import Meeting


class MeetingTaker(CaseTaker):
    def prepare(self, rows: Sequence[Values]) -> None:
        super().prepare(rows)
        found = db.session.scalars(
            select(Meeting).where(Meeting.case_id.in_(self.case_ids), Meeting.at.in_(given(rows, "at")))
        )
        self.meetings = {(m.case_id, m.at): m for m in found}

    def take(self, row: Values) -> Took:
        case = self.cases[row["case_number"]]
        key = (case.id, row["at"])
        existing = self.meetings.get(key)
        self.meetings[key], changed = upsert_meeting(
            actor=self.actor,
            case=case,
            at=row["at"],
            existing=existing,
            values=only(row, ("kind", "outcome", "way")),
            now=self.now,
        )
        return Took.of(is_new=existing is None, changed=changed)
