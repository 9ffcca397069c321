"""Default deny: every endpoint stands here in exactly one access class, or nobody gets in (tested both ways)."""

from enum import Enum

from flask import Flask, abort, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from activation.web.written import written_texts
from models.enums import Role


class Access(Enum):
    """Who may call an endpoint. Which cases they then see is caseload.visibility's."""

    PUBLIC = "anybody"
    EMPLOYER_LINK = "whoever holds a valid signed link; the view checks it"
    SIGNED_ADDRESS = "whoever holds the secret address; the view checks it"
    API_KEY = "another system, by its key in the header; the view checks it"
    SIGNED_IN = "any signed-in staff"
    CASE_READERS = "secretaries, unit leads and aid officers"
    CASE_WORKERS = "secretaries and unit leads"
    AID_OFFICERS = "aid officers"
    AID_OFFICERS_AND_LEADS = "aid officers and unit leads"
    UNIT_LEADS = "unit leads"
    RULE_READERS = "unit leads and administrators"
    ADMINISTRATORS = "administrators"


# No account is asked for: the view itself sees to who calls.
WITHOUT_ACCOUNT = frozenset({Access.PUBLIC, Access.EMPLOYER_LINK, Access.SIGNED_ADDRESS, Access.API_KEY})

ROLES_OF: dict[Access, frozenset[Role]] = {
    Access.SIGNED_IN: frozenset(Role),
    Access.CASE_READERS: frozenset({Role.SECRETARY, Role.UNIT_LEAD, Role.AID_OFFICER}),
    Access.CASE_WORKERS: frozenset({Role.SECRETARY, Role.UNIT_LEAD}),
    Access.AID_OFFICERS: frozenset({Role.AID_OFFICER}),
    Access.AID_OFFICERS_AND_LEADS: frozenset({Role.AID_OFFICER, Role.UNIT_LEAD}),
    Access.UNIT_LEADS: frozenset({Role.UNIT_LEAD}),
    Access.RULE_READERS: frozenset({Role.UNIT_LEAD, Role.ADMINISTRATOR}),
    Access.ADMINISTRATORS: frozenset({Role.ADMINISTRATOR}),
}

