"""What people do with letters on paper: post them, or decide that none is needed."""

from datetime import datetime

from activation.database import db
from activation.messages.reminder_rules import NOT_NEEDED, POSTED
from activation.messages.rules import BAR
from activation.records.actor import Actor
from activation.records.history import record
from models import Meeting, Message
from models.enums import MessageState
from models.errors import Conflict
from models.texts import N_


def settle_letter(*, actor: Actor, letter: Message, posted: bool, now: datetime) -> None:
    """Says that a letter was printed and posted, or that none is needed. Raises Conflict where it waits no longer."""
    db.session.refresh(letter, with_for_update=True)
    if letter.state is not MessageState.QUEUED:
        raise Conflict(
            N_("The letter does not wait any longer: %(state)s. Nothing was changed."), state=letter.state
        )
    assert letter.case_id is not None
    meeting = db.session.get_one(Meeting, letter.meeting_id)
    letter.state = MessageState.SENT if posted else MessageState.NOT_SENT
    letter.sent_at = now if posted else None
    letter.reason = f"{POSTED if posted else NOT_NEEDED}{BAR}{actor.name}"[:300]
    record(
        letter.case_id,
        actor=actor,
        now=now,
        verb="letter_posted" if posted else "letter_not_needed",
        changes={"at": (meeting.at, meeting.at)},
    )
    db.session.flush()
