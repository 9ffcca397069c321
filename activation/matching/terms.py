"""The municipality's list of competences: what administrators do with it, and how a typed word becomes a term of it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import and_, delete, exists, func, select, update
from sqlalchemy.orm import aliased

from activation.database import db
from activation.matching.rules import TERM_LENGTH, same_words, tidy
from activation.records.history import apply
from models import CaseCompetence, Competence, Requirement, TopUp
from models.enums import CompetenceKind
from models.errors import Conflict, FieldError
from models.texts import N_

TERMS_AT_ONCE = 40
# Those who add words take turns: two of one word in two spellings must not become two terms.
TURN = 7_205_759_411
TAKEN = N_("There is already a term of that name. Two that mean one are merged.")


def take_turn_with_terms() -> None:
    """Waits until no other transaction adds terms. On SQLite writing transactions take turns anyway."""
    if db.session.connection().dialect.name == "postgresql":
        db.session.execute(select(func.pg_advisory_xact_lock(TURN)))


def known_terms() -> dict[str, int]:
    """Each way to write a term, in either language, and the id it leads to: merged ones lead to what they became."""
    rows = db.session.execute(
        select(Competence.id, Competence.name, Competence.name_en, Competence.merged_into_id).order_by(
            Competence.id
        )
    ).all()
    known: dict[str, int] = {}
    for id_, _name, name_en, merged in rows:
        if name_en:
            known.setdefault(same_words(name_en), merged or id_)
    # A Swedish name goes before another term's English one.
    for id_, name, _name_en, merged in reversed(rows):
        known[same_words(name)] = merged or id_
    return known


def find_or_make(terms: Sequence[str], *, field: str) -> list[Competence]:
    """The competences of these words, in their order and each once; words nobody has used yet become free terms.

    `field` is the form's, for errors. Raises FieldError where a term is too long, or there are too many.
    """
    if len(terms) > TERMS_AT_ONCE:
        raise FieldError(field, N_("At most %(limit)s at once."), limit=TERMS_AT_ONCE)
    too_long = next((term for term in terms if len(term) > TERM_LENGTH), None)
    if too_long is not None:
        raise FieldError(
            field,
            N_("“%(term)s …” is too long for a competence: %(limit)s characters at most."),
            term=too_long[:30],
            limit=TERM_LENGTH,
        )
    if not terms:
        return []
    take_turn_with_terms()
    known = known_terms()
    ids: dict[int, None] = {}
    for term in terms:
        if same_words(term) not in known:
            free = Competence(name=tidy(term), kind=CompetenceKind.SKILL, is_free=True)
            db.session.add(free)
            db.session.flush()
            known[same_words(term)] = free.id
        ids[known[same_words(term)]] = None
    found = {row.id: row for row in db.session.scalars(select(Competence).where(Competence.id.in_(ids)))}
    return [found[id_] for id_ in ids]


def add_term(*, values: dict[str, Any]) -> Competence:
    """A new term of the list: name, name_en, kind. Raises FieldError where the words are taken."""
    take_turn_with_terms()
    values = _checked(values, besides=None)
    term = Competence(**values)
    db.session.add(term)
    db.session.flush()
    return term


def change_term(*, term: Competence, values: dict[str, Any]) -> bool:
    """Renames a term, gives it another kind, puts it out of use or back (active), takes a free one up (is_free false).

    Says whether anything changed. Raises FieldError, Conflict.
    """
    take_turn_with_terms()
    _must_stand(term)
    changed = bool(apply(term, _checked(values, besides=term.id)))
    db.session.flush()
    return changed


def _checked(values: dict[str, Any], *, besides: int | None) -> dict[str, Any]:
    """The values with tidy names. Raises FieldError where another term goes by one of them."""
    values = {**values, "name": tidy(values["name"]), "name_en": tidy(values.get("name_en") or "")}
    known = known_terms()
    for field in ("name", "name_en"):
        taken = known.get(same_words(values[field])) if values[field] else None
        if taken is not None and taken != besides:
            raise FieldError(field, TAKEN)
    # The old word of a term that was merged into this one leads here, and still stands in its own row.
    if db.session.scalar(
        select(Competence.id).where(
            Competence.name == values["name"], Competence.id.is_distinct_from(besides)
        )
    ):
        raise FieldError("name", TAKEN)
    return values


def _must_stand(term: Competence) -> None:
    if term.merged_into_id is not None:
        raise Conflict(N_("This term was merged into another one meanwhile. Nothing was changed."))


def merge_terms(*, term: Competence, into: Competence, now: datetime) -> None:
    """Lets one term become another: whoever had it or asked for it has or asks for the other. The old words lead there.

    Raises FieldError, Conflict.
    """
    take_turn_with_terms()
    _must_stand(term)
    _must_stand(into)
    if term.id == into.id:
        raise FieldError("into", N_("Choose another term than this one."))
    _merge_of_people(term.id, into.id, now)
    _merge_asked_for(term.id, into.id)
    for pointer in (TopUp.competence_id, CaseCompetence.competence_id, Requirement.competence_id):
        _point(pointer, term.id, into.id)
    _point(Competence.merged_into_id, term.id, into.id)
    term.merged_into_id, term.active = into.id, False
    db.session.flush()
    db.session.expire_all()


def _point(column: Any, old: int, new: int) -> None:
    db.session.execute(
        update(column.class_)
        .where(column == old)
        .values({column.key: new})
        .execution_options(synchronize_session=False)
    )


def _merge_of_people(old: int, new: int, now: datetime) -> None:
    """Of whoever has both the row of the one that stays counts; the other is kept as taken back."""
    other = aliased(CaseCompetence)
    db.session.execute(
        update(CaseCompetence)
        .where(
            CaseCompetence.competence_id == old,
            CaseCompetence.removed_at.is_(None),
            exists().where(
                other.case_id == CaseCompetence.case_id,
                other.competence_id == new,
                other.removed_at.is_(None),
            ),
        )
        .values(removed_at=now)
        .execution_options(synchronize_session=False)
    )


def _merge_asked_for(old: int, new: int) -> None:
    """What asked for both asks for the one that stays, and requires it where it required either."""
    other = aliased(Requirement)
    same = and_(
        func.coalesce(other.need_id, 0) == func.coalesce(Requirement.need_id, 0),
        func.coalesce(other.capacity_id, 0) == func.coalesce(Requirement.capacity_id, 0),
    )
    quietly = {"synchronize_session": False}
    db.session.execute(
        update(Requirement)
        .where(
            Requirement.competence_id == new,
            exists().where(other.competence_id == old, other.is_required, same),
        )
        .values(is_required=True)
        .execution_options(**quietly)
    )
    db.session.execute(
        delete(Requirement)
        .where(Requirement.competence_id == old, exists().where(other.competence_id == new, same))
        .execution_options(**quietly)
    )
