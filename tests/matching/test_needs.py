"""What employers ask for: written down, changed, filled, withdrawn; each in the employer's history."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from activation.database import db
from activation.matching import needs
from activation.matching.need_queries import NeedFilter, needs_listed, needs_of_workplace, open_needs
from activation.records.texts import details, sentence
from models import EmployerEvent, Need
from models.enums import LanguageLevel, NeedKind, NeedState, PlacementKind
from models.errors import Conflict, FieldError
from tests import builders
from tests.matching import world
from tests.matching.world import NEED, NOW, TODAY

SYSTEM = builders.SYSTEM


def stored(need: Need) -> Need:
    found = needs.need_of(need.id)
    assert found
    return found


def change(need: Need, terms: needs.Terms | None = None, seen: int | None = None, **values: Any) -> bool:
    need = stored(need)
    now_asked = needs.Terms(
        [r.competence.name for r in need.requirements if r.is_required],
        [r.competence.name for r in need.requirements if not r.is_required],
    )
    return needs.change_need(
        actor=SYSTEM,
        need=need,
        seen_version=need.version if seen is None else seen,
        values={**{name: getattr(need, name) for name in needs.COLUMNS}, **values},
        terms=terms or now_asked,
        now=NOW,
    )


def settle(need: Need, state: NeedState, reason: str = "") -> None:
    need = stored(need)
    needs.settle_need(actor=SYSTEM, need=need, seen_version=need.version, state=state, reason=reason, now=NOW)


def history(app: Flask) -> list[tuple[str, list[str]]]:
    builders.settle()
    events = db.session.scalars(select(EmployerEvent).order_by(EmployerEvent.id)).all()
    with app.test_request_context(headers={"Accept-Language": "en"}):
        return [(sentence(e.verb, e.changes), details(e.verb, e.changes, e.reason)) for e in events]


def test_a_need_and_everything_done_to_it_stands_in_the_employers_history(app: Flask) -> None:
    need = world.need(
        required=("Kock",),
        wished=("HLR",),
        language_level=LanguageLevel.GOOD,
        placement_kind=PlacementKind.NEW_START_JOB,
        hours_per_week=Decimal("37.5"),
        starts_on=TODAY,
    )
    change(need, needs.Terms(["HLR"], []), positions=2)
    settle(need, NeedState.FILLED)
    settle(need, NeedState.OPEN)
    settle(need, NeedState.WITHDRAWN, "Köpte en robot")
    told = history(app)
    assert told[0] == (
        "Wrote down a need: Kock sökes.",
        [
            "Kind: Job",
            "Kind of placement: New start job",
            "How many: 1",
            "Hours a week: 37,5",
            "Starts on: 2026-11-20",
            "Swedish: Good (B2)",
            "Required competences: Kock",
            "Wished competences: HLR",
        ],
    )
    assert told[1] == (
        "Changed the need Kock sökes.",
        ["How many: 1 → 2", "Required competences: Kock → HLR", "Wished competences: HLR → –"],
    )
    assert [line for line, _ in told[2:]] == [
        "The need was filled: Kock sökes.",
        "Opened the need again: Kock sökes.",
        "The need was withdrawn: Kock sökes.",
    ]
    assert told[-1][1] == ["Reason: Köpte en robot"]
    event = db.session.scalars(select(EmployerEvent).order_by(EmployerEvent.id)).first()
    assert event is not None
    assert event.workplace_id == need.workplace_id


def test_what_is_both_required_and_wished_for_is_required(app: Flask) -> None:
    need = stored(world.need(required=("Kock",), wished=("kock", "HLR")))
    assert [(r.competence.name, r.is_required) for r in need.requirements] == [("Kock", True), ("HLR", False)]


def test_saving_the_same_again_changes_nothing(app: Flask) -> None:
    need = world.need(required=("Kock",), wished=("HLR",))
    assert not change(need)
    assert len(history(app)) == 1


def test_requirements_alone_raise_the_version_too(app: Flask) -> None:
    need = world.need(required=("Kock",))
    assert change(need, needs.Terms(["Diskare"], []))
    assert stored(need).version == 2
    with pytest.raises(Conflict):
        change(need, seen=1, title="Annat")


@pytest.mark.parametrize(
    ("field", "values"),
    [
        ("ends_on", {"starts_on": date(2026, 12, 2), "ends_on": date(2026, 12, 1)}),
        ("placement_kind", {"kind": NeedKind.PLACEMENT, "placement_kind": PlacementKind.WAGE_SUBSIDY}),
        ("placement_kind", {"kind": NeedKind.JOB, "placement_kind": PlacementKind.WORK_TRAINING}),
    ],
)
def test_what_does_not_go_together_is_told_beside_its_field(
    app: Flask, field: str, values: dict[str, Any]
) -> None:
    with pytest.raises(FieldError) as refused:
        world.need(**values)
    assert refused.value.field == field
    need = world.need()
    with pytest.raises(FieldError):
        change(need, **values)


def test_the_same_need_sent_twice_is_one_need(app: Flask) -> None:
    workplace = builders.workplace()
    world.need(workplace, starts_on=TODAY)
    with pytest.raises(FieldError):
        world.need(workplace, starts_on=TODAY)
    world.need(workplace, starts_on=TODAY + timedelta(days=1))
    world.need(workplace, title="Diskare", starts_on=TODAY)
    world.need(builders.workplace("Köket"), starts_on=TODAY)


def test_a_need_is_withdrawn_with_a_reason_only_and_ended_once(app: Flask) -> None:
    need = world.need()
    with pytest.raises(FieldError):
        settle(need, NeedState.WITHDRAWN, "  ")
    settle(need, NeedState.FILLED)
    with pytest.raises(Conflict):
        settle(need, NeedState.FILLED)
    with pytest.raises(Conflict):
        needs.settle_need(actor=SYSTEM, need=stored(need), seen_version=1, state=NeedState.OPEN, now=NOW)


def listed(wanted: NeedFilter = NeedFilter(), page: int = 1) -> list[str]:  # noqa: B008 - frozen
    return [row.title for row in needs_listed(wanted, page=page)[0]]


def test_open_needs_come_first_then_by_first_day_with_undated_ones_last(app: Flask) -> None:
    late = world.need(title="sen", starts_on=TODAY + timedelta(days=9))
    world.need(title="när som helst")
    world.need(title="snart", starts_on=TODAY + timedelta(days=1))
    done = world.need(title="tillsatt", starts_on=TODAY)
    settle(done, NeedState.FILLED)
    assert listed() == ["snart", "sen", "när som helst", "tillsatt"]
    assert listed(NeedFilter(starts_by=TODAY + timedelta(days=2))) == ["snart", "när som helst", "tillsatt"]
    assert listed(NeedFilter(state=NeedState.FILLED)) == ["tillsatt"]
    assert listed(NeedFilter(kind=NeedKind.PLACEMENT)) == []
    assert listed(NeedFilter(text="SEN")) == ["sen"]
    assert listed(NeedFilter(text="lagret sen")) == ["sen"]
    assert listed(NeedFilter(text="%")) == []
    assert [row.id for row in needs_of_workplace(late.workplace_id)] == [late.id]


def test_open_needs_of_a_person_come_by_first_day_or_by_employer(app: Flask) -> None:
    b = builders.workplace("B")
    world.need(b, title="b", starts_on=TODAY)
    a = builders.workplace("A", employer=b.employer)
    world.need(a, title="a", starts_on=TODAY + timedelta(days=1))
    settle(world.need(a, title="c"), NeedState.FILLED)
    assert [n.title for n in open_needs(by_employer=False, page=1, size=10)[0]] == ["b", "a"]
    assert [n.title for n in open_needs(by_employer=True, page=1, size=10)[0]] == ["a", "b"]
    assert open_needs(by_employer=True, page=2, size=1)[1] == 2


def test_every_column_of_a_need_can_be_given(app: Flask) -> None:
    assert set(NEED) == set(needs.COLUMNS)
