"""Needs, competences and top-ups for tests, through the services."""

from datetime import date
from decimal import Decimal
from typing import Any

from activation.matching import needs, person, top_ups
from activation.records.actor import Actor
from models import Case, Competence, Need, Staff, TopUp, Workplace, WorkProfile
from models.enums import NeedKind
from tests import builders

NOW = builders.NOW
TODAY = NOW.date()
NEED: dict[str, Any] = {
    **dict.fromkeys(needs.COLUMNS),
    "kind": NeedKind.JOB,
    "title": "Kock sökes",
    "tasks": "",
    "positions": 1,
}
PROFILE: dict[str, Any] = {**dict.fromkeys(person.PROFILE), "wishes": ""}
TOP_UP: dict[str, Any] = {
    **dict.fromkeys(top_ups.COLUMNS),
    "what": "Kurs",
    "place": "",
    "starts_on": TODAY,
}


def need(
    at: Workplace | None = None, required: tuple[str, ...] = (), wished: tuple[str, ...] = (), **values: Any
) -> Need:
    return needs.make_need(
        actor=builders.SYSTEM,
        workplace=at or builders.workplace(),
        values={**NEED, **values},
        terms=needs.Terms(required, wished),
        now=NOW,
    )


def can(case: Case, *terms: str, note: str = "", by: Staff | None = None) -> list[Competence]:
    actor = Actor.of(by) if by else builders.SYSTEM
    return person.note_competences(actor=actor, case=case, terms=terms, note=note, now=NOW)


def profile(case: Case, **values: Any) -> WorkProfile:
    stored = person.profile_of(case.id)
    person.save_profile(
        actor=builders.SYSTEM,
        case=case,
        seen_version=stored.version if stored else 0,
        values={**PROFILE, **values},
        now=NOW,
    )
    found = person.profile_of(case.id)
    assert found
    return found


def top_up(case: Case, term: str = "Truckkort B", of: Need | None = None, **values: Any) -> TopUp:
    return top_ups.plan_top_up(
        actor=builders.SYSTEM, case=case, term=term, need=of, values={**TOP_UP, **values}, now=NOW
    )


def hours(number: int) -> Decimal:
    return Decimal(number)


def day(text: str) -> date:
    return date.fromisoformat(text)
