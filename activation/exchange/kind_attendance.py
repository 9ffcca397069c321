"""Attendance from a file: marks of sessions that placements already have."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select

from activation.attendance.service import mark
from activation.database import db
from activation.exchange.taking import CaseTaker, Faults, Took, Values, given
from activation.placements.rules import PlannedSession
from activation.placements.sessions import case_schedules, columns_of
from models import Case, Session
from models.enums import Mark, MarkedThrough
from models.errors import DomainError
from models.texts import N_


class AttendanceTaker(CaseTaker):
    def prepare(self, rows: Sequence[Values]) -> None:
        super().prepare(rows)
        found = db.session.scalars(
            select(Session).where(
                Session.case_id.in_(self.case_ids), Session.on_date.in_(given(rows, "date"))
            )
        )
        self.sessions = {(s.case_id, s.on_date): s for s in found}
        self.schedules = case_schedules(self.case_ids)

    def check(self, row: Values, faults: Faults) -> None:
        super().check(row, faults)
        case = self.cases.get(row.get("case_number", ""))
        if case is not None and "date" in row and self._planned(case, row["date"]) is None:
            text = N_("The case has no session on %(day)s: no placement covers it, or it is a closed day.")
            faults.add("date", DomainError(text, day=row["date"]))
        if row.get("mark") is Mark.INVALID_ABSENCE and "note" not in row:
            text = N_("Invalid absence needs a note: what happened, and what the participant says.")
            faults.add("note", DomainError(text))

    def _planned(self, case: Case, day: date) -> PlannedSession | None:
        """The session that the day is. Rows of sessions exist only some weeks ahead: the schedule knows."""
        session = self.sessions.get((case.id, day))
        if session is not None and session.scheduled:
            return PlannedSession(
                session.placement_id, session.planned_hours, session.starts_at, session.ends_at
            )
        schedule = self.schedules.get(case.id)
        return schedule.session_on(day) if schedule else None

    def take(self, row: Values) -> Took:
        case = self.cases[row["case_number"]]
        session = self._session(case, row["date"])
        is_new = session.mark is None
        changed = mark(
            actor=self.actor,
            session=session,
            seen_version=None,
            value=row["mark"],
            hours=row.get("hours", session.hours),
            note=row.get("note", session.note),
            through=MarkedThrough.IMPORT,
            now=self.now,
        )
        return Took.of(is_new=is_new, changed=changed)

    def _session(self, case: Case, day: date) -> Session:
        session = self.sessions.get((case.id, day))
        planned = self._planned(case, day)
        if session is None and planned is not None:
            session = Session(case_id=case.id, on_date=day, note="", **columns_of(planned))
            db.session.add(session)
            self.sessions[case.id, day] = session
        assert session is not None, "check() has seen that the day is a session"
        return session
