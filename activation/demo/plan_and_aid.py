"""What goes with plan and payment in the demonstration: assessments, plans made together, findings, handovers, errors.

Its people press what people press in the product: nothing of it happens by itself there.
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from activation.aid.rules import previous_month
from activation.assessments import answers
from activation.assessments import service as assessments
from activation.assessments.question_queries import current_version
from activation.assessments.questions import Question, from_json, questions_of
from activation.assessments.support import open_need
from activation.clocks.calendar import local_date
from activation.database import db
from activation.demo.lives import at, working_day
from activation.demo.municipality import Municipality
from activation.handovers import service as handovers
from activation.payment_errors.service import add_repayment, note_error
from activation.plans.talks import object_to, review
from activation.records.actor import Actor
from activation.requirement.service import add_child, assess, children_of
from activation.standards.service import save_cost
from models import AidMonth, Case, Household, Plan, PlanActivity, Session, Staff
from models.enums import (
    ActivityType,
    AidStatus,
    AidWarning,
    CostPer,
    ExemptionReason,
    HandoverOutcome,
    HeardHow,
    Obstacle,
    PaymentErrorCause,
    PaymentErrorKind,
    QuestionKind,
    RequirementOutcome,
    ReviewResult,
)

DAY = timedelta(days=1)
FOUND_BY = (AidWarning.PAID_AFTER_WORK_STARTED.value, AidWarning.PLAN_MISSING.value, "")
WORDS = (
    "Jag vill arbeta med människor, gärna i butik eller kök.",
    "Jag har arbetat på lager i fyra år och trivdes.",
    "Jag behöver hjälp med cv och att våga ringa.",
    "Helst på dagtid, jag hämtar barn klockan 16.",
    "Jag har ett körkort från mitt hemland och vill byta ut det.",
)
WISHES = ("Gärna nära bussen.", "Helst på förmiddagar.", "Inom vård eller omsorg.", "Ute, inte vid dator.")
OBJECTIONS = (
    "Jag tycker att 40 timmar är för mycket när jag har ont i ryggen.",
    "Jag vill hellre läsa klart SFI först.",
)
ACCOUNTS = (
    "Jag var hos tandläkaren den dagen och ringde handledaren.",
    "Bussen gick inte, jag kom dit en timme senare men då var det stängt.",
)
ACTIVITIES = (
    ("Arbetsträning på en arbetsplats", ActivityType.WORKPLACE),
    ("SFI på förmiddagarna", ActivityType.LANGUAGE),
    ("Jobbsökarverkstad", ActivityType.JOB_SEARCH),
    ("Motiverande samtal i grupp", ActivityType.MOTIVATION),
)
COSTS = (
    ("Hemförsäkring", "Home insurance", "150", CostPer.MONTH, "Jämför flera bolag."),
    ("Hushållsel, liten lägenhet", "Electricity, small flat", "420", CostPer.MONTH, "Fråga om rörligt avtal."),
    ("Bredband", "Broadband", "250", CostPer.MONTH, "Säg upp tv-paketet som sällan används."),
    ("Månadskort buss", "Monthly bus pass", "690", CostPer.MONTH, "Den som går i skola har eget kort."),
    ("Läkemedel, högkostnadsskydd", "Medicine, cost ceiling", "2850", CostPer.YEAR, "Be apoteket om delbetalning."),
)  # fmt: skip


def make_plan_and_aid(random: Random, municipality: Municipality, *, now: datetime) -> None:
    """After the months of the aid side and the attendance are there."""
    today = local_date(now)
    _costs(municipality.administrator, now=now)
    cases = db.session.scalars(
        select(Case)
        .where(Case.closed_on.is_(None), Case.protection.is_(None), Case.secretary_id.is_not(None))
        .options(joinedload(Case.secretary))
        .order_by(Case.id)
    ).all()
    for case in cases:
        _found(random, case, today, now=now)
    for case in random.sample(list(cases), min(len(cases) // 3, 150)):
        _assessment(random, case, now=now)
    for case in random.sample(list(cases), min(len(cases) // 3, 150)):
        _plan(random, case, today, now=now)
    _handovers(random, cases, municipality.aid_officers, today, now=now)
    _payment_errors(random, municipality.aid_officers, today, now=now)


def _worker(case: Case) -> Actor:
    assert case.secretary is not None
    return Actor.of(case.secretary)


def _costs(administrator: Staff, *, now: datetime) -> None:
    for name, name_en, amount, per, tip in COSTS:
        save_cost(
            actor=Actor.of(administrator),
            cost=None,
            values={
                "name": name,
                "name_en": name_en,
                "amount": Decimal(amount),
                "per": per,
                "valid_from": local_date(now).replace(month=1, day=1),
                "valid_to": None,
                "tip": tip,
                "tip_en": "",
            },
            now=now,
        )


def _found(random: Random, case: Case, today: date, *, now: datetime) -> None:
    """Whether the requirement holds, where it has been looked at; children of some households."""
    if random.random() < 0.25 and not children_of(case.household_id):
        year = today.year - random.randint(1, 14)
        add_child(actor=_worker(case), case=case, birth_year=year, seen=0, now=now)
    if random.random() > 0.7:
        return
    is_exempt = case.obstacle in (Obstacle.SICK_LEAVE, Obstacle.PARENTAL_LEAVE) or random.random() < 0.06
    day = working_day(max(case.first_contact_on, today - random.randint(0, 50) * DAY))
    assess(
        actor=_worker(case),
        case=case,
        assessed_on=min(day, today),
        outcome=RequirementOutcome.EXEMPT if is_exempt else RequirementOutcome.COVERED,
        reason=ExemptionReason.SICKNESS if is_exempt else None,
        ends_on=today + 40 * DAY if is_exempt else None,
        now=now,
    )


def _assessment(random: Random, case: Case, *, now: datetime) -> None:
    version = current_version()
    if version is None:
        return
    row, is_new = assessments.begin(actor=_worker(case), case=case, version=version, now=now)
    if not is_new:
        return
    questions = list(questions_of(from_json(version.questions)))
    sent = [
        answers.Sent(question, answers.Content(_answer(random, question)), 0)
        for question in questions
        if random.random() < 0.75
    ]
    assessments.save(
        actor=_worker(case), case=case, assessment_id=row.id, sent=sent, page=answers.Page("demo", 1), now=now
    )
    with_support = [question for question in questions if question.support]
    if with_support and random.random() < 0.3:
        open_need(
            actor=_worker(case), case=case, assessment=row, question=random.choice(with_support), now=now
        )
    if random.random() < 0.5:
        assessments.complete(
            actor=_worker(case), case=case, assessment_id=row.id, completed_on=local_date(now), now=now
        )


def _answer(random: Random, question: Question) -> Any:
    keys = [option.key for option in question.options]
    match question.kind:
        case QuestionKind.CHOICE:
            return random.choice(keys)
        case QuestionKind.SEVERAL:
            return sorted(random.sample(keys, min(2, len(keys))), key=keys.index)
        case QuestionKind.NUMBER:
            return str(random.choice((0, 2, 5, 10, 25)))
        case QuestionKind.DATE:
            return date(2027, 1, 11).isoformat()
        case QuestionKind.YES_NO | QuestionKind.ASKED:
            return "yes"
        case _:
            return random.choice(WORDS)


def _plan(random: Random, case: Case, today: date, *, now: datetime) -> None:
    """The newest plan of a case, as if it had been made on the one screen."""
    plan = db.session.scalars(
        select(Plan)
        .where(Plan.case_id == case.id, Plan.agreed_on <= today)
        .options(joinedload(Plan.activities))
        .order_by(Plan.agreed_on.desc())
        .limit(1)
    ).first()
    if plan is None or plan.assigned_hours is None:
        return
    what, kind = random.choice(ACTIVITIES)
    plan.activities = [PlanActivity(position=1, what=what, activity_type=kind, hours=plan.assigned_hours)]
    plan.wishes, plan.obstacle = random.choice(WISHES), case.obstacle
    db.session.flush()
    if random.random() < 0.15:
        object_to(
            actor=_worker(case), plan=plan, text=random.choice(OBJECTIONS), said_on=plan.agreed_on, now=now
        )
    if plan.review_by is not None and plan.review_by <= today and random.random() < 0.6:
        ends_on = max(plan.ends_on or today, today + 60 * DAY)
        review(
            actor=_worker(case),
            plan=plan,
            seen_version=plan.version,
            reviewed_on=today,
            result=ReviewResult.GOES_ON,
            note="Det går framåt, vi fortsätter.",
            review_by=today + 42 * DAY,
            ends_on=ends_on,
            now=now,
        )


def _handovers(
    random: Random, cases: Sequence[Case], officers: Sequence[Staff], today: date, *, now: datetime
) -> None:
    """Of last month, of people whose days are all marked: as far as each was brought."""
    month = previous_month(today)
    unmarked = func.count().filter(Session.mark.is_(None))
    ready = set(
        db.session.scalars(
            select(Session.case_id)
            .where(Session.scheduled, Session.on_date >= month, Session.on_date < today.replace(day=1))
            .group_by(Session.case_id)
            .having(unmarked == 0)
        )
    )
    steps = [0, 1, 2, 2, 3, 3, 4, 4, 5]
    chosen = [case for case in cases if case.id in ready and case.first_contact_on < month][: len(steps)]
    for case, far in zip(chosen, steps, strict=False):
        _handover(random, case, month, far, random.choice(officers), now=now)


def _handover(random: Random, case: Case, month: date, far: int, officer: Staff, *, now: datetime) -> None:
    """`far`: 0 a draft, 1 heard, 2 handed over, 3 received, 4 answered, 5 withdrawn."""
    actor, today = _worker(case), local_date(now)
    handover, _new = handovers.begin(actor=actor, case=case, month=month, now=now)
    if far == 0:
        return
    handovers.hear(
        actor=actor, case=case, handover=handover, seen_version=handover.version,
        values={
            "heard_on": today, "heard_how": random.choice((HeardHow.PHONE, HeardHow.MEETING)),
            "not_heard_why": "", "account": random.choice(ACCOUNTS), "objection": "",
        },
        now=now,
    )  # fmt: skip
    if far == 1:
        return
    handovers.hand_over(
        actor=actor, case=case, handover=handover, to_staff_id=officer.id, seen_version=handover.version, now=now
    )  # fmt: skip
    if far in (3, 4):
        handovers.receive(actor=Actor.of(officer), handover=handover, now=now)
    if far == 4:
        handovers.record_outcome(
            actor=Actor.of(officer), handover=handover, seen_version=handover.version,
            outcome=HandoverOutcome.NO_DECISION, outcome_on=today, now=now,
        )  # fmt: skip
    if far == 5:
        handovers.withdraw(
            actor=actor, handover=handover, seen_version=handover.version,
            reason="Fel månad: ett nytt underlag skrivs.", now=now,
        )  # fmt: skip


def _payment_errors(random: Random, officers: Sequence[Staff], today: date, *, now: datetime) -> None:
    """Some of the months that were paid, found incorrect or put right."""
    months = db.session.execute(
        select(AidMonth.household_id, AidMonth.month, AidMonth.amount)
        .where(AidMonth.status == AidStatus.PAID, AidMonth.month < today.replace(day=1))
        .order_by(AidMonth.id)
    ).all()
    for household_id, month, amount in random.sample(months, min(14, len(months))):
        actor = Actor.of(random.choice(officers))
        is_paid = random.random() < 0.7
        reclaimed = is_paid and random.random() < 0.6
        part = (Decimal(amount or 3000) / 3).quantize(Decimal(1))
        found_on = min(today, at(month + 40 * DAY, 12).date())
        error, _new = note_error(
            actor=actor,
            household=db.session.get_one(Household, household_id),
            values={
                "kind": PaymentErrorKind.PAID if is_paid else PaymentErrorKind.PREVENTED,
                "period_from": month, "period_to": month, "amount": part,
                "cause": random.choice(list(PaymentErrorCause)), "found_on": found_on,
                "found_by": random.choice(FOUND_BY),
                "note": "", "reclaim_decided_on": found_on if reclaimed else None,
                "reclaim_amount": part if reclaimed else None,
            },
            now=now,
        )  # fmt: skip
        if reclaimed and random.random() < 0.7:
            add_repayment(actor=actor, error=error, paid_on=today, amount=part // 2, seen=0, now=now)
