"""The activity requirement in figures: counted again one adult at a time, rows behind them, nothing small leaves."""

from collections.abc import Callable
from datetime import date, timedelta
from random import Random

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from activation.database import db
from activation.records.actor import Actor
from activation.requirement import figures, service
from activation.requirement.export import ADDS_UP, hidden_places, suppressed, table
from activation.requirement.figures import BY_KEY, COLUMNS, Line, Quarter
from activation.small_groups import HIDDEN, SMALLEST_GROUP
from models import Case, NamedStaff, Staff, Unit
from models.enums import (
    AidStatus,
    ExemptionReason,
    Obstacle,
    PlacementKind,
    Protection,
    RefusalCause,
    RequirementOutcome,
    Role,
)
from tests import builders
from tests.reader import Reader, what_is_shown
from tests.statements import statements

SignIn = Callable[[Staff], FlaskClient]
NOW = builders.NOW
TODAY = date(2026, 11, 20)
SINCE = date(2026, 7, 1)
MONTHS = [date(2026, month, 1) for month in range(6, 12)]
ASKED = Quarter(2026, 4, TODAY, SINCE)
# Three months in a row up to November, or up to October.
THREES = (MONTHS[3:6], MONTHS[2:5])
AIDED = (AidStatus.GRANTED, AidStatus.PARTLY_GRANTED, AidStatus.PAID)


@pytest.fixture
def unit(app: Flask) -> Unit:
    return builders.unit()


@pytest.fixture
def lead(unit: Unit) -> Staff:
    return builders.staff(unit, Role.UNIT_LEAD)


class Life:
    """One adult with random facts, and what the table should say of them, told without a database."""

    def __init__(self, chance: Random, unit: Unit, lead: Staff) -> None:
        self.obstacle = chance.choice([None, Obstacle.LANGUAGE, Obstacle.UNEMPLOYED])
        self.from_day = date(2026, 6, 1) + timedelta(days=chance.randrange(160))
        self.case = builders.case(
            unit, first_contact_on=self.from_day, obstacle=self.obstacle,
            protection=chance.choice([None, None, Protection.CONFIDENTIAL]),
        )  # fmt: skip
        self.closed_on = chance.choice([None, None, None, date(2026, 10, 10), date(2026, 9, 1)])
        if self.closed_on is not None and self.closed_on >= self.from_day:
            self.case.closed_on = self.closed_on
        else:
            self.closed_on = None
        self.months: dict[date, tuple[AidStatus, RefusalCause | None]] = {}
        for month in MONTHS:
            status = chance.choice([*AIDED, *AIDED, *AIDED, AidStatus.REFUSED, None])
            if status is not None:
                may = status in (AidStatus.REFUSED, AidStatus.PARTLY_GRANTED)
                cause = chance.choice([None, *RefusalCause]) if may else None
                builders.aid_month(self.case, month, status, refusal_cause=cause)
                self.months[month] = (status, cause)
        self.found: list[tuple[date, RequirementOutcome, date | None]] = []
        if self.closed_on is None:
            self._assess(chance, lead)
        self.plan = chance.choice([None, (date(2026, 11, 1), 20), (date(2026, 11, 1), 0)])
        if self.plan is not None:
            builders.plan(self.case, self.plan[0], assigned_hours=self.plan[1], ends_on=None)
        self.activity = chance.choice(
            [
                None,
                (PlacementKind.INTERNSHIP, None),
                (PlacementKind.INTERNSHIP, date(2026, 11, 6)),
                (PlacementKind.EMPLOYMENT, None),
            ]
        )
        if self.activity is not None:
            kind, ends_on = self.activity
            builders.placement(
                self.case, builders.workplace(), kind=kind, starts_on=date(2026, 11, 2), ends_on=ends_on
            )

    def _assess(self, chance: Random, lead: Staff) -> None:
        for _ in range(chance.randrange(3)):
            day = self.from_day + timedelta(days=chance.randrange(max(1, (TODAY - self.from_day).days + 1)))
            outcome = chance.choice(list(RequirementOutcome))
            is_exempt = outcome is RequirementOutcome.EXEMPT
            ends_on = chance.choice([None, day + timedelta(days=20)]) if is_exempt else None
            service.assess(
                actor=Actor.of(lead), case=self.case, assessed_on=day, outcome=outcome,
                reason=ExemptionReason.CARE if is_exempt else None, ends_on=ends_on, now=NOW,
            )  # fmt: skip
            self.found.append((day, outcome, ends_on))

    @property
    def columns(self) -> set[str]:
        said: set[str] = set()
        if self._three():
            said.add("three_months")
            day, outcome, ends_on = max(
                enumerate(self.found), key=lambda f: (f[1][0], f[0]), default=(0, (None, None, None))
            )[1]
            if day is None or (ends_on is not None and ends_on < TODAY):
                said.add("not_assessed")
            else:
                assert outcome is not None
                said.add(outcome.value)
                if outcome is RequirementOutcome.COVERED and self._assigned():
                    said.add("assigned")
        for month in (date(2026, 10, 1), date(2026, 11, 1), date(2026, 12, 1)):
            status, cause = self.months.get(month, (None, None))
            about_it = cause in (
                RefusalCause.NO_PLAN,
                RefusalCause.NOT_TAKING_PART,
                RefusalCause.NOT_SEEKING_WORK,
            )
            if about_it and (self.closed_on is None or self.closed_on > date(2026, 10, 1)):
                said.add("refused" if status is AidStatus.REFUSED else "reduced")
        return said

    def _three(self) -> bool:
        if self.closed_on is not None:
            return False
        return any(all(self._aided_in(month) for month in three) for three in THREES)

    def _aided_in(self, month: date) -> bool:
        return month >= SINCE and self.months.get(month, (None,))[0] in AIDED

    def _assigned(self) -> bool:
        by_plan = self.plan is not None and self.plan[1] > 0
        goes_on = self.activity is not None and self.activity == (PlacementKind.INTERNSHIP, None)
        return by_plan or goes_on


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_table_and_its_rows_are_what_counting_one_by_one_gives(
    unit: Unit, lead: Staff, seed: int
) -> None:
    chance = Random(seed)
    lives = [Life(chance, unit, lead) for _ in range(40)]
    Life(chance, builders.unit("Annan enhet"), lead)
    builders.settle()
    lines = figures.table(ASKED, unit_id=unit.id)
    for line in lines:
        for at, column in enumerate(COLUMNS):
            of = {
                life.case.id
                for life in lives
                if column.key in life.columns
                and (line.obstacle is None or (life.obstacle or Obstacle.NOT_GIVEN) is line.obstacle)
            }
            assert line.numbers[at] == len(of), (column.key, line.obstacle)
            found = figures.rows(
                column, ASKED, obstacle=line.obstacle, actor=Actor.of(lead), offset=0, limit=500
            )
            protected = {life.case.id for life in lives if life.case.protection is not None}
            assert {row.case_id for row in found.rows} == of - protected
            assert (found.shown, found.hidden) == (len(of - protected), len(of & protected))
    assert lines[-1].numbers[0] > 3, "the seed makes something to count"


