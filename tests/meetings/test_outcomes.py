"""What a meeting can become: every outcome from every state, before and after it has begun."""

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from activation.database import db
from activation.meetings import service
from activation.meetings.queries import moved_to, outcome_event
from activation.records.actor import Actor
from models import Case, CaseEvent, Clock, Meeting, Note
from models.enums import ClockKind, MeetingKind, MeetingOutcome, MeetingWay
from models.errors import Conflict, DomainError, FieldError
from tests import builders
from tests.builders import NOW

AHEAD, BEGUN = NOW + timedelta(days=3), NOW - timedelta(days=1)
O = MeetingOutcome  # noqa: E741 - the tables below are read column by column


@pytest.fixture
def actor(app: Flask) -> Actor:
    return Actor.of(builders.staff(builders.unit()))


@pytest.fixture
def case(actor: Actor) -> Case:
    return builders.case(builders.unit())


def events(case: Case, verb: str) -> list[CaseEvent]:
    db.session.flush()
    return list(
        db.session.scalars(
            select(CaseEvent)
            .where(CaseEvent.case_id == case.id, CaseEvent.verb == verb)
            .order_by(CaseEvent.id)
        )
    )


def allowed(state: O, outcome: O, at: datetime) -> type[DomainError] | None:
    """The rule in one place: what recording `outcome` of a meeting in `state` must answer."""
    if state is not O.BOOKED:
        return Conflict
    if outcome in (O.BOOKED, O.MOVED):
        return FieldError
    if at > NOW and outcome in (O.HELD, O.NO_SHOW):
        return FieldError
    return None


@pytest.mark.spread
@pytest.mark.parametrize("at", [AHEAD, BEGUN, NOW], ids=["ahead", "begun", "now"])
@pytest.mark.parametrize("outcome", list(O))
@pytest.mark.parametrize("state", list(O))
def test_recording_an_outcome(actor: Actor, case: Case, state: O, outcome: O, at: datetime) -> None:
    meeting = builders.meeting(case, at, state)
    refused = allowed(state, outcome, at)
    if refused:
        with pytest.raises(refused):
            service.record_outcome(actor=actor, meeting=meeting, outcome=outcome, now=NOW)
        assert meeting.outcome is state
        assert events(case, "meeting_outcome") == []
    else:
        service.record_outcome(actor=actor, meeting=meeting, outcome=outcome, now=NOW)
        assert meeting.outcome is outcome
        assert [e.changes["outcome"] for e in events(case, "meeting_outcome")] == [["booked", outcome.value]]


def may_correct(state: O, outcome: O, at: datetime) -> type[DomainError] | None:
    if state in (O.BOOKED, O.MOVED):
        return Conflict
    if outcome in (O.MOVED, state):
        return FieldError
    if at > NOW and outcome in (O.HELD, O.NO_SHOW):
        return FieldError
    return None


@pytest.mark.parametrize("at", [AHEAD, BEGUN], ids=["ahead", "begun"])
@pytest.mark.parametrize("outcome", list(O))
@pytest.mark.parametrize("state", list(O))
def test_correcting_an_outcome(actor: Actor, case: Case, state: O, outcome: O, at: datetime) -> None:
    meeting = builders.meeting(case, at, state)

    def correct() -> None:
        service.correct_outcome(
            actor=actor,
            meeting=meeting,
            outcome=outcome,
            reason=" Wrong person ",
            seen_version=meeting.version,
            now=NOW,
        )

    refused = may_correct(state, outcome, at)
    if refused:
        with pytest.raises(refused):
            correct()
        assert meeting.outcome is state
    else:
        correct()
        assert meeting.outcome is outcome
        (event,) = events(case, "meeting_outcome_corrected")
        assert event.changes["outcome"] == [state.value, outcome.value]
        assert event.reason == "Wrong person"


