"""Pages of meetings and notes."""

from datetime import datetime

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from activation.accounts.sign_in import current_actor
from activation.caseload.loader import load_case_for_work
from activation.clocks.calendar import local_date, local_time
from activation.exchange.ics import calendar_text
from activation.meetings import service
from activation.meetings.booking import beginning, meeting_before, served, slips
from activation.meetings.entries import MeetingFacts, meeting_entry
from activation.meetings.forms import BookForm, CorrectionForm, NoteForm, ObjectionForm, OutcomeForm
from activation.meetings.loader import load_meeting, load_note
from activation.meetings.queries import moved_to, objections_to, outcome_event
from activation.placements.clash_queries import session_at
from activation.records.looks import form_page_of, log_look
from activation.standards.queries import beginning as standard_beginning
from activation.web.converters import row_id
from activation.web.edge import now
from activation.web.forms import errors_shown_in, moment_of, submitted
from activation.web.language import current_language
from models import Case, Meeting
from models.enums import MeetingOutcome, StandardTextKind

meetings = Blueprint("meetings", __name__)


def _to_case(case: Case) -> ResponseReturnValue:
    return redirect(url_for("caseload.case_page", case_id=case.id), code=303)


@meetings.route("/cases/<int:case_id>/meetings/new", methods=["GET", "POST"])
def book(case_id: int) -> ResponseReturnValue:
    """Books; says first what may be a slip, and books all the same when told so."""
    case, actor = load_case_for_work(case_id), current_actor()
    form = BookForm(data=beginning(case, meeting_before(case, request.args.get("after", type=row_id)), now()))
    found, accept = [], ""
    if submitted(form):
        with errors_shown_in(form):
            at = moment_of(form.day.data, form.at.data)
            found, accept = slips(case, at, actor=actor, now=now()), at.isoformat()
            if not found or request.form.get("accept") == accept:
                meeting = service.book(
                    actor=actor, case=case, at=at, now=now(), **form.values("kind", "way", "place")
                )
                return _after_booking(case, meeting)
    return form_page_of(
        case, "meetings/book.html", form, served=served(case, now()), found=found, accept=accept
    )


def _after_booking(case: Case, meeting: Meeting) -> ResponseReturnValue:
    """Back to the case; a meeting that has been goes on to how it went."""
    if meeting.at <= now():
        flash(_("The meeting was written down. Say how it went."), "info")
        return redirect(url_for("meetings.record_outcome", meeting_id=meeting.id), code=303)
    local = local_time(meeting.at)
    flash(_("The meeting was booked: %(at)s.", at=f"{local:%Y-%m-%d %H:%M}"), "success")
    session = session_at(case.id, meeting.at)
    if session is not None:
        flash(_("%(what)s Tell the supervisor.", what=session.text), "info")
    return _to_case(case)


@meetings.route("/meetings/<int:meeting_id>", methods=["GET", "POST"])
def record_outcome(meeting_id: int) -> ResponseReturnValue:
    """How a meeting went, or, where that is recorded already, what was recorded and a way to correct it."""
    case, meeting = load_meeting(meeting_id)
    if "reason" in request.form or (meeting.outcome is not MeetingOutcome.BOOKED and request.method == "GET"):
        return _correct(case, meeting)
    form = OutcomeForm.about(meeting, now())
    if meeting.outcome is not MeetingOutcome.BOOKED:
        return _too_late(case, meeting, form)
    if submitted(form):
        with errors_shown_in(form, names={"at": "new_at", "to": "new_at"}):
            return _save_outcome(case, meeting, form)
    return form_page_of(case, "meetings/outcome.html", form, meeting=meeting, has_begun=meeting.at <= now())


def _save_outcome(case: Case, meeting: Meeting, form: OutcomeForm) -> ResponseReturnValue:
    actor, note = current_actor(), form.note.data
    if form.is_move:
        to = moment_of(form.new_day.data, form.new_at.data)
        service.move(actor=actor, case=case, meeting=meeting, to=to, note=note, now=now())
        flash(_("The meeting was moved: %(at)s.", at=f"{local_time(to):%Y-%m-%d %H:%M}"), "success")
        return _to_case(case)
    service.record_outcome(
        actor=actor, meeting=meeting, outcome=form.outcome.data, way=form.way.data, note=note, now=now()
    )
    flash(_("The meeting's outcome was recorded."), "success")
    if "next" in request.form:
        return redirect(url_for("meetings.book", case_id=case.id, after=meeting.id), code=303)
    return _to_case(case)


