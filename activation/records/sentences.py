"""What the history says: a sentence per verb. Data only: texts.py says it; names of fields and codes: field_names.py.

An event whose sentence is missing here fails a test, not the page.
"""

from models.texts import N_

# verb → sentence. %(field)s is what the event set the field to; a field in the sentence gets no line of its own.
SENTENCES: dict[str, str] = {
    "case_enrolled": N_("Enrolled the participant. First contact %(first_contact_on)s."),
    "case_changed": N_("Changed the case."),
    "case_taken": N_("Took the case."),
    "case_handed_over": N_("Handed the case over to %(secretary)s."),
    "case_closed": N_("Closed the case on %(closed_on)s: %(closure_reason)s."),
    "case_reopened": N_("Opened the case again."),
    "outcome_checked": N_(
        "Found out on %(found_on)s how it is %(months)s months after work or study began: %(outcome_standing)s."
    ),
    "outcome_check_taken_back": N_(
        "Took back what was found %(months)s months after work or study began: %(outcome_standing)s."
    ),
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
    "handover_begun": N_("Began handover %(number)s, %(month)s."),
    "handover_heard": N_("Noted what the participant says for handover %(number)s, %(month)s."),
    "handover_handed_over": N_("Handed the facts over to %(to_name)s: handover %(number)s, %(month)s."),
    "handover_received": N_("Received handover %(number)s, %(month)s."),
    "handover_outcome": N_("Recorded the outcome of handover %(number)s, %(month)s: %(handover_outcome)s."),
    "handover_withdrawn": N_("Withdrew handover %(number)s, %(month)s."),
    "note_written": N_("Wrote a note."),
    "letter_written": N_("Wrote a letter to the participant."),
    "objection_written": N_("Wrote down the participant's objection to a note."),
    "assessment_begun": N_("Began an assessment with the participant."),
    "assessment_written": N_("Wrote in the assessment begun on %(begun_on)s."),
    "assessment_completed": N_("Completed the assessment: gone through together on %(completed_on)s."),
    "support_need_opened": N_("Opened a support task: %(support)s."),
    "support_need_ended": N_("Ended a support task: %(support)s. %(support_outcome)s."),
    "plan_agreed": N_("Agreed a plan with the participant on %(agreed_on)s."),
    "plan_corrected": N_("Corrected the plan."),
    "plan_imported": N_("Took in the plan of %(agreed_on)s from another system."),
    "plan_agreed_on_screen": N_("Agreed on the plan of %(agreed_on)s on screen, with the participant."),
    "plan_objection_written": N_("Wrote down the participant's objection to the plan of %(agreed_on)s."),
    "plan_reviewed": N_("Reviewed the plan of %(agreed_on)s with the participant: %(review_result)s."),
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
    "employer_added": N_("Added the employer %(name)s."),
    "workplace_added": N_("Added the workplace."),
    "workplace_taken_in": N_("Took in what another system says of the workplace."),
    "room_added": N_("Wrote down room for %(places)s at once, from %(starts_on)s."),
    "room_changed": N_("Changed what room there is."),
    "room_ended": N_("Ended room at the workplace: its last day is %(ends_on)s."),
    "room_removed": N_("Removed room at the workplace that had not begun."),
    "workplace_closed": N_("The workplace takes nobody from %(starts_on)s through %(ends_on)s."),
    "workplace_closing_taken_back": N_(
        "The workplace is open after all from %(starts_on)s through %(ends_on)s."
    ),
    "employer_contacted": N_("Was in contact with the employer on %(on_date)s: %(contact_way)s."),
    "workplace_changed": N_("Changed the workplace."),
    "employer_changed": N_("Changed the employer."),
    "agreement_signed": N_("Wrote down the agreement signed on %(signed_on)s."),
    "agreement_changed": N_("Changed the agreement signed on %(signed_on)s."),
    "supervisor_added": N_("Added the supervisor %(supervisor)s."),
    "supervisor_changed": N_("Changed the supervisor %(supervisor)s."),
    "main_supervisor_chosen": N_("Made %(main_supervisor)s the main supervisor."),
    "supervisor_left": N_("Wrote down that the supervisor %(supervisor)s left on %(left_on)s."),
    "supervisor_taken_off": N_(
        "The supervisor at the workplace left: the main one looks after the participant."
    ),
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
    "payment_error_noted": N_(
        "Wrote down a payment that was not right, for %(period_from)s to %(period_to)s."
    ),
    "payment_error_changed": N_("Changed what is noted of a payment, for %(period_from)s to %(period_to)s."),
    "payment_error_taken_back": N_("Took back a note of a payment, for %(period_from)s to %(period_to)s."),
    "requirement_assessed": N_("Found on %(assessed_on)s, of the activity requirement: %(requirement)s."),
    "requirement_taken_back": N_("Took back what was found of the activity requirement."),
    "child_noted": N_("Noted a child of the household by its year of birth."),
    "child_removed": N_("Took a child off the household."),
    "aid_side_told": N_("Told the aid side that work begins on %(about_on)s: %(told_to)s."),
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
