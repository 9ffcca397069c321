"""What an event of the history says to people: a sentence per verb, and a line for each thing it changed.

An event whose sentence is missing here fails a test, not the page. To change what the timeline says, change SENTENCES.
"""

import re
from collections import defaultdict
from datetime import datetime
from typing import Any

from flask_babel import gettext as _

from activation.followups.book import what_of
from activation.placements.week_words import stored_week_in_words
from activation.web.filters import NONE, datetime_text, label_of, weekdays_text
from models import enums
from models.enums import Labelled
from models.texts import N_

# verb → sentence. %(field)s is what the event set the field to; a field in the sentence gets no line of its own.
SENTENCES: dict[str, str] = {
    "case_enrolled": N_("Enrolled the participant. First contact %(first_contact_on)s."),
    "case_changed": N_("Changed the case."),
    "case_taken": N_("Took the case."),
    "case_handed_over": N_("Handed the case over to %(secretary)s."),
    "case_closed": N_("Closed the case on %(closed_on)s: %(closure_reason)s."),
    "outcome_confirmed": N_("Confirmed that the work or study goes on, on %(outcome_confirmed_on)s."),
    "staff_named": N_("Named %(named_staff)s on the protected case."),
    "staff_unnamed": N_("Removed a name from the protected case."),
    "meeting_booked": N_("Booked a meeting for %(at)s: %(kind)s."),
    "meeting_outcome": N_("Recorded the meeting of %(at)s: %(outcome)s."),
    "meeting_outcome_corrected": N_("Corrected the outcome of the meeting of %(at)s: %(outcome)s."),
    "meeting_moved": N_("Moved a meeting to %(at)s."),
    "meeting_imported": N_("Took in the meeting of %(at)s from another system."),
    "letter_posted": N_("Posted a letter about the meeting of %(at)s."),
    "letter_not_needed": N_("Decided that no letter about the meeting of %(at)s is needed."),
    "note_written": N_("Wrote a note."),
    "objection_written": N_("Wrote down the participant's objection to a note."),
    "plan_agreed": N_("Agreed a plan with the participant on %(agreed_on)s."),
    "plan_corrected": N_("Corrected the plan."),
    "plan_imported": N_("Took in the plan of %(agreed_on)s from another system."),
    "placement_made": N_("Placed the participant at %(workplace)s from %(starts_on)s: %(kind)s."),
    "placement_changed": N_("Changed a placement."),
    "placement_imported": N_(
        "Took in the placement at %(workplace)s from %(starts_on)s from another system."
    ),
    "placement_extended": N_("Extended the placement at %(workplace)s until %(ends_on)s."),
    "placement_ended": N_(
        "Ended the placement at %(workplace)s early. Last day %(ends_on)s: %(end_reason)s (%(ended_by)s)."
    ),
    "placement_called_off": N_(
        "Called off the placement at %(workplace)s before its first day, %(starts_on)s: %(end_reason)s (%(ended_by)s)."
    ),
    "placement_end_taken_back": N_(
        "Took back the early end of the placement at %(workplace)s: its last day is %(ends_on)s."
    ),
    "placement_moved": N_("Moved the participant from %(workplace)s to %(to_workplace)s from %(starts_on)s."),
    "placement_safety_intro": N_(
        "Recorded the safety introduction at %(workplace)s: %(safety_intro_on)s, by %(safety_intro_by)s."
    ),
    "placement_safety_intro_removed": N_("Took back the safety introduction at %(workplace)s."),
    "proposal_made": N_("Proposed a place at %(workplace)s from %(starts_on)s: %(kind)s."),
    "proposal_changed": N_("Changed the proposal of a place at %(workplace)s."),
    "proposal_participant_yes": N_(
        "The participant said yes to the place at %(workplace)s, on %(participant_yes_on)s."
    ),
    "proposal_employer_yes": N_(
        "The employer said yes to the place at %(workplace)s, on %(employer_yes_on)s."
    ),
    "proposal_yes_taken_back": N_("Took back a yes to the place at %(workplace)s."),
    "proposal_declined": N_("The place at %(workplace)s came to nothing. Turned down by: %(declined_by)s."),
    "employer_taken_in": N_("Took the employer in: %(name)s."),
    "workplace_taken_in": N_("Took in what another system says of the workplace."),
    "room_added": N_("Wrote down room for %(places)s at once, from %(starts_on)s."),
    "room_changed": N_("Changed what room there is."),
    "room_ended": N_("Ended room at the workplace: its last day is %(ends_on)s."),
    "room_removed": N_("Removed room at the workplace that had not begun."),
    "workplace_closed": N_("The workplace takes nobody from %(starts_on)s through %(ends_on)s."),
    "workplace_closing_taken_back": N_("The workplace is open after all from %(starts_on)s through %(ends_on)s."),
    "employer_contacted": N_("Was in contact with the employer on %(on_date)s: %(contact_way)s."),
    "workplace_changed": N_("Changed the workplace."),
    "employer_changed": N_("Changed the employer."),
    "agreement_signed": N_("Wrote down the agreement signed on %(signed_on)s."),
    "agreement_changed": N_("Changed the agreement signed on %(signed_on)s."),
    "supervisor_added": N_("Added the supervisor %(supervisor)s."),
    "supervisor_changed": N_("Changed the supervisor %(supervisor)s."),
    "main_supervisor_chosen": N_("Made %(main_supervisor)s the main supervisor."),
    "supervisor_left": N_("Wrote down that the supervisor %(supervisor)s left on %(left_on)s."),
    "supervisor_taken_off": N_("The supervisor at the workplace left: the main one looks after the participant."),
    "employer_merged": N_("Merged %(employer)s with another employer that was the same."),
    "workplace_merged": N_("Merged %(workplace)s with another workplace that was the same."),
    "placement_workplace_merged": N_("The workplace was entered twice: it is %(workplace)s now."),
    "placements_joined": N_("Two placements from %(starts_on)s at the same workplace became one."),
    "link_made": N_("Made a link to the employer's page for %(supervisor_name)s (%(sent_to)s)."),
    "link_revoked": N_("Revoked the link of %(supervisor_name)s (%(sent_to)s)."),
    "week_changed": N_("Changed the week at %(workplace)s from %(valid_from)s: %(week)s."),
    "week_taken_back": N_("Took back the week planned at %(workplace)s from %(valid_from)s: %(week)s."),
    "day_cancelled": N_("Cancelled the session of %(on_date)s at %(workplace)s."),
    "day_moved": N_("Moved the session of %(on_date)s at %(workplace)s to %(to_date)s."),
    "day_change_taken_back": N_("Took back the change of the session of %(on_date)s at %(workplace)s."),
    "leave_agreed": N_("Wrote down agreed leave from %(starts_on)s through %(ends_on)s."),
    "leave_taken_back": N_("Took back the agreed leave from %(starts_on)s through %(ends_on)s."),
    "crew_joined": N_("Put the participant into the crew %(crew)s at %(workplace)s."),
    "crew_left": N_("Took the participant out of the crew %(crew)s at %(workplace)s."),
    "crew_made": N_("Made the crew %(crew)s."),
    "crew_changed": N_("Changed the crew %(crew)s."),
    "crew_ended": N_("Ended the crew %(crew)s on %(ended_on)s."),
    "session_marked": N_("Marked the session of %(on_date)s: %(mark)s."),
    "session_mark_taken_back": N_("Took back the mark of the session of %(on_date)s."),
    "absence_account_noted": N_("Noted what the participant says about %(on_date)s."),
    "absence_question_asked": N_("Asked the participant to get in touch about %(on_date)s."),
    "employer_report_handled": N_("Handled what the employer told: %(report_kind)s."),
    "employer_correction_taken_over": N_("Took over the employer's correction for %(on_date)s: %(answer)s."),
    "job_search_reported": N_("Noted own job search of week %(week)s: %(hours)s hours."),
    "job_search_corrected": N_("Corrected own job search of week %(week)s."),
    "employer_answered": N_("Answered for %(on_date)s: %(answer)s."),
    "employer_answer_undone": N_("Took back the answer for %(on_date)s."),
    "employer_reported": N_("Told the municipality: %(report_kind)s."),
    "employer_asked_to_correct": N_("Asked to have the answer for %(on_date)s corrected: %(answer)s."),
    "task_done": N_("Closed a follow-up task as done: %(task)s."),
    "task_not_relevant": N_("Closed a follow-up task as not relevant: %(task)s."),
    "message_repeated": N_("Had a message sent again by %(channel)s: %(kind)s."),
    "aid_month_recorded": N_("Recorded the aid month %(month)s."),
    "clock_paused": N_(
        "Paused a clock (%(clock)s) from %(starts_on)s through %(ends_on)s: %(pause_reason)s."
    ),
    "clock_pause_changed": N_("Changed a pause of the clocks: %(starts_on)s through %(ends_on)s."),
    "clock_pause_taken_back": N_("Took back the pause of the clocks from %(starts_on)s through %(ends_on)s."),
    "rules_paused": N_("Paused a follow-up from %(starts_on)s through %(ends_on)s: %(task)s."),
    "rules_resumed": N_("Ended the pause of a follow-up: %(task)s."),
    "own_interval_set": N_(
        "Gave a follow-up an interval of its own, %(days)s days, until %(ends_on)s: %(task)s."
    ),
    "own_interval_ended": N_("Ended the own interval of a follow-up: %(task)s."),
    "task_postponed": N_("Put a follow-up task off until %(due_on)s: %(task)s."),
    "competences_noted": N_("Noted what the participant can: %(competences)s."),
    "competence_taken_back": N_("Took back what was noted of the participant: %(competence)s."),
    "work_profile_changed": N_("Changed what matters for finding a place."),
    "top_up_planned": N_("Planned a skills top-up from %(starts_on)s: %(competence)s."),
    "top_up_changed": N_("Changed a skills top-up: %(competence)s."),
    "top_up_done": N_("The skills top-up was done on %(ended_on)s: %(competence)s."),
    "top_up_interrupted": N_("The skills top-up was interrupted on %(ended_on)s: %(competence)s."),
    "need_made": N_("Wrote down a need: %(title)s."),
    "need_changed": N_("Changed the need %(title)s."),
    "need_filled": N_("The need was filled: %(title)s."),
    "need_withdrawn": N_("The need was withdrawn: %(title)s."),
    "need_reopened": N_("Opened the need again: %(title)s."),
}
# The same where the event does not say everything (hours were changed, the mark stayed).
SHORTER: dict[str, str] = {
    "letter_posted": N_("Posted a letter that asks the participant to get in touch."),
    "letter_not_needed": N_("Decided that no letter is needed that asks the participant to get in touch."),
    "session_marked": N_("Changed the marked session of %(on_date)s."),
    "meeting_outcome_corrected": N_("Corrected the meeting of %(at)s."),
    "rules_paused": N_("Paused all follow-up from %(starts_on)s through %(ends_on)s."),
    "rules_resumed": N_("Ended the pause of all follow-up."),
    "clock_paused": N_("Paused the clocks from %(starts_on)s through %(ends_on)s: %(pause_reason)s."),
}
UNKNOWN = N_("Changed the case.")