def test_a_correction_points_at_what_it_corrects_and_needs_a_reason(actor: Actor, case: Case) -> None:
    meeting = builders.meeting(case, BEGUN, O.BOOKED)
    other = builders.meeting(case, BEGUN - timedelta(days=7), O.BOOKED)
    service.record_outcome(actor=actor, meeting=meeting, outcome=O.HELD, now=NOW)
    service.record_outcome(actor=actor, meeting=other, outcome=O.NO_SHOW, now=NOW)
    db.session.flush()
    with pytest.raises(FieldError) as error:
        service.correct_outcome(
            actor=actor, meeting=meeting, outcome=O.NO_SHOW, reason=" ", seen_version=meeting.version, now=NOW
        )
    assert error.value.field == "reason"
    service.correct_outcome(
        actor=actor, meeting=meeting, outcome=O.NO_SHOW, reason="x", seen_version=meeting.version, now=NOW
    )
    recorded, _ = events(case, "meeting_outcome")
    (correction,) = events(case, "meeting_outcome_corrected")
    assert correction.corrects_id == recorded.id
    latest = outcome_event(case_id=case.id, at=meeting.at)
    assert latest is not None
    assert latest.id == correction.id


def test_a_correction_from_an_old_page_is_refused(actor: Actor, case: Case) -> None:
    meeting = builders.meeting(case, BEGUN, O.BOOKED)
    seen = meeting.version
    service.record_outcome(actor=actor, meeting=meeting, outcome=O.HELD, now=NOW)
    db.session.flush()
    with pytest.raises(Conflict, match="Somebody else"):
        service.correct_outcome(
            actor=actor, meeting=meeting, outcome=O.NO_SHOW, reason="x", seen_version=seen, now=NOW
        )


def test_correcting_a_held_first_meeting_starts_its_clock_again(actor: Actor, case: Case) -> None:
    meeting = builders.meeting(case, BEGUN, O.BOOKED)
    service.record_outcome(actor=actor, meeting=meeting, outcome=O.HELD, now=NOW)
    builders.settle()
    stopped = select(Clock.stopped_on).where(Clock.case_id == case.id, Clock.kind == ClockKind.FIRST_MEETING)
    assert db.session.scalar(stopped) == BEGUN.date()
    service.correct_outcome(
        actor=actor, meeting=meeting, outcome=O.NO_SHOW, reason="x", seen_version=meeting.version, now=NOW
    )
    builders.settle()
    assert db.session.scalar(stopped) is None


def test_recording_can_say_the_way_and_write_a_note(actor: Actor, case: Case) -> None:
    meeting = builders.meeting(case, BEGUN, O.BOOKED, way=MeetingWay.IN_PERSON)
    service.record_outcome(
        actor=actor, meeting=meeting, outcome=O.HELD, way=MeetingWay.PHONE, note=" Bra samtal ", now=NOW
    )
    assert meeting.way is MeetingWay.PHONE
    note = db.session.scalars(select(Note)).one()
    assert (note.text, note.author, note.case_id) == ("Bra samtal", actor.name, case.id)


@pytest.mark.parametrize("state", list(O))
def test_moving(actor: Actor, case: Case, state: O) -> None:
    meeting = builders.meeting(case, BEGUN, state, kind=MeetingKind.THREE_PARTY, place="Rum 3")
    if state is not O.BOOKED:
        with pytest.raises(Conflict):
            service.move(actor=actor, case=case, meeting=meeting, to=AHEAD, now=NOW)
        return
    new = service.move(actor=actor, case=case, meeting=meeting, to=AHEAD, now=NOW)
    assert (meeting.outcome, meeting.at) == (O.MOVED, BEGUN)
    assert (new.outcome, new.at, new.kind, new.place) == (O.BOOKED, AHEAD, MeetingKind.THREE_PARTY, "Rum 3")
    assert new.moved_from_id == meeting.id
    assert moved_to(meeting.id) == (new.id, AHEAD)
    assert len(events(case, "meeting_moved")) == 1
    assert events(case, "meeting_booked") == []


@pytest.mark.parametrize("there", list(O))
def test_moving_to_a_time_where_there_is_a_meeting(actor: Actor, case: Case, there: O) -> None:
    meeting = builders.meeting(case, BEGUN, O.BOOKED)
    other = builders.meeting(case, AHEAD, there)
    if there in (O.MOVED, O.CANCELLED):
        new = service.move(actor=actor, case=case, meeting=meeting, to=AHEAD, now=NOW)
        assert new.id == other.id
        assert new.outcome is O.BOOKED
    else:
        with pytest.raises(FieldError) as error:
            service.move(actor=actor, case=case, meeting=meeting, to=AHEAD, now=NOW)
        assert error.value.field == "at"
        assert (meeting.outcome, other.outcome) == (O.BOOKED, there)


