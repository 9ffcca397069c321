"""What participants say about a day away, in their own words, as staff noted it. Rows are only ever added."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import exists, select

from activation.clocks.calendar import local_date
from activation.database import db
from activation.records.actor import Actor
from activation.records.history import record
from models import AbsenceAccount, Session
from models.enums import AccountWay
from models.errors import FieldError
from models.texts import N_

SHOWN = 20
# A year that was mistyped cannot be put right afterwards.
LONG_BEFORE = timedelta(days=92)


def accounts_of(session_id: int) -> Sequence[AbsenceAccount]:
    """What was noted of a session, the newest first."""
    return db.session.scalars(
        select(AbsenceAccount)
        .where(AbsenceAccount.session_id == session_id)
        .order_by(AbsenceAccount.id.desc())
        .limit(SHOWN)
    ).all()


def has_accounts(session_id: int) -> bool:
    found = db.session.scalar(select(exists().where(AbsenceAccount.session_id == session_id)))
    return bool(found)


def note_account(
    *, actor: Actor, session: Session, told_on: date, way: AccountWay, text: str, now: datetime
) -> bool:
    """Notes what the participant said, `told_on` which day and in which way. The same once more, by the same person,
    is a button pressed twice: says whether anything was added. Raises FieldError.

    The session is locked by whoever calls.
    """
    text = text.strip()
    if not text:
        raise FieldError("text", N_("Write what the participant says, in their words."))
    if told_on > local_date(now):
        raise FieldError("told_on", N_("That day has not come yet."))
    if told_on < session.on_date - LONG_BEFORE:
        raise FieldError("told_on", N_("That is long before the day itself."))
    row = {"session_id": session.id, "told_on": told_on, "way": way, "text": text, "staff_id": actor.staff_id}
    if db.session.scalar(select(AbsenceAccount.id).filter_by(**row).limit(1)) is not None:
        return False
    db.session.add(AbsenceAccount(**row, made_at=now, made_by=actor.name))
    db.session.flush()
    changes = {"on_date": (session.on_date, session.on_date), "account_way": (None, way)}
    record(session.case_id, actor=actor, now=now, verb="absence_account_noted", changes=changes)
    return True
