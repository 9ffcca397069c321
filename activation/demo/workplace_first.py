"""What the municipality knows of employers and of what people can: agreements, room, needs, proposals, top-ups."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from activation.clocks.calendar import local_date
from activation.database import db
from activation.demo.lives import at, working_day
from activation.demo.municipality import Municipality
from activation.employer_page.reports import make_report
from activation.employers.contact_service import add_contact
from activation.employers.register import change_employer, change_workplace, sign_agreement
from activation.employers.room_service import add_room
from activation.matching.needs import Terms, make_need
from activation.matching.person import note_competences, save_profile
from activation.matching.top_ups import plan_top_up
from activation.placements.crews import join_crew, make_crew
from activation.placements.proposals import propose
from activation.placements.rules import weekday_bits
from activation.records.actor import Actor
from models import Case, CaseCompetence, Competence, Need, Placement, Staff, Workplace
from models.enums import (
    CompetenceKind,
    ContactWay,
    EmployerReportKind,
    EmployerStatus,
    LanguageLevel,
    Licence,
    NeedKind,
    PlacementKind,
)

DAY = timedelta(days=1)
STREETS = ("Storgatan", "Hamngatan", "Verkstadsgatan", "Östra vägen", "Kvarngatan", "Industrigatan")
TOWNS = (("23100", "Trelleborg"), ("23132", "Trelleborg"), ("23162", "Anderslöv"), ("23170", "Smygehamn"))
TASKS = (
    "Plocka och packa varor, hålla ordning på lagret.",
    "Hjälpa till i köket, diska och duka fram.",
    "Städa gemensamma ytor, sortera återvinning.",
    "Fylla på varor, bemöta kunder.",
    "Sköta grönytor och enklare underhåll.",
)
SAID = (
    "Ringde och hörde hur det går. De är nöjda och tar gärna emot en till efter nyår.",
    "Besök på arbetsplatsen. Gick igenom arbetsmiljö och schema.",
    "De har fått en stor order och kan behöva folk i januari.",
)
TITLES = ("Lagermedarbetare", "Lokalvårdare", "Köksbiträde", "Butiksmedarbetare", "Vaktmästare")
MESSAGES = (
    "Kan börja en halvtimme senare på onsdag om det passar bättre med bussen.",
    "Vi har ett personalmöte på fredag, då slutar alla kl. 12.",
    "Fungerar fint. Kan gärna få prova kassan nästa vecka.",
)


def make_workplace_first(random: Random, municipality: Municipality, *, now: datetime) -> None:
    """After the people, and before what follows from facts is brought up to date."""
    staff = [Actor.of(secretary) for secretary in municipality.secretaries]
    for workplace in municipality.workplaces:
        _about(random, workplace, random.choice(staff), municipality.secretaries, now=now)
    db.session.flush()
    cases = db.session.scalars(
        select(Case).where(Case.closed_on.is_(None), Case.protection.is_(None)).order_by(Case.id)
    ).all()
    words = list(
        db.session.scalars(
            select(Competence.name)
            .where(Competence.kind != CompetenceKind.OCCUPATION)
            .order_by(Competence.name)
        )
    )
    for case in random.sample(list(cases), int(len(cases) * 0.7)):
        _person(random, case, random.choice(staff), words, now=now)
    needs = [
        _need(random, workplace, random.choice(staff), words, now=now)
        for workplace in random.sample(list(municipality.workplaces), min(24, len(municipality.workplaces)))
    ]
    for case in random.sample(list(cases), min(14, len(cases))):
        _proposal(random, case, municipality.workplaces, random.choice(staff), now=now)
    for case in random.sample(list(cases), min(8, len(cases))):
        _top_up(random, case, random.choice(needs), random.choice(staff), words, now=now)
    _agreed_here(random, local_date(now), now=now)
    _crew(municipality.workplaces, random.choice(staff), now=now)


def _about(
    random: Random, workplace: Workplace, actor: Actor, owners: Sequence[Staff], *, now: datetime
) -> None:
    today = local_date(now)
    postcode, town = random.choice(TOWNS)
    street = f"{random.choice(STREETS)} {random.randint(1, 60)}"
    address = {"street": street, "postcode": postcode, "town": town, "places": workplace.places}
    change_workplace(
        actor=actor, workplace=workplace, seen_version=workplace.version, values=address, now=now
    )
    employer = workplace.employer
    status = random.choices(
        (EmployerStatus.ACTIVE, EmployerStatus.PROSPECT, EmployerStatus.RESTING), (86, 8, 6)
    )[0]
    change_employer(
        actor=actor,
        employer=employer,
        seen_version=employer.version,
        values={
            "org_number": employer.org_number,
            "name": employer.name,
            "status": status,
            "status_reason": "",
            "owner_id": random.choice(owners).id,
        },
        now=now,
    )
    if status is EmployerStatus.PROSPECT:
        return
    if random.random() < 0.85:
        signed = today - random.randint(10, 500) * DAY
        confirmed = signed if random.random() < 0.9 else None
        sign_agreement(
            actor=actor,
            employer=employer,
            values={
                "signed_on": signed,
                "valid_to": signed + timedelta(days=365) if random.random() < 0.7 else None,
                "work_environment_on": confirmed,
                "insurance_on": confirmed,
                "note": "",
            },
            now=now,
        )
    if random.random() < 0.7:
        add_contact(
            actor=actor,
            employer=employer,
            workplace=workplace,
            on_date=today - random.randint(1, 120) * DAY,
            way=random.choice(tuple(ContactWay)),
            with_whom=workplace.supervisors[0].name,
            text=random.choice(SAID),
            next_on=None,
            now=now,
        )
    if random.random() < 0.6:
        _room(random, workplace, actor, today, now=now)


def _room(random: Random, workplace: Workplace, actor: Actor, today: date, *, now: datetime) -> None:
    values: dict[str, Any] = {
        "kind": random.choice((None, None, PlacementKind.WORK_TRAINING, PlacementKind.INTERNSHIP)),
        "starts_on": today - random.randint(0, 90) * DAY,
        "ends_on": today + random.randint(30, 200) * DAY if random.random() < 0.4 else None,
        "places": random.randint(1, 4),
        "weekdays": weekday_bits(random.choice(((1, 2, 3, 4, 5), (1, 2, 3, 4), (1, 3, 5)))),
        "days_at_least": random.choice((None, None, 2, 4, 5)),
        "language_level": random.choice(
            (LanguageLevel.NONE, LanguageLevel.BASIC, LanguageLevel.INTERMEDIATE, None)
        ),
        "licence": Licence.B if random.random() < 0.1 else None,
        "tasks": random.choice(TASKS),
    }
    if values["days_at_least"] and values["days_at_least"] > values["weekdays"].bit_count():
        values["days_at_least"] = None
    add_room(actor=actor, workplace=workplace, values=values, competences={}, now=now)


def _person(random: Random, case: Case, actor: Actor, words: list[str], *, now: datetime) -> None:
    terms = random.sample(words, random.randint(1, 4))
    note_competences(actor=actor, case=case, terms=terms, note="", now=now)
    save_profile(
        actor=actor,
        case=case,
        seen_version=0,
        values={
            "language_level": random.choice((None, *LanguageLevel)),
            "licences": random.choice((None, [], [], [Licence.B.value])),
            "hours_per_week": random.choice((None, Decimal(20), Decimal(30), Decimal(40))),
            "can_start_on": None,
            "wishes": "",
        },
        now=now,
    )


def _need(random: Random, workplace: Workplace, actor: Actor, words: list[str], *, now: datetime) -> Need:
    required = random.sample(words, random.randint(1, 3))
    return make_need(
        actor=actor,
        workplace=workplace,
        values={
            "kind": random.choice(tuple(NeedKind)),
            "placement_kind": None,
            "title": random.choice(TITLES),
            "tasks": random.choice(TASKS),
            "positions": random.choice((1, 1, 2)),
            "hours_per_week": random.choice((Decimal(20), Decimal(40))),
            "weekdays": weekday_bits(range(1, 6)),
            "starts_on": working_day(local_date(now) + random.randint(5, 40) * DAY),
            "ends_on": None,
            "language_level": random.choice((None, LanguageLevel.BASIC, LanguageLevel.INTERMEDIATE)),
            "licence": Licence.B if random.random() < 0.2 else None,
        },
        terms=Terms(required=required[:2], wished=required[2:]),
        now=now,
    )


def _proposal(
    random: Random, case: Case, workplaces: Sequence[Workplace], actor: Actor, *, now: datetime
) -> None:
    asked_at = at(working_day(local_date(now) - random.randint(1, 9) * DAY), 10)
    starts_on = working_day(local_date(now) + random.randint(7, 30) * DAY)
    propose(
        actor=actor,
        case=case,
        workplace=random.choice(workplaces),
        values={
            "kind": PlacementKind.INTERNSHIP,
            "starts_on": starts_on,
            "ends_on": starts_on + timedelta(days=90),
            "weekdays": weekday_bits(range(1, 6)),
            "hours_per_day": Decimal(6),
            "tasks": random.choice(TASKS),
            "need_id": None,
        },
        now=asked_at,
    )


def _top_up(random: Random, case: Case, need: Need, actor: Actor, words: list[str], *, now: datetime) -> None:
    """What the participant does not know yet: a course for exactly that."""
    knows = set(
        db.session.scalars(
            select(Competence.name)
            .join(CaseCompetence, CaseCompetence.competence_id == Competence.id)
            .where(CaseCompetence.case_id == case.id)
        )
    )
    gap = random.choice([word for word in words if word not in knows])
    starts_on = local_date(now) - random.randint(3, 20) * DAY
    plan_top_up(
        actor=actor,
        case=case,
        term=gap,
        need=need,
        values={
            "what": f"Kurs: {gap}",
            "place": "Komvux Trelleborg",
            "starts_on": starts_on,
            "ends_on": starts_on + timedelta(days=random.randint(5, 40)),
            "cost": Decimal(random.choice((0, 2900, 4500))),
        },
        now=now,
    )


def _agreed_here(random: Random, today: date, *, now: datetime) -> None:
    """The placements of the last weeks were agreed here: what is to be done there, the safety introduction noted for
    most; a few supervisors have told something."""
    placements = db.session.scalars(
        select(Placement)
        .options(joinedload(Placement.workplace, innerjoin=True).selectinload(Workplace.supervisors))
        .join(Case, Case.id == Placement.case_id)
        .where(
            Placement.starts_on > today - 45 * DAY,
            Case.closed_on.is_(None),
            Case.protection.is_(None),
        )
        .order_by(Placement.id)
    ).all()
    for number, placement in enumerate(placements):
        agreed_on = working_day(placement.starts_on - 3 * DAY)
        placement.participant_agreed_on = placement.employer_agreed_on = agreed_on
        placement.tasks = random.choice(TASKS)
        if placement.starts_on <= today and random.random() < 0.85:
            placement.safety_intro_on = placement.starts_on
            placement.safety_intro_by = placement.workplace.supervisors[0].name
        if number % 9 == 0 and placement.starts_on <= today:
            make_report(
                actor=Actor.supervisor(placement.workplace.supervisors[0].name, placement.workplace_id),
                placement=placement,
                kind=EmployerReportKind.MESSAGE,
                on_date=None,
                said=random.choice(MESSAGES),
                link_id=None,
                now=now - timedelta(hours=random.randint(1, 30)),
            )


def _crew(workplaces: Sequence[Workplace], actor: Actor, *, now: datetime) -> None:
    """A service crew at the workplace with most people."""
    placed = (
        select(Placement.workplace_id, func.count().label("people"))
        .join(Case, Case.id == Placement.case_id)
        .where(Placement.ends_on >= local_date(now), Case.closed_on.is_(None), Case.protection.is_(None))
        .group_by(Placement.workplace_id)
        .order_by(func.count().desc(), Placement.workplace_id)
        .limit(1)
    )
    busiest = db.session.execute(placed).first()
    if busiest is None:
        return
    workplace = next(one for one in workplaces if one.id == busiest.workplace_id)
    crew = make_crew(actor=actor, workplace=workplace, name="Servicegruppen", supervisor_id=None, now=now)
    members = db.session.execute(
        select(Placement, Case)
        .join(Case, Case.id == Placement.case_id)
        .where(
            Placement.workplace_id == workplace.id,
            Placement.ends_on >= local_date(now),
            Case.closed_on.is_(None),
            Case.protection.is_(None),
        )
        .order_by(Placement.id)
        .limit(8)
    ).all()
    for placement, case in members:
        join_crew(actor=actor, case=case, placement=placement, crew=crew, now=now)