FIELDS: dict[str, str] = {
    "case_number": N_("Case number"),
    "first_name": N_("First name"),
    "last_name": N_("Last name"),
    "personal_number": N_("Personal number"),
    "first_contact_on": N_("First contact"),
    "secretary": N_("Secretary"),
    "unit": N_("Unit"),
    "household": N_("Household"),
    "flow": N_("Flow"),
    "obstacle": N_("Obstacle to self-support"),
    "phone": N_("Phone"),
    "email": N_("E-mail"),
    "language": N_("Language"),
    "reach_by": N_("Reached by"),
    "protection": N_("Protection"),
    "messages_allowed": N_("Messages allowed"),
    "named_staff": N_("Named staff"),
    "closed_on": N_("Closed"),
    "closure_reason": N_("Closing reason"),
    "meetings": N_("Booked meetings that go with it"),
    "outcome_starts_on": N_("Work or study begins"),
    "outcome_confirmed_on": N_("Outcome confirmed"),
    "at": N_("Time"),
    "kind": N_("Kind"),
    "outcome": N_("Outcome"),
    "way": N_("Way"),
    "place": N_("Place"),
    "staff_id": N_("Who holds it"),
    "agreed_on": N_("Agreed on"),
    "review_by": N_("Review by"),
    "ends_on": N_("Ends on"),
    "assigned_hours": N_("Assigned hours a week"),
    "own_search_hours": N_("Own job search, hours a week"),
    "goals": N_("Goals"),
    "steps": N_("Number of steps"),
    "workplace": N_("Workplace"),
    "name": N_("Name"),
    "employer": N_("Employer"),
    "employer_status": N_("Status"),
    "status_reason": N_("Why"),
    "owner": N_("Owns the relation"),
    "org_number": N_("Organisation number"),
    "street": N_("Street"),
    "postcode": N_("Postcode"),
    "town": N_("Town"),
    "signed_on": N_("Signed on"),
    "valid_to": N_("Valid through"),
    "work_environment_on": N_("Work environment confirmed on"),
    "insurance_on": N_("Insurance confirmed on"),
    "agreement_note": N_("Note"),
    "supervisor_name": N_("Supervisor"),
    "sent_to": N_("Sent to"),
    "main_supervisor": N_("Main supervisor"),
    "left_on": N_("Last day"),
    "people": N_("People who fall to the main supervisor"),
    "links": N_("Links that stopped working"),
    "contact_name": N_("Supervisor"),
    "contact_email": N_("Supervisor's e-mail"),
    "contact_phone": N_("Supervisor's phone"),
    "places": N_("Places"),
    "starts_on": N_("Starts on"),
    "weekdays": N_("Weekdays"),
    "hours_per_day": N_("Hours a day"),
    "af_decision_on": N_("The employment service decided on"),
    "tasks": N_("Work tasks"),
    "supervisor": N_("Supervisor"),
    "crew": N_("Crew"),
    "participant_agreed_on": N_("The participant agreed on"),
    "employer_agreed_on": N_("The employer agreed on"),
    "participant_yes_on": N_("The participant's yes"),
    "employer_yes_on": N_("The employer's yes"),
    "declined_by": N_("Turned down by"),
    "declined_on": N_("Turned down on"),
    "ended_by": N_("Ended by"),
    "end_reason": N_("Reason of the end"),
    "end_note": N_("Note on the end"),
    "to_workplace": N_("New workplace"),
    "safety_intro_on": N_("Safety introduction"),
    "safety_intro_by": N_("Safety introduction given by"),
    "on_date": N_("Day"),
    "to_date": N_("Moved to"),
    "valid_from": N_("Valid from"),
    "mark": N_("Attendance"),
    "hours": N_("Hours"),
    "note": N_("Note"),
    "week": N_("Week"),
    "answer": N_("The employer's answer"),
    "notified": N_("Told beforehand"),
    "certificate_on": N_("Certificate received"),
    "tried_to_ask": N_("Tried to ask the participant"),
    "account_way": N_("How it was told"),
    "report_kind": N_("What the employer told"),
    "task": N_("Task"),
    "due_on": N_("Due"),
    "state": N_("State"),
    "month": N_("Month"),
    "status": N_("Aid status"),
    "decided_on": N_("Decided on"),
    "paid_on": N_("Paid on"),
    "channel": N_("Channel"),
    "days": N_("Days"),
    "day_kind": N_("Kind of days"),
    "clock": N_("Clock"),
    "pause_reason": N_("Why it stands still"),
    "days_at_least": N_("Days a week at least"),
    "language_level": N_("Swedish"),
    "licence": N_("Driving licence"),
    "required_competences": N_("Required competences"),
    "wished_competences": N_("Wished competences"),
    "next_on": N_("Next contact"),
    "contact_way": N_("Way"),
    "competences": N_("Competences"),
    "competence": N_("Competence"),
    "licences": N_("Driving licence"),
    "hours_per_week": N_("Hours a week"),
    "can_start_on": N_("Can start on"),
    "wishes": N_("Wishes"),
    "what": N_("What"),
    "cost": N_("Cost"),
    "ended_on": N_("Last day"),
    "need": N_("Need"),
    "title": N_("What is asked for"),
    "placement_kind": N_("Kind of placement"),
    "positions": N_("How many"),
}