numbers = st.lists(st.lists(st.integers(0, 30), min_size=4, max_size=4), min_size=2, max_size=6)


@given(numbers)
def test_no_small_group_is_shown_nor_can_be_reckoned_out(parts: list[list[int]]) -> None:
    """Each line: covered, exempt, not covered, not found out; their sum comes first, and the last line is the total."""
    rows = [[sum(line), *line, line[0] // 2, line[1], line[2]] for line in parts]
    rows.append([sum(column) for column in zip(*rows, strict=True)])
    hidden = hidden_places(rows)
    of = table(rows)
    Reader(
        what_is_shown(of.counts, hidden, of.unpublished), of.relations, at_least=0
    ).assert_learns_no_small_group(of.counts)
    whole, *adds_up = (at for at, column in enumerate(COLUMNS) if column.key in ADDS_UP)
    assigned = next(at for at, column in enumerate(COLUMNS) if column.key == "assigned")
    for row, line in enumerate(rows):
        for at, number in enumerate(line):
            assert not 0 < number < SMALLEST_GROUP or (row, at) in hidden
        assert not 0 < line[1] - line[assigned] < SMALLEST_GROUP or {(row, 1), (row, assigned)} & hidden
        assert_nothing_is_reckoned_out((row, whole), [(row, at) for at in adds_up], rows, hidden)
    for at in range(len(COLUMNS)):
        assert_nothing_is_reckoned_out(
            (len(rows) - 1, at), [(row, at) for row in range(len(rows) - 1)], rows, hidden
        )


def assert_nothing_is_reckoned_out(
    whole: tuple[int, int], parts: list[tuple[int, int]], rows: list[list[int]], hidden: set[tuple[int, int]]
) -> None:
    """From a shown sum and its shown parts no group of one to four is told, nor two together."""
    away = sum(rows[row][at] for row, at in parts if (row, at) in hidden)
    if whole in hidden:
        assert away > 0 or not any(rows[row][at] for row, at in parts)
    else:
        assert not 0 < away < SMALLEST_GROUP


def test_two_small_groups_are_not_told_by_their_sum(app: Flask) -> None:
    """One and one: whoever knows the sum of the two knows both."""
    rows = [[0] * 7 + [number] for number in (1, 1, 40, 50, 92)]
    hidden = hidden_places(rows)
    assert hidden == {(0, 7), (1, 7), (2, 7)}


def test_what_is_hidden_for_the_sake_of_another_is_not_said_to_be_small(app: Flask) -> None:
    assert HIDDEN == ".."


def test_a_protected_case_of_another_unit_is_not_among_the_rows_of_this_one(unit: Unit, lead: Staff) -> None:
    """Also where the unit lead is named on it: it counts in that unit."""
    there = aided(builders.unit("Söder"), lead, 1)[0]
    there.protection = Protection.CONFIDENTIAL
    db.session.add(NamedStaff(case_id=there.id, staff_id=lead.id, named_at=NOW))
    builders.settle()
    found = figures.rows(
        figures.BY_KEY["covered"], ASKED, obstacle=None, actor=Actor.of(lead), offset=0, limit=50
    )
    assert (list(found.rows), found.shown, found.hidden) == ([], 0, 0)


def test_the_file_says_five_where_the_page_says_who(app: Flask) -> None:
    lines = [Line(obstacle, (0,) * len(COLUMNS)) for obstacle in Obstacle]
    # Three who are covered and assigned, the same three months with aid; three refused, three reduced.
    numbers = tuple(0 if column.key in ("exempt", "not_covered", "not_assessed") else 3 for column in COLUMNS)
    lines[0] = Line(Obstacle.UNEMPLOYED, numbers)
    lines.append(Line(None, numbers))
    with app.test_request_context():
        shown = suppressed(lines)
    assert shown[0][1:] == shown[-1][1:] == [HIDDEN if number else 0 for number in numbers]
    assert shown[1][1:] == [0] * len(COLUMNS)


def aided(unit: Unit, lead: Staff, number: int) -> list[Case]:
    cases = [builders.case(unit, first_contact_on=date(2026, 7, 1)) for _ in range(number)]
    for case in cases:
        for month in (8, 9, 10):
            builders.aid_month(case, date(2026, month, 1), AidStatus.PAID, paid_on=date(2026, month, 25))
        service.assess(
            actor=Actor.of(lead), case=case, assessed_on=TODAY, outcome=RequirementOutcome.COVERED, now=NOW
        )
    builders.settle()
    return cases


def test_the_pages_of_the_unit_lead(unit: Unit, lead: Staff, sign_in: SignIn) -> None:
    name = aided(unit, lead, 2)[0].name
    client = sign_in(lead)
    page = client.get("/requirement")
    assert page.status_code == 200
    assert "/requirement/rows/covered" in page.text
    assert name in client.get("/requirement/rows/covered?obstacle=not_given").text
    assert name not in client.get("/requirement/rows/exempt").text
    sheet = client.get("/requirement/export/csv")
    assert sheet.status_code == 200
    assert HIDDEN in sheet.text
    assert client.get("/requirement/export/xlsx").data[:2] == b"PK"
    for nonsense in ("2026-5", "x", "2031-1", "2026-4&page=0", "2026-1%00"):
        assert client.get(f"/requirement?quarter={nonsense}").status_code == 200
    assert client.get("/requirement/rows/nothing").status_code == 404


def test_secretaries_and_aid_officers_do_not_see_the_table(unit: Unit, sign_in: SignIn) -> None:
    for role in (Role.SECRETARY, Role.AID_OFFICER, Role.ADMINISTRATOR):
        staff = builders.staff(unit, role)
        builders.settle()
        assert sign_in(staff).get("/requirement").status_code == 403


def test_the_pages_take_as_many_queries_with_more_adults(unit: Unit, lead: Staff, sign_in: SignIn) -> None:
    aided(unit, lead, 2)
    client = sign_in(lead)
    counts = []
    for _ in range(2):
        taken = []
        for address in ("/requirement", "/requirement/rows/covered"):
            with statements() as found:
                client.get(address)
            taken.append(len(found))
        counts.append(taken)
        aided(unit, lead, 8)
    assert counts[0] == counts[1]


def test_every_column_says_what_it_counts() -> None:
    assert len(BY_KEY) == len(COLUMNS)
    assert all(column.meaning.endswith(".") for column in COLUMNS)
