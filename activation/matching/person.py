"""What a participant can and looks for: the verbs of the secretary who asks them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from activation.caseload.checks import must_be_open
from activation.clocks.calendar import local_date
from activation.database import db
from activation.matching.terms import find_or_make
from activation.records.actor import Actor
from activation.records.history import apply, record
from activation.records.versions import must_be_current
from models import Case, CaseCompetence, Competence, WorkProfile
from models.enums import Licence
from models.errors import FieldError
from models.texts import N_

PROFILE = ("language_level", "licences", "hours_per_week", "can_start_on", "wishes")


def note_competences(
    *, actor: Actor, case: Case, terms: Sequence[str], note: str, field: str = "term", now: datetime
) -> list[Competence]:
    """Notes what the participant can; returns what was new. What is noted already stays as it is.

    `field`: the form's field for errors. Raises FieldError, Conflict. Take the case's turn before.
    """
    must_be_open(case)
    if not terms:
        raise FieldError(field, N_("Write at least one competence."))
    noted = set(
        db.session.scalars(
            select(CaseCompetence.competence_id).where(
                CaseCompetence.case_id == case.id, CaseCompetence.removed_at.is_(None)
            )
        )
    )
    new = [term for term in find_or_make(terms, field=field) if term.id not in noted]
    for term in new:
        add_competence(actor=actor, case=case, competence_id=term.id, note=note, now=now)
    if new:
        record(
            case,
            actor=actor,
            now=now,
            verb="competences_noted",
            changes={"competences": (None, ", ".join(term.name for term in new)), **_given(note=note)},
        )
        db.session.flush()
    return new


def add_competence(
    *,
    actor: Actor,
    case: Case,
    competence_id: int,
    note: str = "",
    top_up_id: int | None = None,
    now: datetime,
) -> None:
    """Adds the row alone: whoever calls it records why."""
    db.session.add(
        CaseCompetence(
            case_id=case.id,
            competence_id=competence_id,
            note=note,
            noted_on=local_date(now),
            noted_by=actor.name,
            top_up_id=top_up_id,
        )
    )


def _given(**texts: str) -> dict[str, tuple[Any, Any]]:
    return {name: (None, text) for name, text in texts.items() if text}


def noted_competence(row_id: int) -> CaseCompetence | None:
    """What was noted, with its term."""
    return db.session.scalar(
        select(CaseCompetence)
        .where(CaseCompetence.id == row_id)
        .options(joinedload(CaseCompetence.competence, innerjoin=True))
        .execution_options(populate_existing=True)
    )


def remove_competence(*, actor: Actor, case: Case, noted: CaseCompetence, now: datetime) -> bool:
    """Takes back what was noted; the row stays. Says whether it stood until now. Raises Conflict."""
    must_be_open(case)
    if noted.removed_at is not None:
        return False
    noted.removed_at = now
    record(
        case,
        actor=actor,
        now=now,
        verb="competence_taken_back",
        changes={"competence": (None, noted.competence.name)},
    )
    db.session.flush()
    return True


def profile_of(case_id: int) -> WorkProfile | None:
    return db.session.scalar(select(WorkProfile).where(WorkProfile.case_id == case_id))


def save_profile(
    *, actor: Actor, case: Case, seen_version: int | None, values: dict[str, Any], now: datetime
) -> bool:
    """Saves the columns of PROFILE; says whether anything changed. `licences`: values of Licence, an empty list for
    "has none", None for "not asked". Raises Conflict where somebody saved meanwhile; 0 is the version of a case that
    has no profile yet. Take the case's turn before.
    """
    must_be_open(case)
    profile = profile_of(case.id)
    must_be_current(seen_version, profile.version if profile else 0)
    values = {name: values[name] for name in PROFILE}
    if values["licences"] is not None:
        chosen = set(values["licences"])
        values["licences"] = [licence.value for licence in Licence if licence.value in chosen]
    profile = profile or WorkProfile(case_id=case.id, wishes="")
    changes = apply(profile, values)
    if not changes:
        return False
    db.session.add(profile)
    record(case, actor=actor, now=now, verb="work_profile_changed", changes=changes)
    db.session.flush()
    return True