# endpoint → access class. Keep it sorted by blueprint; a new view without a line here answers 404 and fails a test.
ACCESS: dict[str, Access] = {
    "static": Access.PUBLIC,
    # web
    "web.accessibility": Access.PUBLIC,
    "web.health": Access.PUBLIC,
    "web.start": Access.SIGNED_IN,
    # what machines ask
    "health.jobs": Access.PUBLIC,
    "health.live": Access.PUBLIC,
    "health.metrics": Access.PUBLIC,  # asks for its token itself
    "health.ready": Access.PUBLIC,
    # accounts
    "accounts.sign_in": Access.PUBLIC,
    "accounts.sign_out": Access.SIGNED_IN,
    "accounts.switch_language": Access.PUBLIC,
    "accounts.profile": Access.SIGNED_IN,
    "accounts.set_preferences": Access.SIGNED_IN,
    "accounts.make_calendar_address": Access.CASE_READERS,
    "accounts.revoke_calendar_address": Access.CASE_READERS,
    "accounts.staff_list": Access.ADMINISTRATORS,
    "accounts.staff_add": Access.ADMINISTRATORS,
    "accounts.staff_edit": Access.ADMINISTRATORS,
    "accounts.name_staff_on_case": Access.ADMINISTRATORS,
    # caseload
    "caseload.today": Access.CASE_WORKERS,
    "caseload.cases": Access.CASE_READERS,
    "caseload.search": Access.CASE_READERS,
    "caseload.unassigned": Access.CASE_WORKERS,
    "caseload.enrol": Access.CASE_WORKERS,
    "caseload.case_page": Access.CASE_READERS,
    "caseload.edit_case": Access.CASE_WORKERS,
    "caseload.take": Access.CASE_WORKERS,
    "caseload.hand_over": Access.CASE_WORKERS,
    "closing.close": Access.CASE_WORKERS,
    "closing.confirm": Access.CASE_WORKERS,
    "closing.reopen": Access.CASE_WORKERS,
    "covers.page": Access.CASE_WORKERS,
    "covers.end": Access.CASE_WORKERS,
    "covers.day_of": Access.CASE_WORKERS,
    "handing_over.caseload": Access.CASE_WORKERS,
    # clocks, and the administrator's calendar
    "clocks.pause": Access.CASE_WORKERS,
    "clocks.change_pause": Access.CASE_WORKERS,
    "clocks.take_back_pause": Access.CASE_WORKERS,
    "calendar.targets": Access.ADMINISTRATORS,
    "calendar.remove_target": Access.ADMINISTRATORS,
    "calendar.closed_days": Access.ADMINISTRATORS,
    "calendar.open_days": Access.ADMINISTRATORS,
    "calendar.aid_calendar": Access.ADMINISTRATORS,
    # meetings (and notes)
    "meetings.book": Access.CASE_WORKERS,
    "meetings.record_outcome": Access.CASE_WORKERS,
    "meetings.ics": Access.CASE_WORKERS,
    "meetings.add_note": Access.CASE_WORKERS,
    "meetings.add_objection": Access.CASE_WORKERS,
    # the questions of the assessment
    "question_sets.index": Access.ADMINISTRATORS,
    "question_sets.new": Access.ADMINISTRATORS,
    "question_sets.page": Access.ADMINISTRATORS,
    "question_sets.edit": Access.ADMINISTRATORS,
    "question_sets.retire": Access.ADMINISTRATORS,
    "question_sets.restore": Access.ADMINISTRATORS,
    "question_sets.draft": Access.ADMINISTRATORS,
    "question_sets.preview": Access.ADMINISTRATORS,
    "question_sets.compared": Access.ADMINISTRATORS,
    "question_sets.publish": Access.ADMINISTRATORS,
    "question_sets.discard": Access.ADMINISTRATORS,
    "questions.page": Access.ADMINISTRATORS,
    "questions.new_section": Access.ADMINISTRATORS,
    "questions.section": Access.ADMINISTRATORS,
    "questions.remove_section": Access.ADMINISTRATORS,
    "questions.new_question": Access.ADMINISTRATORS,
    "questions.question": Access.ADMINISTRATORS,
    "questions.remove_question": Access.ADMINISTRATORS,
    "questions.move": Access.ADMINISTRATORS,
    # assessments with a participant
    "assessments.of_case": Access.CASE_WORKERS,
    "assessments.begin": Access.CASE_WORKERS,
    "assessments.page": Access.CASE_WORKERS,
    "assessments.section": Access.CASE_WORKERS,
    "assessments.written": Access.CASE_WORKERS,
    "assessments.wordings": Access.CASE_WORKERS,
    "assessments.end_need": Access.CASE_WORKERS,
    "autosave.save": Access.CASE_WORKERS,
    "autosave.token": Access.CASE_WORKERS,
    # plans
    "plans.agree": Access.CASE_WORKERS,
    "plans.edit": Access.CASE_WORKERS,
    "plan_pages.page": Access.CASE_READERS,
    "plan_pages.of_case": Access.CASE_READERS,
    "plan_pages.compare": Access.CASE_READERS,
    "plan_pages.paper": Access.CASE_READERS,
    "plan_talks.together": Access.CASE_WORKERS,
    "plan_talks.agree_on_screen": Access.CASE_WORKERS,
    "plan_talks.objection": Access.CASE_WORKERS,
    "plan_talks.review": Access.CASE_WORKERS,
    # employers
    "employers.employers_list": Access.CASE_WORKERS,
    "employers.employer": Access.CASE_WORKERS,
    "employers.placed": Access.CASE_WORKERS,
    "employers.employer_history": Access.CASE_WORKERS,
    "room.add": Access.CASE_WORKERS,
    "room.edit": Access.CASE_WORKERS,
    "room.end": Access.CASE_WORKERS,
    "room.close": Access.CASE_WORKERS,
    "room.take_back": Access.CASE_WORKERS,
    "room_find.places": Access.CASE_WORKERS,
    "room_find.choose_person": Access.CASE_WORKERS,
    "contacts.to_contact": Access.CASE_WORKERS,
    "contacts.add": Access.CASE_WORKERS,
    "contacts.contacted": Access.CASE_WORKERS,
    "employers.workplaces": Access.CASE_WORKERS,
    "employers.workplace": Access.CASE_WORKERS,
    "employers.send_link": Access.CASE_WORKERS,
    "employers.revoke_link": Access.CASE_WORKERS,
    "employers.link": Access.CASE_WORKERS,
    "register.new": Access.CASE_WORKERS,
    "register.edit": Access.CASE_WORKERS,
    "register.sign": Access.CASE_WORKERS,
    "register.agreement": Access.CASE_WORKERS,
    "register.new_workplace": Access.CASE_WORKERS,
    "register.edit_workplace": Access.CASE_WORKERS,
    "merging.choose_employer": Access.UNIT_LEADS,
    "merging.employer": Access.UNIT_LEADS,
    "merging.choose_workplace": Access.UNIT_LEADS,
    "merging.workplace": Access.UNIT_LEADS,
    "supervisors.add": Access.CASE_WORKERS,
    "supervisors.change": Access.CASE_WORKERS,
    "supervisors.make_main": Access.CASE_WORKERS,
    "supervisors.left": Access.CASE_WORKERS,
    # placements
    "placements.place": Access.CASE_WORKERS,
    "placements.edit": Access.CASE_WORKERS,
    "weeks.edit": Access.CASE_WORKERS,
    "weeks.withdraw": Access.CASE_WORKERS,
    "single_days.change": Access.CASE_WORKERS,
    "single_days.take_back": Access.CASE_WORKERS,
    "leaves.of_case": Access.CASE_WORKERS,
    "leaves.take_back": Access.CASE_WORKERS,
    "crews.of_workplace": Access.CASE_WORKERS,
    "crews.edit": Access.CASE_WORKERS,
    "crews.join": Access.CASE_WORKERS,
    "crews.leave": Access.CASE_WORKERS,
    "crews.end": Access.CASE_WORKERS,
    "life.of_case": Access.CASE_WORKERS,
    "life.extend": Access.CASE_WORKERS,
    "life.end": Access.CASE_WORKERS,
    "life.take_back_end": Access.CASE_WORKERS,
    "life.move": Access.CASE_WORKERS,
    "life.safety_intro": Access.CASE_WORKERS,
    "life.agreement": Access.CASE_WORKERS,
    "proposals.new": Access.CASE_WORKERS,
    "proposals.page": Access.CASE_WORKERS,
    "proposals.change": Access.CASE_WORKERS,
    "proposals.say_yes": Access.CASE_WORKERS,
    "proposals.take_back": Access.CASE_WORKERS,
    "proposals.decline": Access.CASE_WORKERS,
    # attendance
    "attendance.of_case": Access.CASE_WORKERS,
    "attendance.mark": Access.CASE_WORKERS,
    "hours.of_case": Access.CASE_READERS,
    "job_search.page": Access.CASE_WORKERS,
    "sheets.workplace_sheet": Access.CASE_WORKERS,
    "sheets.workplace_csv": Access.CASE_WORKERS,
    "sheets.crew_sheet": Access.CASE_WORKERS,
    "sheets.crew_csv": Access.CASE_WORKERS,
    "sign_in_lists.workplace": Access.CASE_WORKERS,
    "sign_in_lists.crew": Access.CASE_WORKERS,
    "sign_in_lists.find": Access.CASE_WORKERS,
    "sign_in_lists.by_code": Access.CASE_WORKERS,
    "absence.account": Access.CASE_WORKERS,
    "absence.ask": Access.CASE_WORKERS,
    "employer_reports.index": Access.CASE_WORKERS,
    "employer_reports.handle": Access.CASE_WORKERS,
    # the employer's page
    "employer.page": Access.EMPLOYER_LINK,
    "employer.press": Access.EMPLOYER_LINK,
    # followups
    "followups.tasks": Access.CASE_READERS,
    "followups.close": Access.CASE_READERS,
    "followups.postpone": Access.CASE_READERS,
    "followups.selected": Access.CASE_READERS,
    # the rules of following up; a unit lead tries changes out, the verbs let only administrators save them
    "rules.index": Access.RULE_READERS,
    "rules.new": Access.RULE_READERS,
    "rules.edit": Access.RULE_READERS,
    "rules.versions": Access.RULE_READERS,
    "rules.off": Access.ADMINISTRATORS,
    "rules.common": Access.ADMINISTRATORS,
    # feeds: what programs ask for
    "feeds.calendar": Access.SIGNED_ADDRESS,
    # hooks: what other people's machines tell us
    "hooks.sms_receipt": Access.SIGNED_ADDRESS,
    "exceptions.pause": Access.CASE_WORKERS,
    "exceptions.own_interval": Access.CASE_WORKERS,
    "exceptions.end": Access.CASE_WORKERS,
    # matching: the list of competences, participants' work profiles, employers' needs, top-ups
    "competences.index": Access.ADMINISTRATORS,
    "competences.new": Access.ADMINISTRATORS,
    "competences.edit": Access.ADMINISTRATORS,
    "competences.merge": Access.ADMINISTRATORS,
    "profiles.page": Access.CASE_WORKERS,
    "profiles.add": Access.CASE_WORKERS,
    "profiles.remove": Access.CASE_WORKERS,
    "profiles.save": Access.CASE_WORKERS,
    "needs.index": Access.CASE_WORKERS,
    "needs.new": Access.CASE_WORKERS,
    "needs.edit": Access.CASE_WORKERS,
    "needs.settle": Access.CASE_WORKERS,
    "matching.of_need": Access.CASE_WORKERS,
    "matching.of_case": Access.CASE_WORKERS,
    "top_ups.new": Access.CASE_WORKERS,
    "top_ups.edit": Access.CASE_WORKERS,
    "top_ups.end": Access.CASE_WORKERS,
    # messages
    "messages.inbox": Access.SIGNED_IN,
    "messages.mark_read": Access.SIGNED_IN,
    "messages.outbox": Access.UNIT_LEADS,
    "texts.overview": Access.ADMINISTRATORS,
    "texts.edit": Access.ADMINISTRATORS,
    "texts.restore": Access.ADMINISTRATORS,
    "letters.to_print": Access.CASE_WORKERS,
    "letters.pdf": Access.CASE_WORKERS,
    "letters.all_pdf": Access.CASE_WORKERS,
    "letters.settle": Access.CASE_WORKERS,
    "letters.post_all": Access.CASE_WORKERS,
    # the ledger of messages
    "ledger.case_messages": Access.CASE_WORKERS,
    "ledger.task_messages": Access.CASE_WORKERS,
    "ledger.day_messages": Access.CASE_WORKERS,
    "ledger.search": Access.CASE_WORKERS,
    "ledger.again": Access.CASE_WORKERS,
    # standard texts, letters begun with them, cost standards
    "standards.texts": Access.ADMINISTRATORS,
    "standards.new_text": Access.ADMINISTRATORS,
    "standards.edit_text": Access.ADMINISTRATORS,
    "standards.costs": Access.SIGNED_IN,
    "standards.new_cost": Access.ADMINISTRATORS,
    "standards.edit_cost": Access.ADMINISTRATORS,
    "written_letters.new": Access.CASE_WORKERS,
    "written_letters.page": Access.CASE_WORKERS,
    "written_letters.pdf": Access.CASE_WORKERS,
    # incorrect payments and reclaims
    "payment_errors.index": Access.AID_OFFICERS,
    "payment_errors.years": Access.AID_OFFICERS_AND_LEADS,
    "payment_errors.new": Access.AID_OFFICERS,
    "payment_errors.page": Access.AID_OFFICERS,
    "payment_errors.withdraw": Access.AID_OFFICERS,
    "payment_errors.repay": Access.AID_OFFICERS,
    "payment_errors.withdraw_repayment": Access.AID_OFFICERS,
    # the activity requirement
    "requirement.of_case": Access.CASE_WORKERS,
    "requirement.withdraw": Access.CASE_WORKERS,
    "requirement.note_obstacle": Access.CASE_WORKERS,
    "requirement.add_child": Access.CASE_WORKERS,
    "requirement.remove_child": Access.CASE_WORKERS,
    "requirement.numbers": Access.ADMINISTRATORS,
    "requirement.remove_number": Access.ADMINISTRATORS,
    "requirement_figures.page": Access.UNIT_LEADS,
    "requirement_figures.rows": Access.UNIT_LEADS,
    "requirement_figures.export": Access.UNIT_LEADS,
    # aid
    "aid.month": Access.CASE_READERS,
    "aid.household": Access.CASE_READERS,
    "aid.record": Access.AID_OFFICERS,
    "aid_notices.new": Access.CASE_WORKERS,
    "aid_api.put_month": Access.API_KEY,
    "aid_work.next_to_do": Access.CASE_READERS,
    "aid_work.to_do": Access.CASE_READERS,
    "api_keys.index": Access.ADMINISTRATORS,
    "api_keys.revoke": Access.ADMINISTRATORS,
    # handovers: an aid officer sees only those that were handed over to them
    "handovers.index": Access.CASE_READERS,
    "handovers.of_case": Access.CASE_WORKERS,
    "handovers.page": Access.CASE_READERS,
    "handovers.pdf": Access.CASE_READERS,
    "handovers.hear": Access.CASE_WORKERS,
    "handovers.hand_over": Access.CASE_WORKERS,
    "handovers.receive": Access.AID_OFFICERS,
    "handovers.outcome": Access.AID_OFFICERS,
    "handovers.withdraw": Access.CASE_WORKERS,
    # whether what a case was closed with goes on
    "outcomes.of_case": Access.CASE_WORKERS,
    "outcomes.withdraw": Access.CASE_WORKERS,
    # records
    "records.timeline": Access.CASE_WORKERS,
    "records.access_log": Access.UNIT_LEADS,
    "aid_figures.page": Access.UNIT_LEADS,
    # what stands beside the figures
    "annotations.page": Access.UNIT_LEADS,
    "annotations.take_back": Access.UNIT_LEADS,
    "council.page": Access.RULE_READERS,
    "council.series": Access.RULE_READERS,
    "council.add_target": Access.ADMINISTRATORS,
    "council.remove_target": Access.ADMINISTRATORS,
    "council.add_number": Access.ADMINISTRATORS,
    "council.remove_number": Access.ADMINISTRATORS,
    "council.upload": Access.ADMINISTRATORS,
    # throughput
    "board.page": Access.UNIT_LEADS,
    "board.choose": Access.UNIT_LEADS,
    "ahead.page": Access.UNIT_LEADS,
    "definitions.page": Access.UNIT_LEADS,
    "equality.page": Access.UNIT_LEADS,
    "reports.index": Access.UNIT_LEADS,
    "reports.new": Access.UNIT_LEADS,
    "reports.edit": Access.UNIT_LEADS,
    "reports.page": Access.UNIT_LEADS,
    "reports.issue": Access.UNIT_LEADS,
    "reports.set_in_use": Access.UNIT_LEADS,
    "reports.issued": Access.UNIT_LEADS,
    "reports.file": Access.UNIT_LEADS,
    "aid_returns.page": Access.UNIT_LEADS,
    "aid_returns.file": Access.UNIT_LEADS,
    "follow_up_figures.page": Access.UNIT_LEADS,
    "flows.page": Access.UNIT_LEADS,
    "flows.hours": Access.UNIT_LEADS,
    "flow_targets.page": Access.ADMINISTRATORS,
    "flow_targets.remove": Access.ADMINISTRATORS,
    "time.page": Access.UNIT_LEADS,
    "throughput.page": Access.UNIT_LEADS,
    "results.page": Access.UNIT_LEADS,
    "throughput.rows": Access.UNIT_LEADS,
    "throughput.export": Access.UNIT_LEADS,
}


def may_call(role: Role | None, endpoint: str) -> bool:
    """Whether a link to the endpoint leads somebody of this role anywhere."""
    return role in ROLES_OF.get(ACCESS[endpoint], frozenset())


def init_access(app: Flask) -> None:
    """Checks the table before every view. A missing line denies."""

    @app.before_request
    def check() -> ResponseReturnValue | None:
        if request.endpoint is None:
            return None  # no such page: routing answers 404 (or 405)
        access = ACCESS.get(request.endpoint)
        if access is None:
            abort(404)
        if access in WITHOUT_ACCOUNT:
            return None
        if not current_user.is_authenticated:
            if written_texts() or request.is_json:
                abort(
                    401
                )  # a page that gives back what was written: signing in would lose it; a script reads 401
            return redirect(url_for("accounts.sign_in", next=request.full_path.rstrip("?")), code=303)
        if current_user.role not in ROLES_OF[access]:
            abort(403)
        return None