# Codes are stored by value. `kind` is a meeting's, a placement's or a message's, told by the verb.
CODES: dict[str, type[Labelled]] = {
    "flow": enums.Flow,
    "obstacle": enums.Obstacle,
    "reach_by": enums.ReachBy,
    "protection": enums.Protection,
    "closure_reason": enums.ClosureReason,
    "outcome": enums.MeetingOutcome,
    "way": enums.MeetingWay,
    "mark": enums.Mark,
    "answer": enums.EmployerAnswer,
    "account_way": enums.AccountWay,
    "report_kind": enums.EmployerReportKind,
    "state": enums.TaskState,
    "status": enums.AidStatus,
    "employer_status": enums.EmployerStatus,
    "channel": enums.Channel,
    "day_kind": enums.DayKind,
    "clock": enums.ClockKind,
    "pause_reason": enums.PauseReason,
    "ended_by": enums.EndedBy,
    "declined_by": enums.EndedBy,
    "end_reason": enums.EndReason,
    "language_level": enums.LanguageLevel,
    "licence": enums.Licence,
    "contact_way": enums.ContactWay,
    "placement_kind": enums.PlacementKind,
}
KINDS: dict[str, type[Labelled]] = {
    "meeting": enums.MeetingKind,
    "placement": enums.PlacementKind,
    "room": enums.PlacementKind,
    "proposal": enums.PlacementKind,
    "message": enums.MessageKind,
    "need": enums.NeedKind,
}

