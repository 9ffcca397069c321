"""Staff, employers, meetings, plans, placements, attendance and aid months from files."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from sqlalchemy import select
from sqlalchemy.orm import selectinload

from activation.database import db
from activation.employers.service import main_supervisor
from activation.placements.rules import HORIZON
from activation.unit_of_work import commit
from models import (
    AidMonth,
    Case,
    Clock,
    Employer,
    Meeting,
    Placement,
    Plan,
    Session,
    Staff,
    Task,
    Unit,
    Workplace,
)
from models.enums import AidStatus, ClockKind, Mark, MarkedThrough, MeetingOutcome, MeetingWay, Role
from tests.builders import NOW
from tests.exchange.files import Importer, counts, faults

ORG, OTHER_ORG = "556012-5790", "559781-9779"


@pytest.fixture
def place(importer: Importer) -> Importer:
    """Cases A-1 and A-2, one employer with one workplace, A-1 placed there Mondays to Fridays of November."""
    importer.clients("A-1", "A-2")
    importer("employers", f"org_number;name;workplace\n{ORG};Lager AB;Lagret")
    importer(
        "placements",
        f"case_number;org_number;workplace;kind;starts_on;ends_on\nA-1;{ORG};Lagret;internship;2026-11-02;2026-11-27",
    )
    return importer


def test_staff_and_new_units_are_made_and_changed(importer: Importer) -> None:
    header = "enhet;namn;e-post;roll"
    assert counts(importer("staff", f"{header}\nEnhet A;Ann;Ann@Kommun.example;enhetschef")) == (1, 0, 0, 0)
    row = db.session.scalars(select(Staff)).one()
    assert (row.email, row.role, row.unit.name, row.password_hash) == (
        "ann@kommun.example",
        Role.UNIT_LEAD,
        "Enhet A",
        None,
    )
    assert counts(importer("staff", f"{header}\nEnhet B;Ann;ann@kommun.example;administratör")) == (
        0,
        1,
        0,
        0,
    )
    assert counts(importer("staff", f"{header}\nEnhet B;Ann;ann@kommun.example;administrator")) == (
        0,
        0,
        1,
        0,
    )


def test_a_staff_file_never_touches_a_password(importer: Importer) -> None:
    importer("staff", "unit;name;email;role\nEnhet A;Ann;ann@kommun.example;secretary")
    row = db.session.scalars(select(Staff)).one()
    row.password_hash, row.active = "hash", False
    commit(now=NOW)
    importer("staff", "unit;name;email;role\nEnhet A;Anna;ann@kommun.example;unit_lead")
    row = db.session.scalars(select(Staff)).one()
    assert (row.password_hash, row.active, row.name) == ("hash", False, "Anna")


def test_a_rejected_staff_row_makes_no_unit(importer: Importer) -> None:
    result = importer(
        "staff", "unit;name;email;role\nEnhet A;Ann;ann;secretary\nEnhet B;Bo;bo@k.example;boss"
    )
    assert faults(result) == [(2, "email"), (3, "role")]
    assert db.session.scalars(select(Unit)).all() == []


def test_employers_share_a_name_and_have_several_workplaces(importer: Importer) -> None:
    result = importer(
        "employers",
        f"""org_number;name;workplace;contact_email;contact_phone;places
        {ORG};Lager AB;Lagret;h@f.example;070-174 06 05;3
        {ORG};Lager i Syd AB;Butiken;;;
        {ORG};Lager i Syd AB;Lagret;;;4""",
    )
    assert counts(result) == (2, 1, 0, 0)
    assert [e.name for e in db.session.scalars(select(Employer))] == ["Lager i Syd AB"]
    rows = db.session.scalars(
        select(Workplace).order_by(Workplace.name).options(selectinload(Workplace.supervisors))
    ).all()
    butiken, lagret = rows
    assert (butiken.name, main_supervisor(butiken), butiken.places) == ("Butiken", None, None)
    asked = main_supervisor(lagret)
    assert (lagret.name, asked and asked.email, lagret.places) == ("Lagret", "h@f.example", 4)


def test_faults_of_employers(importer: Importer) -> None:
    result = importer(
        "employers",
        f"""org_number;name;workplace;contact_email;contact_phone;places
        556012-5791;A;Lagret;;;
        {ORG};;Lagret;;;
        {ORG};A;;;;
        {ORG};A;Lagret;x;;
        {ORG};A;Lagret;;x;
        {ORG};A;Lagret;;;-1""",
    )
    columns = ["org_number", "name", "workplace", "contact_email", "contact_phone", "places"]
    assert faults(result) == list(enumerate(columns, start=2))


def test_meetings(importer: Importer) -> None:
    importer.clients("A-1")
    header = "case_number;at;kind;outcome;way"
    result = importer(
        "meetings", f"{header}\nA-1;2026-10-02 14:45;first;booked;\nA-1;2026-10-02T14:45;first;held;phone"
    )
    assert counts(result) == (1, 1, 0, 0)
    row = db.session.scalars(select(Meeting)).one()
    assert (row.at, row.outcome, row.way) == (
        datetime(2026, 10, 2, 12, 45, tzinfo=UTC),
        MeetingOutcome.HELD,
        MeetingWay.PHONE,
    )
    assert counts(importer("meetings", f"{header}\nA-1;2026-10-02 14:45;first;held;")) == (0, 0, 1, 0)
    stop = db.session.scalar(select(Clock.stopped_on).where(Clock.kind == ClockKind.FIRST_MEETING))
    assert stop == date(2026, 10, 2)


def test_faults_of_meetings(importer: Importer) -> None:
    importer.clients("A-1")
    result = importer(
        "meetings",
        """case_number;at;kind;outcome;way
        A-9;2026-10-02 14:45;first;held;
        A-1;2026-10-02;first;held;
        A-1;2026-03-29 02:30;first;held;
        A-1;2026-10-02 14:45;fika;held;
        A-1;2026-10-02 14:45;first;moved;
        A-1;2026-10-02 14:45;first;held;brev""",
    )
    assert faults(result) == [
        (2, "case_number"),
        (3, "at"),
        (4, "at"),
        (5, "kind"),
        (6, "outcome"),
        (7, "way"),
    ]


def test_plans(importer: Importer) -> None:
    importer.clients("A-1")
    header = "case_number;agreed_on;review_by;ends_on;assigned_hours;own_search_hours"
    assert counts(importer("plans", f"{header}\nA-1;2026-10-05;2026-11-05;2026-12-31;32,5;8")) == (1, 0, 0, 0)
    assert counts(importer("plans", f"{header}\nA-1;2026-10-05;;;32.50;")) == (0, 0, 1, 0)
    assert counts(importer("plans", f"{header}\nA-1;2026-10-05;;2026-12-30;;")) == (0, 1, 0, 0)
    row = db.session.scalars(select(Plan)).one()
    assert (row.assigned_hours, row.ends_on, row.review_by) == (
        Decimal("32.5"),
        date(2026, 12, 30),
        date(2026, 11, 5),
    )


def test_faults_of_plans(importer: Importer) -> None:
    importer.clients("A-1")
    result = importer(
        "plans",
        """case_number;agreed_on;review_by;ends_on;assigned_hours;own_search_hours
        A-9;2026-10-05;;;;
        A-1;;;;;
        A-1;2026-10-05;2026-10-40;2026-10-03;;
        A-1;2026-10-05;;2026-10-04;x;
        A-1;2026-10-05;;;81;
        A-1;2026-10-05;;;;-1""",
    )
    columns = ["case_number", "agreed_on", "review_by", "ends_on", "assigned_hours", "own_search_hours"]
    assert faults(result) == list(enumerate(columns, start=2))


def test_a_plan_of_an_older_system_counts_though_its_review_came_before_it_was_agreed(
    importer: Importer,
) -> None:
    importer.clients("A-1")
    text = "case_number;agreed_on;review_by;ends_on\nA-1;2026-10-05;2026-10-01;2026-12-31"
    assert [counts(importer("plans", text)) for _ in range(2)] == [(1, 0, 0, 0), (0, 0, 1, 0)]
    assert db.session.scalars(select(Plan.review_by)).one() == date(2026, 10, 1)


def test_placements_make_sessions_and_blanks_leave_defaults(place: Importer) -> None:
    row = db.session.scalars(select(Placement)).one()
    assert (row.weekdays, row.hours_per_day) == (0b0011111, None)
    days = db.session.scalars(select(Session.on_date).order_by(Session.on_date)).all()
    assert (len(days), days[0], days[-1]) == (20, date(2026, 11, 2), date(2026, 11, 27))
    header = "case_number;org_number;workplace;kind;starts_on;ends_on;weekdays;hours_per_day"
    update = f"{header}\nA-1;16{ORG};lagret;internship;2026-11-02;;1,3;7,5"
    assert faults(place("placements", update)) == [(2, "workplace")]
    assert counts(place("placements", update.replace("lagret", "Lagret"))) == (0, 1, 0, 0)
    row = db.session.scalars(select(Placement)).one()
    assert (row.weekdays, row.hours_per_day, row.ends_on) == (0b101, Decimal("7.5"), date(2026, 11, 27))
    assert len(db.session.scalars(select(Session)).all()) == 8


def test_a_subsidised_placement_without_decision_is_kept(place: Importer) -> None:
    text = f"case_number;org_number;workplace;kind;starts_on\nA-2;{ORG};Lagret;osa;2026-11-02"
    assert counts(place("placements", text)) == (1, 0, 0, 0)
    stop = (
        select(Clock.stopped_on)
        .join(Case)
        .where(Case.case_number == "A-2", Clock.kind == ClockKind.ACTIVATION)
    )
    assert db.session.scalar(stop) == date(2026, 11, 2)


def test_faults_of_placements(place: Importer) -> None:
    result = place(
        "placements",
        f"""case_number;org_number;workplace;kind;starts_on;ends_on;weekdays;hours_per_day;af_decision_on
        A-9;{ORG};Lagret;internship;2026-11-02;;;;
        A-1;{OTHER_ORG};Lagret;internship;2026-11-02;;;;
        A-1;{ORG};Kontoret;internship;2026-11-02;;;;
        A-1;{ORG};Lagret;extratjänst;2026-11-02;;;;
        A-1;{ORG};Lagret;internship;;;;;
        A-1;{ORG};Lagret;internship;2026-11-02;2026-11-01;8;;
        A-1;{ORG};Lagret;internship;2026-11-02;;8;;
        A-1;{ORG};Lagret;internship;2026-11-02;;;25;
        A-1;{ORG};Lagret;internship;2026-11-02;;;;x""",
    )
    columns = "case_number org_number workplace kind starts_on ends_on weekdays hours_per_day af_decision_on"
    assert faults(result) == list(enumerate(columns.split(), start=2))


def session_on(day: date) -> Session:
    return db.session.scalars(select(Session).where(Session.on_date == day)).one()


def test_attendance_is_created_updated_and_unchanged(place: Importer) -> None:
    header = "case_number;date;mark;hours;note"
    assert counts(place("attendance", f"{header}\nA-1;2026-11-03;närvarande;6;")) == (1, 0, 0, 0)
    row = session_on(date(2026, 11, 3))
    assert (row.mark, row.hours, row.marked_through) == (Mark.PRESENT, Decimal(6), MarkedThrough.IMPORT)
    assert counts(place("attendance", f"{header}\nA-1;2026-11-03;present;;")) == (0, 0, 1, 0)
    assert counts(place("attendance", f"{header}\nA-1;2026-11-03;present;;Sen")) == (0, 1, 0, 0)
    assert counts(place("attendance", f"{header}\nA-1;2026-11-03;present;;")) == (0, 0, 1, 0)
    row = session_on(date(2026, 11, 3))
    assert (row.hours, row.note) == (Decimal(6), "Sen")
    assert db.session.scalar(
        select(Clock.stopped_on).where(Clock.kind == ClockKind.ACTIVATION, Clock.stopped_on.is_not(None))
    ) == date(2026, 11, 3)


def test_a_mark_closes_the_task_to_get_it(place: Importer) -> None:
    place("attendance", "case_number;date;mark\nA-1;2026-11-03;sick")
    tasks = select(Task.key).where(Task.rule == "mark_attendance", Task.closed_at.is_(None))
    assert "2026-11-03" not in db.session.scalars(tasks).all()
    assert "2026-11-04" in db.session.scalars(tasks).all()


def test_faults_of_attendance(place: Importer) -> None:
    result = place(
        "attendance",
        """case_number;date;mark;hours;note
        A-9;2026-11-03;present;;
        A-2;2026-11-03;present;;
        A-1;2026-11-07;present;;
        A-1;2026-11-30;present;;
        A-1;2026-11-03;borta;;
        A-1;2026-11-03;present;25;
        A-1;2026-11-03;invalid_absence;;
        A-1;2026-11-03;invalid_absence;;  """,
    )
    columns = ["case_number", "date", "date", "date", "mark", "hours", "note", "note"]
    assert faults(result) == list(enumerate(columns, start=2))


def test_a_session_further_ahead_than_any_row_can_be_marked(place: Importer) -> None:
    text = f"case_number;org_number;workplace;kind;starts_on\nA-2;{ORG};Lagret;internship;2026-11-02"
    place("placements", text)
    case_id = db.session.scalar(select(Case.id).where(Case.case_number == "A-2"))
    rows = select(Session.on_date).where(Session.case_id == case_id).order_by(Session.on_date.desc())
    assert db.session.scalars(rows).first() <= NOW.date() + HORIZON
    result = place(
        "attendance",
        "case_number;date;mark\nA-2;2027-06-15;present\nA-2;2027-06-20;present\nA-2;2027-05-06;present",
    )
    assert (counts(result), faults(result)) == (
        (1, 0, 0, 2),
        [(3, "date"), (4, "date")],
    )
    assert db.session.scalars(rows).first() == date(2027, 6, 15)


def test_no_session_after_the_case_closed(place: Importer) -> None:
    place(
        "clients",
        """case_number;first_name;last_name;first_contact_on;unit;closed_on
        A-1;Anna;Alm;2026-10-01;Enhet Syd;2026-11-10""",
    )
    result = place("attendance", "case_number;date;mark\nA-1;2026-11-10;present\nA-1;2026-11-11;present")
    assert (counts(result), faults(result)) == ((1, 0, 0, 1), [(3, "date")])


def test_aid_months(importer: Importer) -> None:
    importer.clients("A-1")
    header = "household_number;month;status;decided_on;paid_on;amount"
    result = importer(
        "aid-months", f"{header}\nA-1;2026-11;utredning;;;\nA-1;2026-11;paid;2026-11-12;2026-11-25;9 137,69"
    )
    assert counts(result) == (1, 1, 0, 0)
    row = db.session.scalars(select(AidMonth)).one()
    assert (row.month, row.status, row.amount) == (date(2026, 11, 1), AidStatus.PAID, Decimal("9137.69"))
    assert counts(importer("aid-months", f"{header}\nA-1;2026-11;utbetald;;;9137.69")) == (0, 0, 1, 0)


def test_faults_of_aid_months(importer: Importer) -> None:
    importer.clients("A-1")
    result = importer(
        "aid-months",
        """household_number;month;status;decided_on;paid_on;amount
        A-9;2026-11;paid;;;
        A-1;november;paid;;;
        A-1;2026-11;kanske;;;
        A-1;2026-11;paid;x;;
        A-1;2026-11;paid;;x;
        A-1;2026-11;paid;;;-1""",
    )
    columns = ["household_number", "month", "status", "decided_on", "paid_on", "amount"]
    assert faults(result) == list(enumerate(columns, start=2))