def test_a_meeting_can_be_moved_away_and_back(actor: Actor, case: Case) -> None:
    first = builders.meeting(case, AHEAD, O.BOOKED)
    second = service.move(actor=actor, case=case, meeting=first, to=AHEAD + timedelta(days=1), now=NOW)
    back = service.move(actor=actor, case=case, meeting=second, to=AHEAD, now=NOW)
    builders.settle()
    assert back.id == first.id
    assert (first.outcome, second.outcome) == (O.BOOKED, O.MOVED)
    assert moved_to(second.id) == (first.id, AHEAD)


def test_moving_to_the_same_time_is_refused(actor: Actor, case: Case) -> None:
    meeting = builders.meeting(case, AHEAD, O.BOOKED)
    with pytest.raises(FieldError):
        service.move(actor=actor, case=case, meeting=meeting, to=AHEAD, now=NOW)
    assert meeting.outcome is O.BOOKED


def book(actor: Actor, case: Case, at: datetime = AHEAD, **values: object) -> Meeting:
    wanted = {"kind": MeetingKind.FIRST, "way": MeetingWay.IN_PERSON, "place": "Rum 3", **values}
    return service.book(actor=actor, case=case, at=at, now=NOW, **wanted)  # type: ignore[arg-type]


def test_the_same_booking_sent_twice_is_one_meeting(actor: Actor, case: Case) -> None:
    assert book(actor, case).id == book(actor, case).id
    assert len(events(case, "meeting_booked")) == 1


def test_another_booking_at_the_same_time_is_refused(actor: Actor, case: Case) -> None:
    book(actor, case)
    with pytest.raises(FieldError, match="already a meeting"):
        book(actor, case, kind=MeetingKind.HOME_VISIT)


def test_a_cancelled_time_can_be_booked_again(actor: Actor, case: Case) -> None:
    cancelled = builders.meeting(case, AHEAD, O.CANCELLED)
    assert book(actor, case).id == cancelled.id
    assert cancelled.outcome is O.BOOKED


def test_a_note_sent_twice_is_one_note_and_later_another(actor: Actor, case: Case) -> None:
    colleague = Actor.of(builders.staff(builders.unit()))
    for minutes, who in ((0, actor), (1, actor), (1, colleague), (11, actor)):
        service.add_note(actor=who, case=case, text="Ringde.", now=NOW + timedelta(minutes=minutes))
    assert len(list(db.session.scalars(select(Note)))) == 3
    assert len(events(case, "note_written")) == 3


def test_an_objection_stands_beside_a_note_of_the_same_case_only(actor: Actor, case: Case) -> None:
    note = service.add_note(actor=actor, case=case, text="Kom för sent.", now=NOW)
    objection = service.add_objection(actor=actor, case=case, about=note, text="Bussen.", now=NOW)
    assert objection.about_id == note.id
    for about, of in ((objection, case), (note, builders.case(builders.unit()))):
        with pytest.raises(FieldError):
            service.add_objection(actor=actor, case=of, about=about, text="x", now=NOW)


@pytest.mark.parametrize("text", ["", "  \n "])
def test_an_empty_note_is_refused(actor: Actor, case: Case, text: str) -> None:
    with pytest.raises(FieldError, match="Write something"):
        service.add_note(actor=actor, case=case, text=text, now=NOW)


def test_who_recorded_is_found_per_meeting_also_after_a_move(actor: Actor, case: Case) -> None:
    meeting = builders.meeting(case, datetime(2026, 11, 19, 9, tzinfo=UTC), O.BOOKED)
    assert outcome_event(case_id=case.id, at=AHEAD) is None
    service.move(actor=actor, case=case, meeting=meeting, to=AHEAD, now=NOW)
    event = outcome_event(case_id=case.id, at=meeting.at)
    assert event is not None
    assert (event.verb, event.actor_name) == ("meeting_moved", actor.name)
    assert outcome_event(case_id=case.id, at=AHEAD) is None