# Ids of rows, which say nothing to people.
UNSAID = frozenset(
    {
        "staff_id",
        "secretary_id",
        "unit_id",
        "household_id",
        "sort_name",
        "need_id",
        "placement_id",
        "moved_from_id",
        "version",
    }
)
# Written by record() where people's contact details changed: that they did is said, not to what.
SENSITIVE = "…"
PLACE = re.compile(r"%\(([a-z_]+)\)s")
NUMBER = re.compile(r"-?[0-9]+\.[0-9]+")
LONGEST = 300


def _sentence_of(verb: str, changes: dict[str, list[Any]]) -> str:
    full = SENTENCES.get(verb, UNKNOWN)
    if verb in SHORTER and not set(PLACE.findall(full)) <= set(changes):
        return SHORTER[verb]
    return full


def sentence(verb: str, changes: dict[str, list[Any]]) -> str:
    """What was done, in one sentence."""
    said = defaultdict(lambda: NONE, {f: shown(verb, f, pair[1]) for f, pair in changes.items()})
    text: str = _(_sentence_of(verb, changes)) % said
    return text


def details(verb: str, changes: dict[str, list[Any]], reason: str) -> list[str]:
    """A line for each change that the sentence does not tell, and the reason."""
    told = PLACE.findall(_sentence_of(verb, changes))
    lines = [
        _line(verb, field, *pair)
        for field, pair in changes.items()
        if field not in UNSAID and (field not in told or _was_another(pair))
    ]
    if reason:
        lines.append(_("Reason: %(text)s", text=reason))
    return lines


