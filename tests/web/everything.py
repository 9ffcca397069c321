"""A case with a sub-object of every kind, and a call of every endpoint that points at it: for the tests of secrecy."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from flask import Flask
from sqlalchemy import select
from werkzeug.routing import Rule

from activation.assessments import support
from activation.attendance.accounts import note_account
from activation.caseload.cover import make_cover
from activation.committee.reports import service as reports
from activation.committee.reports.spans import span_of
from activation.database import db
from activation.employer_page.links import form_token, link_token, make_link
from activation.followups.exceptions import pause_rules
from activation.handovers import service as handovers_service
from activation.handovers.queries import find_handover
from activation.meetings import service as meetings_service
from activation.placements.leave import add_leave
from activation.placements.single_days import change_day
from activation.placements.week_queries import latest_row
from activation.placements.week_service import save_week
from activation.plans.talks import object_to
from activation.records.access_log import log_access
from activation.records.actor import Actor
from activation.requirement.service import assess
from models import (
    AidNotice,
    Assessment,
    Base,
    Case,
    CaseCompetence,
    CaseEvent,
    ClockPause,
    Crew,
    EmployerReport,
    Handover,
    HouseholdChild,
    JobSearchReport,
    Leave,
    Meeting,
    Message,
    NamedStaff,
    Note,
    OutcomeCheck,
    PaymentError,
    Placement,
    Plan,
    PlanActivity,
    PlanReview,
    PlanStep,
    Proposal,
    Repayment,
    ReportIssue,
    RequirementAssessment,
    RuleException,
    Session,
    Staff,
    SupportNeed,
    Task,
    TopUp,
    Unit,
    Workplace,
)
from models.enums import (
    AccountWay,
    ActivityType,
    AidStatus,
    Channel,
    HeardHow,
    LowerHours,
    MeetingOutcome,
    MessageKind,
    OutcomeStanding,
    PaymentErrorCause,
    PaymentErrorKind,
    Protection,
    ReachBy,
    ReportFormat,
    ReportPeriod,
    RequirementOutcome,
    ReviewResult,
    Role,
    SessionChangeKind,
    TaskState,
    Viewed,
)
from tests import builders
from tests.assessments import world as assessing
from tests.matching import world as matching

NOW = builders.NOW
TODAY = NOW.date()
# From when a week is planned, a day that was moved, and one that is as the week has it.
PLANNED_FROM, CHANGED_DAY, FREE_DAY = date(2027, 1, 11), date(2026, 12, 2), date(2026, 12, 3)
PLANNED = [[{"hours": "4"}, *[None] * 6]]
REPORTED = date(2026, 9, 30)
PERSONAL_NUMBER = "198810182397"
AWAY, CHANGED = "Ledighetsskälet", "Skälet till den flyttade dagen"
# How the number may stand on a page.
NUMBERS = ("198810182397", "19881018-2397", "881018-2397", "8810182397")
FIRST, LAST, CASE_NUMBER, OWN_HOUSEHOLD = "Hemligina", "Skyddsson", "SKYDD-77", "HUSHÅLL-SKYDD"
NOTE, OBJECTION, GOAL, STEP = "Anteckningstext", "Invändningstext", "Målets text", "Stegets text"
PLAN_OBJECTION, ACTIVITY = "Planinvändningen", "Aktivitetens namn"
PROPOSED = "Föreslagna uppgifter"
CAN_DO, WISH, COURSE = "Kan-anteckningen", "Önskemålets text", "Kursens namn"
ACCOUNT, SAID = "Deltagarens ord", "Arbetsgivarens ord"
HEARD = "Det deltagaren sade om underlaget"
REVIEWED, HOURS_NOTE = "Genomgångens ord", "Timmarnas anteckning"
PAYMENT_NOTE = "Vad felet vilar på"
STANDING = "Vem som berättade att det går"
ANSWER = "Svaret om arbeten"
PAUSE, SEARCH, FOUND = "Pausanteckningen", "Jobbsökartext", "Fynd om kravet"
PLACE, PHONE, EMAIL, SESSION_NOTE, REASON = (
    "Rum Hemlig",
    "+46701740605",
    "h@skydd.example",
    "Närvarotext",
    "Skältext",
)
IDENTIFYING = (FIRST, LAST, CASE_NUMBER, *NUMBERS, PHONE, "070-174", EMAIL)
CONTENTS = (
    NOTE,
    OBJECTION,
    PLAN_OBJECTION,
    ACTIVITY,
    GOAL,
    STEP,
    PLACE,
    SESSION_NOTE,
    REASON,
    PAUSE,
    OWN_HOUSEHOLD,
    ACCOUNT,
    SAID,
    SEARCH,
    PROPOSED,
    CAN_DO,
    WISH,
    COURSE,
    AWAY,
    CHANGED,
    FOUND,
    ANSWER,
    HEARD,
    REVIEWED,
    HOURS_NOTE,
    PAYMENT_NOTE,
    STANDING,
)


@dataclass
class Everything:
    """Ids only: rows would not outlive a request."""

    unit: int
    other_unit: int
    people: dict[str, int]
    case: int
    household: int
    shared_household: int
    open_relative: int
    workplace: int
    elsewhere: int
    need: int
    competence: int
    employer: int
    supervisor: int
    agreement: int
    link: int
    cover: int
    crew: int
    report_issue: int
    committee_report: int
    token: str
    form: str
    ids: dict[str, list[int]] = field(default_factory=dict)
    versions: dict[str, dict[int, int]] = field(default_factory=dict)

    def staff(self, who: str) -> Staff:
        return db.session.get_one(Staff, self.people[who])


def people_of(unit: Unit, other: Unit) -> dict[str, Staff]:
    return {
        "insider": builders.staff(unit, name="Inga Insatt", wants_invitations=True),
        "secretary": builders.staff(unit, name="Sven Sekreterare"),
        "lead": builders.staff(unit, Role.UNIT_LEAD, name="Lena Ledare"),
        "other_secretary": builders.staff(other, name="Olle Annan"),
        "other_lead": builders.staff(other, Role.UNIT_LEAD, name="Olga Annan"),
        "aid": builders.staff(unit, Role.AID_OFFICER, name="Bo Bistånd"),
        "administrator": builders.staff(unit, Role.ADMINISTRATOR, name="Ada Admin"),
    }


def make(protection: Protection | None) -> Everything:
    """The case of `insider`: meetings, notes, plan, placement, sessions, tasks, messages, aid, history, log."""
    unit, other = builders.unit("Enhet Norr"), builders.unit("Enhet Söder")
    people = people_of(unit, other)
    insider = people["insider"]
    case = builders.case(
        unit,
        insider,
        household=OWN_HOUSEHOLD,
        case_number=CASE_NUMBER,
        first_name=FIRST,
        last_name=LAST,
        personal_number=PERSONAL_NUMBER,
        phone=PHONE,
        email=EMAIL,
        protection=protection,
        # Letters to print: also to a protected person who agreed to them.
        reach_by=ReachBy.LETTER,
        messages_allowed=protection is not None,
        first_contact_on=date(2026, 10, 12),
    )
    relative = builders.case(unit, people["secretary"], household="H-DELAT", first_name="Öppen")
    partner = builders.case(
        unit, insider, household="H-DELAT", case_number=f"{CASE_NUMBER}-2", first_name=FIRST, last_name=LAST,
        protection=protection,
    )  # fmt: skip
    workplace = builders.workplace("Lagret", contact_email="handledare@ab.example")
    crew = Crew(workplace=workplace, name="Laget")
    db.session.add(crew)
    elsewhere = builders.workplace("Annanstans")
    _facts(case, insider, workplace, crew)
    builders.placement(relative, workplace)
    need = matching.need(workplace, ("Köksarbete",), ("Truckkort",))
    kitchen = matching.can(case, "Köksarbete", note=CAN_DO, by=insider)[0]
    matching.profile(case, wishes=WISH)
    matching.top_up(case, "Truckkort", need, what=COURSE, place=PLACE)
    builders.placement(partner, workplace)
    link = make_link(
        actor=Actor.of(insider),
        workplace=workplace,
        sent_to="h@ab.example",
        supervisor_name="Karin Berg",
        now=NOW,
    )
    db.session.add(NamedStaff(case_id=case.id, staff_id=insider.id, named_at=NOW))
    # Whoever stands in does not see more than before.
    cover = make_cover(
        actor=Actor.of(insider),
        staff=insider,
        in_place=people["secretary"],
        starts_on=TODAY,
        ends_on=TODAY + timedelta(days=7),
        now=NOW,
    )
    agreement = builders.agreement(workplace.employer)
    supervisor = builders.supervisor(workplace)
    builders.settle()
    _messages(case, insider)
    _handovers(case, insider, people["aid"])
    _of_household(case, people["aid"])
    log_access(actor=Actor.of(insider), case_ids=[case.id], viewed=Viewed.CASE_PAGE, now=NOW)
    issue = _report(people["lead"])
    builders.settle()
    found = Everything(
        unit=unit.id,
        other_unit=other.id,
        people={who: person.id for who, person in people.items()},
        case=case.id,
        household=case.household_id,
        shared_household=relative.household_id,
        open_relative=relative.id,
        workplace=workplace.id,
        elsewhere=elsewhere.id,
        need=need.id,
        competence=kitchen.id,
        employer=workplace.employer_id,
        supervisor=supervisor.id,
        agreement=agreement.id,
        link=link.id,
        cover=cover.id,
        crew=crew.id,
        report_issue=issue.id,
        committee_report=issue.report_id,
        token=link_token(link),
        form=form_token(link),
    )
    _collect(found, (case.id, partner.id))
    return found


def _report(lead: Staff) -> ReportIssue:
    """What a report of the unit said of a quarter."""
    values = {
        "name": "Nämnden", "all_units": False, "period": ReportPeriod.QUARTER, "language": "sv", "mail_to": "",
        "mail_format": ReportFormat.PDF, "mail_after_days": 10, "figures": [{"key": "attendance_rate", "by": []}],
    }  # fmt: skip
    report, _new = reports.save_report(actor=Actor.of(lead), report=None, values=values, now=NOW)
    return reports.issue(actor=Actor.of(lead), report=report, span=span_of(report.period, REPORTED), now=NOW)


def _facts(case: Case, insider: Staff, workplace: Workplace, crew: Crew) -> None:
    actor = Actor.of(insider)
    for days, outcome in (
        (-14, MeetingOutcome.HELD),
        (-1, MeetingOutcome.BOOKED),
        (0, MeetingOutcome.BOOKED),
    ):
        builders.meeting(case, NOW + timedelta(days=days, hours=1), outcome, place=PLACE, staff_id=insider.id)
    builders.meeting(case, NOW + timedelta(days=5), MeetingOutcome.BOOKED, place=PLACE)
    note = meetings_service.add_note(actor=actor, case=case, text=NOTE, now=NOW)
    db.session.flush()
    meetings_service.add_objection(actor=actor, case=case, about=note, text=OBJECTION, now=NOW)
    plan = builders.plan(
        case, goals=GOAL, ends_on=date(2026, 11, 30), review_by=date(2026, 11, 19),
        lower_hours=LowerHours.HEALTH, lower_hours_note=HOURS_NOTE,
    )  # fmt: skip
    db.session.add(
        PlanReview(plan_id=plan.id, reviewed_on=TODAY, result=ReviewResult.GOES_ON, note=REVIEWED,
                   noted_at=NOW, noted_by=insider.name)
    )  # fmt: skip
    db.session.add(PlanStep(plan_id=plan.id, position=1, what=STEP, who=FIRST))
    db.session.add(
        PlanActivity(plan_id=plan.id, position=1, what=ACTIVITY, activity_type=ActivityType.LANGUAGE, hours=4)
    )
    object_to(actor=actor, plan=plan, text=PLAN_OBJECTION, said_on=TODAY, now=NOW)
    placement = builders.placement(case, workplace, starts_on=date(2026, 11, 10), ends_on=date(2027, 1, 29))
    builders.proposal(case, workplace, tasks=PROPOSED)
    placement.crew = crew
    _days(case, placement, actor)
    db.session.add(
        JobSearchReport(
            case_id=case.id, monday=date(2026, 11, 9), hours=4, note=SEARCH, made_at=NOW, made_by=insider.name
        )
    )
    builders.employer_report(placement, said=SAID)
    assess(actor=actor, case=case, assessed_on=TODAY, outcome=RequirementOutcome.COVERED, note=FOUND, now=NOW)
    db.session.add(
        AidNotice(
            case_id=case.id, about_on=date(2026, 11, 25), told_on=TODAY, told_to="Anna", told_by=insider.name,
            made_at=NOW,
        )
    )  # fmt: skip
    db.session.add(
        OutcomeCheck(
            case_id=case.id, months=3, standing=OutcomeStanding.NOT_KNOWN, found_on=TODAY, note=STANDING,
            noted_at=NOW, noted_by=insider.name,
        )
    )  # fmt: skip
    builders.pause(case, note=PAUSE)
    pause_rules(
        actor=actor,
        case=case,
        rule="return_check",
        starts_on=TODAY,
        ends_on=TODAY + timedelta(days=9),
        reason=REASON,
        now=NOW,
    )
    month = TODAY.replace(day=1)
    builders.aid_month(case, month, AidStatus.RECEIVED)
    db.session.add(
        CaseEvent(case_id=case.id, at=NOW, staff_id=insider.id, actor_name=insider.name, verb="case_changed",
                  changes={"first_name": ["Anna", FIRST]}, reason=REASON)
    )  # fmt: skip
    builders.settle()
    _assessed(case, insider)
    session = db.session.scalars(
        select(Session).where(Session.case_id == case.id).order_by(Session.on_date).limit(1)
    ).one()
    session.note, session.version = SESSION_NOTE, session.version
    note_account(actor=actor, session=session, told_on=TODAY, way=AccountWay.PHONE, text=ACCOUNT, now=NOW)


def _of_household(case: Case, aid: Staff) -> None:
    """What stands of the household: a child, an incorrect payment of which a part was paid back."""
    db.session.add(
        HouseholdChild(household_id=case.household_id, birth_year=2019, noted_at=NOW, noted_by=aid.name)
    )
    error = PaymentError(
        household_id=case.household_id, kind=PaymentErrorKind.PAID, period_from=date(2026, 9, 1),
        period_to=date(2026, 9, 1), amount=Decimal(500), cause=PaymentErrorCause.WORK, found_on=TODAY, found_by="",
        note=PAYMENT_NOTE, reclaim_decided_on=TODAY, reclaim_amount=Decimal(500), made_at=NOW, made_by=aid.name,
    )  # fmt: skip
    db.session.add(error)
    db.session.flush()
    db.session.add(
        Repayment(
            payment_error_id=error.id, paid_on=TODAY, amount=Decimal(5), noted_at=NOW, noted_by=aid.name
        )
    )


def _assessed(case: Case, insider: Staff) -> None:
    """Two texts of which one waits beside the other, and support that is to be arranged."""
    of = assessing.begun(case, insider)
    assessing.write(of, case, "jobs", ANSWER, by=insider)
    assessing.write(of, case, "jobs", f"{ANSWER} igen", by=insider)
    support.open_need(
        actor=Actor.of(insider), case=case, assessment=of, question=assessing.QUESTIONS["childcare"], now=NOW
    )


def _days(case: Case, placement: Placement, actor: Actor) -> None:
    """Agreed leave, a planned week and a day that was moved."""
    add_leave(
        actor=actor,
        case=case,
        starts_on=date(2026, 12, 21),
        ends_on=date(2026, 12, 22),
        reason=AWAY,
        now=NOW,
    )
    save_week(
        actor=actor, case=case, placement=placement, valid_from=PLANNED_FROM, weeks=PLANNED, seen=0, now=NOW
    )
    change_day(
        actor=actor,
        case=case,
        placement=placement,
        on_date=CHANGED_DAY,
        kind=SessionChangeKind.MOVED,
        to_date=CHANGED_DAY + timedelta(days=3),
        hours=None,
        reason=CHANGED,
        now=NOW,
    )


def _handovers(case: Case, insider: Staff, aid: Staff) -> None:
    """One of October, where the aid officer may see the case handed over to them, and a draft of November."""
    actor = Actor.of(insider)
    for month in (date(2026, 10, 1), date(2026, 11, 1)):
        made, _new = handovers_service.begin(actor=actor, case=case, month=month, now=NOW)
        handover = find_handover(made.id, actor)
        assert handover is not None
        if month.month == 11:
            return
        values = {
            "heard_on": TODAY, "heard_how": HeardHow.PHONE, "account": HEARD, "objection": "", "not_heard_why": "",
        }  # fmt: skip
        common: dict[str, Any] = {"actor": actor, "case": handover.case, "handover": handover, "now": NOW}
        handovers_service.hear(**common, seen_version=handover.version, values=values)
        if case.protection is None:
            handovers_service.hand_over(**common, seen_version=handover.version, to_staff_id=aid.id)


def _messages(case: Case, insider: Staff) -> None:
    task = db.session.scalars(
        select(Task).where(Task.case_id == case.id, Task.state == TaskState.OPEN).order_by(Task.id).limit(1)
    ).one()
    for channel in Channel:
        db.session.add(
            Message(
                key=f"test:{task.id}:{channel.value}", kind=MessageKind.TASK_DUE, channel=channel, bundle="b",
                staff_id=insider.id, params={"task": "Hold the first meeting"}, case_id=case.id, task_id=task.id,
                created_at=NOW, next_attempt_at=NOW,
            )
        )  # fmt: skip


def _collect(found: Everything, case_ids: tuple[int, ...]) -> None:
    tables: dict[str, Any] = {
        "meeting_id": Meeting,
        "note_id": Note,
        "pause_id": ClockPause,
        "exception_id": RuleException,
        "plan_id": Plan,
        "placement_id": Placement,
        "session_id": Session,
        "task_id": Task,
        "message_id": Message,
        "leave_id": Leave,
        "proposal_id": Proposal,
        "handover_id": Handover,
        "case_competence_id": CaseCompetence,
        "assessment_id": Assessment,
        "found_id": RequirementAssessment,
        "check_id": OutcomeCheck,
        "support_need_id": SupportNeed,
        "top_up_id": TopUp,
    }
    found.ids = {"case_id": list(case_ids)}
    for name, model in tables.items():
        rows = db.session.execute(
            select(model.id, getattr(model, "version", model.id))
            .where(model.case_id.in_(case_ids))
            .order_by(model.id)
        ).all()
        found.ids[name] = [rows[i][0] for i in sorted({0, len(rows) // 2, len(rows) - 1})]
        found.versions[name] = {row[0]: row[1] for row in rows}
        assert found.ids[name], name
    of_placements = EmployerReport.placement_id.in_(found.ids["placement_id"])
    found.ids["report_id"] = list(db.session.scalars(select(EmployerReport.id).where(of_placements)))
    found.versions["case_id"] = dict.fromkeys(case_ids, 0)
    for case_id in case_ids:
        found.versions["case_id"][case_id] = db.session.get_one(Case, case_id).version
    found.ids["household_id"] = [found.household]
    of_household = PaymentError.household_id == found.household
    found.ids["error_id"] = list(db.session.scalars(select(PaymentError.id).where(of_household)))
    of_error = Repayment.payment_error_id.in_(found.ids["error_id"])
    found.ids["repayment_id"] = list(db.session.scalars(select(Repayment.id).where(of_error)))
    found.ids["child_id"] = list(
        db.session.scalars(select(HouseholdChild.id).where(HouseholdChild.household_id == found.household))
    )


# What a form of each endpoint is sent with, such that whoever may do it succeeds (tested). {version}: the row's own.
FORMS: dict[str, dict[str, Any]] = {
    "caseload.edit_case": {
        "first_name": "Ny", "last_name": "Namn", "flow": "main", "protection": "", "reason": "skäl",
        "flow_reason": "ready", "version": "{version}",
    },
    "caseload.take": {},
    "caseload.hand_over": {"to": "{secretary}", "seen": "{insider}", "reason": "x"},
    "flows.hours": {"main_hours": "900,5", "support_hours": "200"},
    "flow_targets.page": {"main_percent": "85", "unit_id": "", "valid_from": "2026-11-20"},
    "closing.close": {"closed_on": "2026-11-20", "reason": "moved"},
    "closing.confirm": {"confirmed_on": "2026-11-20"},
    "closing.reopen": {"reason": "Det var för tidigt"},
    "clocks.pause": {"reason": "away", "starts_on": "2026-12-14", "ends_on": "2026-12-18"},
    "clocks.change_pause": {"reason": "away", "starts_on": "2026-11-23", "ends_on": "2026-12-01", "note": "annat"},
    "exceptions.pause": {"rule": "", "starts_on": "2026-11-20", "ends_on": "2026-12-01", "reason": "resa"},
    "exceptions.own_interval": {
        "rule": "follow_up", "days": "7", "day_kind": "calendar", "ends_on": "2026-12-01", "reason": "tätare",
    },
    "exceptions.end": {},
    "meetings.book": {"day": "2026-12-07", "at": "15:00", "kind": "follow_up", "way": "in_person"},
    "meetings.record_outcome": {"outcome": "no_show", "reason": "fel", "version": "{version}"},
    "meetings.add_note": {"text": "ny text"},
    "meetings.add_objection": {"text": "ny text"},
    "assessments.begin": {},
    "assessments.page": {"completed_on": "2026-11-20"},
    "assessments.section": {
        "seen-jobs": "0.000000000000", "text-jobs": "nya ord", "seen-competences": "0.000000000000",
        "text-competences": "vana",
    },
    "assessments.wordings": {"text": "ny text", "seen": "2"},
    "assessments.end_need": {"outcome": "arranged", "version": "{version}"},
    "plans.agree": {"agreed_on": "2026-11-20", "agreed_how": "paper"},
    "plans.edit": {"agreed_on": "2026-11-18", "goals": "annat", "version": "{version}"},
    "plan_talks.agree_on_screen": {},
    "plan_talks.objection": {"text": "ny text", "said_on": "2026-11-20"},
    "plan_talks.review": {
        "reviewed_on": "2026-11-20", "result": "goes_on", "review_by": "2026-12-18", "ends_on": "2027-01-31",
        "version": "{version}",
    },
    "weeks.edit": {"valid_from": "2026-12-14", "a1-there": "y", "a1-hours": "3", "seen": "{week}"},
    "weeks.withdraw": {},
    "single_days.change": {"kind": "cancelled", "reason": "x"},
    "single_days.take_back": {},
    "leaves.of_case": {"starts_on": "2027-01-07", "ends_on": "2027-01-08", "reason": "resa"},
    "leaves.take_back": {},
    "crews.leave": {},
    "placements.place": {"kind": "internship", "starts_on": "2026-12-01", "weekdays": "0"},
    "placements.edit": {"weekdays": "0", "reason": "x", "version": "{version}"},
    "life.extend": {"ends_on": "2027-06-30", "version": "{version}"},
    "life.safety_intro": {
        "safety_intro_on": "2026-11-20", "safety_intro_by": "Karin", "version": "{version}",
    },
    "life.move": {"starts_on": "2026-12-14", "version": "{version}"},
    "life.end": {
        "last_day": "2026-11-19", "by": "employer", "end_reason": "no_need", "version": "{version}",
    },
    "life.take_back_end": {},
    "proposals.new": {"kind": "internship", "starts_on": "2026-12-01", "weekdays": "0"},
    "proposals.change": {
        "kind": "internship", "starts_on": "2026-12-02", "weekdays": "1", "version": "{version}",
    },
    "proposals.say_yes": {"on": "2026-11-20", "version": "{version}"},
    "proposals.take_back": {},
    "proposals.decline": {"by": "employer", "reason": "fel", "version": "{version}"},
    "absence.account": {"told_on": "2026-11-20", "way": "phone", "text": "ny text"},
    "absence.ask": {},
    "employer_reports.handle": {"note": "gjort"},
    "profiles.add": {"term": "Bakning", "note": "lång tid"},
    "profiles.remove": {},
    "profiles.save": {"language_level": "good", "version": "1"},
    "needs.new": {"kind": "job", "title": "Bagare", "positions": "1"},
    "needs.edit": {"kind": "job", "title": "Kock", "positions": "2", "version": "1"},
    "needs.settle": {"version": "1"},
    "top_ups.new": {"competence": "Motorsåg", "what": "Kurs", "starts_on": "2026-12-01"},
    "top_ups.edit": {"what": "Annan kurs", "starts_on": "2026-11-19", "version": "{version}"},
    "top_ups.end": {"state": "done", "ended_on": "2026-11-20", "version": "{version}"},
    "attendance.mark": {"mark": "present", "hours": "8", "version": "{version}"},
    "followups.close": {"outcome": "done", "reason": "gjort"},
    "followups.postpone": {"until": "2026-12-18", "reason": "semester"},
    "followups.selected": {"action": "not_relevant", "task": "{task}", "reason": "gammal"},
    "covers.page": {
        "staff_id": "{insider}", "cover_id": "{secretary}", "starts_on": "2026-11-23", "ends_on": "2026-11-24",
    },
    "covers.end": {},
    "handing_over.caseload": {"which": "ticked", "case": "{case}", "to": "{secretary}", "reason": "semester"},
    "aid_notices.new": {"about_on": "2026-11-25", "told_to": "Anna", "told_on": "2026-11-20"},
    "handovers.of_case": {"month": "2026-11-01"},
    "handovers.hear": {
        "heard_how": "phone", "heard_on": "2026-11-20", "account": "ny text", "version": "{version}",
    },
    "handovers.hand_over": {"to_staff_id": "{aid}", "version": "{version}"},
    "handovers.receive": {},
    "handovers.outcome": {"outcome": "granted", "outcome_on": "2026-11-20", "version": "{version}"},
    "handovers.withdraw": {"reason": "fel", "version": "{version}"},
    "ledger.again": {},
    "payment_errors.new": {
        "kind": "paid", "period_from": "2026-10", "period_to": "2026-10", "amount": "100", "cause": "work",
        "found_on": "2026-11-20",
    },
    "payment_errors.page": {
        "kind": "paid", "period_from": "2026-09", "period_to": "2026-10", "amount": "600", "cause": "work",
        "found_on": "2026-11-20", "reclaim_decided_on": "2026-11-20", "reclaim_amount": "500", "version": "1",
    },
    "payment_errors.repay": {"repaid_on": "2026-11-20", "repaid": "10", "seen": "1"},
    "payment_errors.withdraw_repayment": {},
    "payment_errors.withdraw": {},
    "requirement.of_case": {"outcome": "covered", "assessed_on": "2026-11-20", "note": "Fynd"},
    "outcomes.of_case": {"months": "3", "standing": "goes_on", "found_on": "2026-11-20"},
    "outcomes.withdraw": {},
    "requirement.note_obstacle": {"obstacle": "language", "since_on": "2026-11-20"},
    "requirement.withdraw": {},
    "requirement.add_child": {"birth_year": "2021", "seen": "1"},
    "requirement.remove_child": {},
    "written_letters.new": {"heading": "Ett brev", "text": "Hej och välkommen."},
    "letters.settle": {"outcome": "posted"},
    "reports.issue": {"span": "2026-Q3"},
    "room.add": {"places": "2", "starts_on": "2026-11-20", "weekdays": "0"},
    "room.close": {"starts_on": "2026-12-28"},
    "contacts.add": {"on_date": "2026-11-20", "way": "phone", "text": "Hej"},
    "contacts.contacted": {"way": "phone"},
    "ledger.search": {"q": ""},
    "aid.record": {"status": "granted", "decided_on": "2026-11-19", "version": "1"},
}  # fmt: skip

# These answer with a page of how it went, row by row.
WITH_A_RESULT = ("followups.selected", "handing_over.caseload")
# What stands after the `?` where the endpoint needs it.
QUERIES = {
    "placements.place": "?workplace={workplace}",
    "life.move": "?workplace={elsewhere}",
    "proposals.new": "?workplace={elsewhere}",
    "needs.new": "?workplace={workplace}",
    "matching.of_need": "?scope=unit",
    "handing_over.caseload": "?whose={insider}",
    "employer.press": "?f={form}&s={session}",
}


@dataclass(frozen=True)
class Call:
    """One request, and whether its address itself points at the case or something of it."""

    endpoint: str
    method: str
    address: str
    data: dict[str, Any]
    points_at_it: bool


OF_CASE = (
    "case_id",
    "meeting_id",
    "note_id",
    "pause_id",
    "exception_id",
    "plan_id",
    "placement_id",
    "session_id",
    "leave_id",
    "proposal_id",
    "handover_id",
    "report_id",
    "task_id",
    "message_id",
    "case_competence_id",
    "assessment_id",
    "found_id",
    "check_id",
    "support_need_id",
    "top_up_id",
    "household_id",
    "error_id",
    "repayment_id",
)


def calls(app: Flask, of: Everything) -> Iterator[Call]:
    """Every endpoint and method, with every id of the case."""
    for rule in app.url_map.iter_rules():
        if rule.endpoint in ("static", "accounts.sign_out", "accounts.sign_in"):
            continue
        for values in _values(rule, of):
            built = rule.build(values, append_unknown=False)
            assert built is not None
            for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
                own = [name for name in values if name in OF_CASE]
                data = _data(rule.endpoint, own, values, of) if method == "POST" else {}
                query = QUERIES.get(rule.endpoint, "").format(
                    workplace=of.workplace,
                    elsewhere=of.elsewhere,
                    form=of.form,
                    session=of.ids["session_id"][0],
                    **of.people,
                )
                points = bool(own) and values[own[0]] in of.ids[own[0]]
                yield Call(rule.endpoint, method, built[1] + query, data, points)


def _values(rule: Rule, of: Everything) -> Iterator[dict[str, Any]]:
    names = list(rule._converters)
    base: dict[str, Any] = {
        "month": TODAY.replace(day=1),
        "household_number": "H-1",  # tests/aid/test_api.py has its key
        "key_id": 999_999,
        "token": of.token,
        "secret": "x" * 43,  # nobody's: what stands in a calendar is tested in tests/exchange/test_feed.py
        "workplace_id": of.workplace,
        "need_id": of.need,
        "competence_id": of.competence,
        "becomes": "filled",
        "side": "participant",
        "link_id": of.link,
        "employer_id": of.employer,
        "supervisor_id": of.supervisor,
        "agreement_id": of.agreement,
        "cover_id": of.cover,
        "crew_id": of.crew,
        "first": PLANNED_FROM,
        "day": FREE_DAY,
        "changed": CHANGED_DAY,
        "code": "0000",  # nobody's: tests/attendance/test_sign_in.py
        "staff_id": of.people["insider"],
        "set_id": 999_999,
        "version_id": 999_999,
        "section_key": "own",
        "name": "meeting_reminder.sms",
        "language": "sv",
        "target_id": 999_999,
        "text_id": 999_999,
        "annotation_id": 999_999,
        "committee_report_id": of.committee_report,
        "report_issue_id": of.report_issue,
        "what": "restore",
        "series_id": 999_999,
        "point_id": 999_999,
        "child_id": of.ids["child_id"][0],
        "limit_id": 999_999,
        "cost_id": 999_999,
        "room_id": 999_999,
        "closing_id": 999_999,
        "into_id": 999_999,
        "rule_key": "follow_up",
        "kind": "pdf" if rule.endpoint == "reports.file" else "csv",
        "number": 1,
        "question": "jobs",
        "key": "enrolled",
        "part": "numerator",
    }
    own = [name for name in names if name in OF_CASE]
    if not own:
        yield {name: base[name] for name in names}
        return
    more = [of.shared_household] if own == ["household_id"] else []
    for row_id in (*of.ids[own[0]], *more):
        yield {**{name: base[name] for name in names if name in base}, own[0]: row_id}


def _data(endpoint: str, own: list[str], values: dict[str, Any], of: Everything) -> dict[str, Any]:
    if endpoint.startswith("employer."):
        return {"answer": "here", "hours": "8"}
    version = of.versions.get(own[0], {}).get(values[own[0]], 1) if own else 1
    ids = {"version": version, "case": of.case, "task": of.ids["task_id"][0], **of.people}
    if endpoint.startswith("weeks."):
        ids["week"] = latest_row(values["placement_id"])
    fill = {name: str(row_id) for name, row_id in ids.items()}
    return {
        name: value.format(**fill) if isinstance(value, str) else value
        for name, value in FORMS.get(endpoint, {}).items()
    }


def of_case(found: Everything) -> dict[str, list[Any]]:
    """All that is stored of the case, for comparing before and after. Who looked is not part of it."""
    ids = found.ids["case_id"]
    stored: dict[str, list[Any]] = {}
    where: Any
    for table in Base.metadata.sorted_tables:
        if table.name == "access_log":
            continue
        if table.name == "cases":
            where = table.c.id.in_(ids)
        elif "case_id" in table.c:
            where = table.c.case_id.in_(ids)
        elif "plan_id" in table.c:
            where = table.c.plan_id.in_(found.ids["plan_id"])
        elif "household_id" in table.c:
            where = table.c.household_id == found.household
        elif "payment_error_id" in table.c:
            where = table.c.payment_error_id.in_(found.ids["error_id"])
        elif "assessment_id" in table.c:
            where = table.c.assessment_id.in_(found.ids["assessment_id"])
        else:
            continue
        key = list(table.primary_key.columns)
        stored[table.name] = [
            tuple(row) for row in db.session.execute(table.select().where(where).order_by(*key))
        ]
    return stored


def differences(before: dict[str, list[Any]], after: dict[str, list[Any]]) -> set[str]:
    """What differs between two answers of of_case(): `table + row`, `table - row` or `table.column`."""
    found: set[str] = set()
    for name, rows in after.items():
        columns = list(Base.metadata.tables[name].columns)
        keys = [i for i, column in enumerate(columns) if column.primary_key]
        old, new = ({tuple(row[i] for i in keys): row for row in of} for of in (before[name], rows))
        found |= {f"{name} + row"} if new.keys() - old.keys() else set()
        found |= {f"{name} - row"} if old.keys() - new.keys() else set()
        for key in old.keys() & new.keys():
            pairs = zip(columns, old[key], new[key], strict=True)
            found |= {f"{name}.{column.name}" for column, one, other in pairs if one != other}
    return found


def everything_stored() -> dict[str, list[Any]]:
    """All rows of all tables but the access log."""
    return {
        table.name: sorted(map(repr, db.session.execute(table.select()).all()))
        for table in Base.metadata.sorted_tables
        if table.name != "access_log"
    }