def _too_late(case: Case, meeting: Meeting, form: OutcomeForm) -> ResponseReturnValue:
    """The outcome was recorded since the form was opened: by the same press twice, or by somebody else."""
    if submitted(form) and _says_what_is_stored(case, meeting, form):
        if form.note.data:
            service.add_note(actor=current_actor(), case=case, text=form.note.data, now=now())
        flash(_("The meeting's outcome was recorded."), "success")
        return _to_case(case)
    shown = CorrectionForm(formdata=None, data={"version": meeting.version})
    return _recorded(case, meeting, shown, kept=form.note.data or ""), 409


def _says_what_is_stored(case: Case, meeting: Meeting, form: OutcomeForm) -> bool:
    """Whether the same person has already recorded just this."""
    event = outcome_event(case_id=case.id, at=meeting.at)
    if (
        event is None
        or event.staff_id != current_actor().staff_id
        or form.outcome.data is not meeting.outcome
    ):
        return False
    there = moved_to(meeting.id) if form.is_move else None
    return there is None or local_time(there[1]).replace(tzinfo=None) == datetime.combine(
        form.new_day.data, form.new_at.data
    )


def _correct(case: Case, meeting: Meeting) -> ResponseReturnValue:
    form = CorrectionForm(data={"version": meeting.version})
    if submitted(form):
        with errors_shown_in(form, stored=meeting):
            service.correct_outcome(
                actor=current_actor(),
                meeting=meeting,
                seen_version=form.version.data,
                **form.values("outcome", "reason"),
                now=now(),
            )
            flash(_("The meeting's outcome was corrected."), "success")
            return _to_case(case)
    return _recorded(case, meeting, form), 422 if form.errors else 200


@meetings.get("/meetings/<int:meeting_id>/calendar.ics")
def ics(meeting_id: int) -> ResponseReturnValue:
    """The meeting for one's own calendar: initials only, so that whoever sees that calendar learns no name."""
    case, meeting = load_meeting(meeting_id)
    text = calendar_text([meeting_entry(MeetingFacts.of(meeting, case), changed_at=now())])
    headers = {"Content-Disposition": f'attachment; filename="meeting-{meeting.id}.ics"'}
    return Response(text, content_type="text/calendar; charset=utf-8", headers=headers)


def _recorded(case: Case, meeting: Meeting, form: CorrectionForm, kept: str = "") -> str:
    """The page of a meeting whose outcome is known. `kept` is a note that was typed before that was noticed."""
    log_look(case)
    form.leave_out(meeting.outcome)
    return render_template(
        "meetings/recorded.html",
        case=case,
        meeting=meeting,
        form=form,
        event=outcome_event(case_id=case.id, at=meeting.at),
        moved_to=moved_to(meeting.id) if meeting.outcome is MeetingOutcome.MOVED else None,
        late=request.method == "POST" and "reason" not in request.form,
        note_form=NoteForm(formdata=None, data={"text": kept}) if kept else None,
    )


@meetings.route("/cases/<int:case_id>/notes/new", methods=["GET", "POST"])
def add_note(case_id: int) -> ResponseReturnValue:
    case = load_case_for_work(case_id)
    begun = standard_beginning(
        [StandardTextKind.NOTE],
        case,
        chosen=request.args.get("text", ""),
        today=local_date(now()),
        language=current_language(),
    )
    form = NoteForm(data={"text": begun.text})
    if submitted(form):
        with errors_shown_in(form):
            service.add_note(actor=current_actor(), case=case, text=form.text.data, now=now())
            flash(_("The note was written."), "success")
            return _to_case(case)
    return form_page_of(case, "meetings/note.html", form, begun=begun)


@meetings.route("/notes/<int:note_id>/objection", methods=["GET", "POST"])
def add_objection(note_id: int) -> ResponseReturnValue:
    case, note = load_note(note_id)
    form = ObjectionForm()
    if submitted(form):
        with errors_shown_in(form):
            service.add_objection(
                actor=current_actor(), case=case, about=note, text=form.text.data, now=now()
            )
            flash(_("The objection was written beside the note."), "success")
            return _to_case(case)
    return form_page_of(case, "meetings/objection.html", form, note=note, objections=objections_to(note.id))
