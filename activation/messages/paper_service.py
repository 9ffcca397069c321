"""What people do with letters on paper: post them, or decide that none is needed."""

from datetime import datetime

from sqlalchemy import update

from activation.database import chunks, db
from activation.messages.paper_queries import gone_requests, requests_waiting
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
    meeting = db.session.get(Meeting, letter.meeting_id) if letter.meeting_id else None
    letter.state = MessageState.SENT if posted else MessageState.NOT_SENT
    letter.sent_at = now if posted else None
    letter.reason = f"{POSTED if posted else NOT_NEEDED}{BAR}{actor.name}"[:300]
    record(
        letter.case_id,
        actor=actor,
        now=now,
        verb="letter_posted" if posted else "letter_not_needed",
        changes={"at": (meeting.at, meeting.at)} if meeting else {},
    )
    db.session.flush()


def withdraw_requests(*, now: datetime) -> int:
    """Requests to get in touch whose cause has gone wait no longer to be posted. Returns how many. A sender asks that
    of each message as it leaves; letters on paper have none."""
    withdrawn = 0
    for part in chunks(requests_waiting()):
        for message_id, reason in gone_requests(part, now=now).items():
            db.session.execute(
                update(Message)
                .where(Message.id == message_id, Message.state == MessageState.QUEUED)
                .values(state=MessageState.NOT_SENT, reason=reason)
                .execution_options(synchronize_session=False)
            )
            withdrawn += 1
    return withdrawn