def _was_another(pair: list[Any]) -> bool:
    """A field that moved from one value to another keeps its line: the sentence tells only where to."""
    old, new = pair
    return old is not None and old != new


def _line(verb: str, field: str, old: Any, new: Any) -> str:
    label = _(FIELDS[field]) if field in FIELDS else field
    if new == SENSITIVE:
        line = _("%(field)s: changed", field=label)
    elif old is None or old == "" or old == new:
        line = _("%(field)s: %(new)s", field=label, new=shown(verb, field, new))
    else:
        before = shown(verb, field, old)
        line = _("%(field)s: %(old)s → %(new)s", field=label, old=before, new=shown(verb, field, new))
    return str(line)


def shown(verb: str, field: str, value: Any) -> str:
    """A stored value as people read it."""
    if value is None or value == "":
        return NONE
    if isinstance(value, bool):
        return str(_("yes") if value else _("no"))
    if field == "task":
        return what_of(str(value))
    if field == "at":
        return datetime_text(datetime.fromisoformat(str(value)))
    if field == "week":
        return stored_week_in_words(value)
    if field == "weekdays":
        return weekdays_text(int(value))
    if field == "licences":
        held = [label_of(enums.Licence(licence)) for licence in value]  # type: ignore[call-arg] # by value
        return ", ".join(held) or str(_("Has none"))
    codes = KINDS.get(verb.partition("_")[0]) if field == "kind" else CODES.get(field)
    if codes is not None and value in set(codes):
        return label_of(codes(value))  # type: ignore[call-arg] # by value; its __new__ is for making members
    text = str(value)
    if NUMBER.fullmatch(text):
        return text.replace(".", ",")
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"
