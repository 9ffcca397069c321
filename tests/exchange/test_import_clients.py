"""Cases from a file: every rule that makes a row unusable, and what an update may change."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from activation.database import db
from models import Case, CaseEvent, Clock, ClockTarget, Household, Staff, Unit
from models.enums import ClockKind, ClosureReason, Flow, Obstacle, Protection, ReachBy
from tests.exchange.files import Importer, counts, faults

COLUMNS = {
    "case_number": "B-1",
    "first_name": "Bo",
    "last_name": "Berg",
    "first_contact_on": "2026-10-01",
    "unit": "Enhet Syd",
}
PERSON = "19880512-2382"


@pytest.fixture
def clients(importer: Importer) -> Any:
    """clients({...}, {...}): rows with these columns beside the required ones."""
    importer(
        "staff",
        """unit;name;email;role
        Enhet Syd;Sekr;sekr@kommun.example;secretary
        Enhet Norr;Ann;ann@kommun.example;secretary""",
    )

    def take(*rows: dict[str, str], **options: Any) -> Any:
        names = list(dict.fromkeys([*COLUMNS, *(name for row in rows for name in row)]))
        lines = [";".join({**COLUMNS, **row}.get(name, "") for name in names) for row in rows]
        return importer("clients", "\n".join([";".join(names), *lines]), **options)

    return take


def case(number: str = "B-1") -> Case:
    return db.session.scalars(select(Case).where(Case.case_number == number)).one()


def test_a_new_case_gets_the_defaults_where_cells_are_blank(clients: Any) -> None:
    clients({})
    row = case()
    household = db.session.get_one(Household, row.household_id)
    assert (row.flow, row.secretary_id, row.closed_on, row.obstacle) == (Flow.MAIN, None, None, None)
    assert household.number == "B-1"
    assert row.sort_name == "berg bo"


def test_every_column_is_stored(clients: Any) -> None:
    clients(
        {
            "personal_number": "880512-2382",
            "secretary": "SEKR@kommun.example",
            "flow": "stödflöde",
            "household_number": "H-7",
            "obstacle": "sjuk- eller aktivitetsersättning",
            "phone": "070-174 06 05",
            "email": "Bo@Example.se",
            "language": "somaliska",
            "reach_by": "brev",
            "closed_on": "2026-11-01",
            "closure_reason": "subventionerat arbete",
            "outcome_starts_on": "2026-11-02",
            "outcome_confirmed_on": "2026-12-02",
        }
    )
    row = case()
    staff = db.session.scalars(select(Staff).where(Staff.email == "sekr@kommun.example")).one()
    assert db.session.get_one(Household, row.household_id).number == "H-7"
    assert row.secretary_id == staff.id
    assert (row.personal_number, row.phone, row.email) == ("198805122382", "+46701740605", "bo@example.se")
    assert (row.flow, row.obstacle, row.reach_by) == (
        Flow.SUPPORT,
        Obstacle.SICKNESS_COMPENSATION,
        ReachBy.LETTER,
    )
    assert (row.closed_on, row.closure_reason) == (date(2026, 11, 1), ClosureReason.SUBSIDISED_WORK)
    assert (row.outcome_starts_on, row.outcome_confirmed_on) == (date(2026, 11, 2), date(2026, 12, 2))


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("personal_number", "19880512-2383"),
        ("personal_number", "19881372-2382"),
        ("unit", "Enhet Ingenstans"),
        ("unit", "enhet syd"),
        ("secretary", "ingen@kommun.example"),
        ("secretary", "ingen"),
        ("first_contact_on", "1/10 2026"),
        ("closed_on", "2026-09-30"),
        ("closed_on", "snart"),
        ("flow", "sidoflöde"),
        ("obstacle", "lat"),
        ("reach_by", "duva"),
        ("protection", "hemlig"),
        ("phone", "not a number"),
        ("email", "bo@"),
        ("closure_reason", "arbete"),
        ("outcome_starts_on", "2026-02-30"),
        ("case_number", ""),
        ("first_name", ""),
        ("case_number", "x" * 61),
        ("household_number", "x" * 61),
    ],
)
def test_a_value_that_cannot_be_used_rejects_its_row_alone(clients: Any, column: str, value: str) -> None:
    result = clients({"case_number": "B-0"}, {column: value}, {"case_number": "B-2"})
    assert faults(result) == [(3, column)]
    assert result.created == 2
    assert sorted(db.session.scalars(select(Case.case_number))) == ["B-0", "B-2"]


def test_a_closing_on_the_day_of_the_first_contact_is_fine(clients: Any) -> None:
    assert counts(clients({"closed_on": "2026-10-01"})) == (1, 0, 0, 0)


@pytest.mark.parametrize(
    ("first", "closed", "is_taken"),
    [
        ("2026-06-01", "", False),
        ("2026-06-01", "2026-06-15", True),
        ("2026-06-01", "2026-07-01", True),  # closes on the day on which the other begins
        ("2026-06-01", "2026-07-02", False),
        ("2026-07-15", "2026-07-20", False),
        ("2026-08-01", "", True),  # begins on the day on which the other closed
        ("2026-07-31", "", False),
    ],
)
def test_a_person_has_one_case_at_a_time(clients: Any, first: str, closed: str, is_taken: bool) -> None:
    other = {
        "case_number": "B-0",
        "personal_number": PERSON,
        "first_contact_on": "2026-07-01",
        "closed_on": "2026-08-01",
    }
    row = {"personal_number": PERSON, "first_contact_on": first, "closed_on": closed}
    expected = [] if is_taken else [(3, "personal_number")]
    assert faults(clients(other, row, dry_run=True)) == expected  # earlier in the same file
    clients(other)
    assert faults(clients(row)) == ([] if is_taken else [(2, "personal_number")])  # stored before


def test_an_update_may_not_make_a_persons_cases_overlap(clients: Any) -> None:
    clients(
        {"case_number": "B-0", "personal_number": PERSON, "closed_on": "2026-10-10"},
        {"personal_number": PERSON, "first_contact_on": "2026-10-10"},
    )
    later = {"case_number": "B-0", "closed_on": "2026-10-11"}
    assert faults(clients(later)) == [(2, "personal_number")]
    earlier = {"first_contact_on": "2026-10-09"}
    assert faults(clients(earlier)) == [(2, "personal_number")]
    assert counts(clients({"case_number": "B-0", "closed_on": "2026-10-09"}, earlier)) == (0, 2, 0, 0)


def test_a_person_who_changed_case_within_the_file_is_free_again(clients: Any) -> None:
    clients({"case_number": "B-0", "personal_number": PERSON})
    result = clients(
        {"case_number": "B-0", "personal_number": "19880613-2398"},
        {"personal_number": PERSON, "case_number": "B-2"},
    )
    assert counts(result) == (1, 1, 0, 0)


def test_a_closing_before_the_first_contact_that_is_stored_is_told(clients: Any) -> None:
    clients({"closed_on": "2026-10-20"})
    assert faults(clients({"first_contact_on": "2026-10-21"})) == [(2, "closed_on")]


def test_a_reason_may_come_after_the_closing(clients: Any) -> None:
    clients({"closed_on": "2026-10-20"})
    assert counts(clients({"closure_reason": "flyttat"})) == (0, 1, 0, 0)
    assert case().closure_reason is ClosureReason.MOVED


def test_an_update_can_move_a_case_to_another_unit_secretary_and_household(clients: Any) -> None:
    clients({"secretary": "sekr@kommun.example"})
    result = clients({"unit": "Enhet Norr", "secretary": "ann@kommun.example", "household_number": "H-2"})
    row = case()
    assert counts(result) == (0, 1, 0, 0)
    assert db.session.get_one(Unit, row.unit_id).name == "Enhet Norr"
    assert db.session.get_one(Household, row.household_id).number == "H-2"
    events = db.session.scalars(
        select(CaseEvent).where(CaseEvent.case_id == row.id).order_by(CaseEvent.id)
    ).all()
    assert [e.verb for e in events] == ["case_enrolled", "case_changed"]
    assert events[1].changes.keys() == {"unit", "secretary", "household"}  # by name, not by number
    assert events[1].changes["unit"][1] == "Enhet Norr"


def test_a_row_may_change_a_case_made_earlier_in_the_same_chunk(clients: Any) -> None:
    result = clients(
        {},
        {"household_number": "H-9", "unit": "Enhet Norr"},
        {"household_number": "H-9", "unit": "Enhet Norr"},
    )
    row = case()
    assert counts(result) == (1, 1, 1, 0)
    assert db.session.get_one(Household, row.household_id).number == "H-9"


def test_a_rejected_row_leaves_no_household_behind(clients: Any) -> None:
    clients({"household_number": "H-3", "phone": "x"})
    assert db.session.scalars(select(Household)).all() == []


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_protection_holds_for_all_cases_of_a_person(clients: Any, order: tuple[int, int]) -> None:
    rows = (
        {"case_number": "B-0", "personal_number": PERSON, "closed_on": "2026-10-10"},
        {
            "personal_number": PERSON,
            "first_contact_on": "2026-10-20",
            "protection": "skyddad folkbokföring",
        },
    )
    clients(*(rows[i] for i in order))
    assert case("B-0").protection is case("B-1").protection is Protection.PROTECTED_REGISTRATION
    assert counts(clients(*rows)) == (0, 0, 2, 0)


def test_protection_reaches_a_case_that_was_stored_before(clients: Any) -> None:
    clients({"case_number": "B-0", "personal_number": PERSON, "closed_on": "2026-10-10"})
    clients({"personal_number": PERSON, "first_contact_on": "2026-10-20", "protection": "confidential"})
    assert case("B-0").protection is Protection.CONFIDENTIAL
    clients({"case_number": "B-2"})
    clients(
        {
            "case_number": "B-2",
            "personal_number": PERSON,
            "first_contact_on": "2026-09-01",
            "closed_on": "2026-09-02",
        }
    )
    assert case("B-2").protection is Protection.CONFIDENTIAL


def test_the_history_does_not_repeat_what_is_sensitive(clients: Any) -> None:
    clients({})
    clients({"phone": "070-174 06 05", "protection": "confidential", "personal_number": PERSON})
    event = db.session.scalars(select(CaseEvent).where(CaseEvent.verb == "case_changed")).one()
    assert event.changes == {"phone": ["…", "…"], "protection": ["…", "…"], "personal_number": ["…", "…"]}


def test_a_changed_first_contact_moves_the_clocks_to_the_target_of_that_day(clients: Any) -> None:
    db.session.add(ClockTarget(kind=ClockKind.PLAN, days=30, valid_from=date(2026, 10, 15)))
    db.session.commit()
    due_on = select(Clock.due_on).where(Clock.kind == ClockKind.PLAN)
    clients({})
    assert db.session.scalar(due_on) == date(2026, 10, 11)
    clients({"first_contact_on": "2026-10-20"})
    assert db.session.scalar(due_on) == date(2026, 11, 19)
