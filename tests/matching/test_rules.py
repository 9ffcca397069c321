"""What of a need a person meets: every kind of requirement, every answer."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from activation.matching.rules import (
    Answer,
    Asked,
    Part,
    Person,
    answer,
    asked_by,
    gives,
    levels_from,
    licences_giving,
    same_words,
    terms_in,
)
from models.enums import LanguageLevel, Licence

HAS, MISSING, NOT_ASKED = Answer.HAS, Answer.MISSING, Answer.NOT_ASKED
L = LanguageLevel


def competence(id_: int = 1, *, is_required: bool = True) -> Asked:
    return Asked(Part.COMPETENCE, id_, is_required)


@pytest.mark.parametrize("is_required", [True, False])
@pytest.mark.parametrize(
    ("noted", "said"), [((), NOT_ASKED), ((1,), HAS), ((2,), MISSING), ((1, 2), HAS), ((2, 3), MISSING)]
)
def test_a_competence_is_missing_only_where_others_were_noted(
    noted: tuple[int, ...], said: Answer, is_required: bool
) -> None:
    assert answer(competence(is_required=is_required), Person(frozenset(noted))) is said


# Who has the level of a row meets what a column asks for: has, missing.
LEVELS = {
    L.NONE: ".----",
    L.BASIC: ".+---",
    L.INTERMEDIATE: ".++--",
    L.GOOD: ".+++-",
    L.FLUENT: ".++++",
}


@pytest.mark.parametrize("own", list(L))
@pytest.mark.parametrize("wanted", list(L)[1:])
def test_swedish_is_compared_in_the_order_of_the_levels(own: L, wanted: L) -> None:
    expected = {"+": HAS, "-": MISSING}[LEVELS[own][wanted.order]]
    assert answer(Asked(Part.LANGUAGE, wanted), Person(language_level=own)) is expected
    assert (own in levels_from(wanted)) == (expected is HAS)


# Of each licence the ones whose right it gives.
RIGHTS = {
    Licence.AM: {"am"},
    Licence.B: {"am", "b"},
    Licence.BE: {"am", "b", "be"},
    Licence.C: {"am", "b", "c"},
    Licence.CE: {"am", "b", "be", "c", "ce"},
    Licence.D: {"am", "b", "d"},
}


@pytest.mark.parametrize("own", list(Licence))
@pytest.mark.parametrize("wanted", list(Licence))
def test_a_licence_gives_its_own_right_and_those_it_includes(own: Licence, wanted: Licence) -> None:
    expected = wanted.value in RIGHTS[own]
    assert gives(own, wanted) is expected
    assert (own in licences_giving(wanted)) is expected
    assert answer(Asked(Part.LICENCE, wanted), Person(licences=(own,))) is (HAS if expected else MISSING)


@pytest.mark.parametrize("wanted", list(Licence))
def test_without_a_licence_is_something_else_than_not_asked(wanted: Licence) -> None:
    assert answer(Asked(Part.LICENCE, wanted), Person(licences=())) is MISSING
    assert answer(Asked(Part.LICENCE, wanted), Person(licences=None)) is NOT_ASKED
    assert answer(Asked(Part.LICENCE, wanted), Person(licences=tuple(Licence))) is HAS


@pytest.mark.parametrize(
    ("own", "said"), [(None, NOT_ASKED), ("0", MISSING), ("19.75", MISSING), ("20", HAS), ("40", HAS)]
)
def test_hours_are_enough_from_those_asked_for(own: str | None, said: Answer) -> None:
    person = Person(hours_per_week=None if own is None else Decimal(own))
    assert answer(Asked(Part.HOURS, Decimal(20)), person) is said


@pytest.mark.parametrize(
    ("own", "said"), [(None, NOT_ASKED), ("2026-11-30", HAS), ("2026-12-01", HAS), ("2026-12-02", MISSING)]
)
def test_whoever_can_start_by_the_first_day_can_start(own: str | None, said: Answer) -> None:
    person = Person(can_start_on=None if own is None else date.fromisoformat(own))
    assert answer(Asked(Part.START, date(2026, 12, 1)), person) is said


def test_a_need_without_requirements_asks_for_nothing() -> None:
    nothing = asked_by(
        competences=(), language_level=L.NONE, licence=None, hours_per_week=None, starts_on=None
    )
    assert nothing == ()


def test_required_competences_come_before_those_wished_for_and_each_has_a_key() -> None:
    found = asked_by(
        competences=[(7, False), (3, True), (5, True)],
        language_level=L.BASIC,
        licence=Licence.B,
        hours_per_week=Decimal(20),
        starts_on=date(2026, 12, 1),
    )
    assert [asked.key for asked in found] == ["c3", "c5", "c7", "language", "licence", "hours", "start"]
    assert [asked.is_required for asked in found] == [True, True, False, True, True, True, True]


people = st.builds(
    Person,
    st.frozensets(st.integers(1, 4), max_size=4),
    st.none() | st.sampled_from(LanguageLevel),
    st.none() | st.lists(st.sampled_from(Licence), max_size=3).map(tuple),
    st.none() | st.decimals(0, 80, places=2),
    st.none() | st.dates(),
)
requirements = st.one_of(
    st.builds(Asked, st.just(Part.COMPETENCE), st.integers(1, 4), st.booleans()),
    st.builds(Asked, st.just(Part.LANGUAGE), st.sampled_from(list(L)[1:])),
    st.builds(Asked, st.just(Part.LICENCE), st.sampled_from(Licence)),
    st.builds(Asked, st.just(Part.HOURS), st.decimals(1, 80, places=2)),
    st.builds(Asked, st.just(Part.START), st.dates()),
)


@given(requirements, people)
def test_not_asked_is_said_exactly_where_nothing_is_known(asked: Asked, person: Person) -> None:
    known = {
        Part.COMPETENCE: person.competences or None,
        Part.LANGUAGE: person.language_level,
        Part.LICENCE: person.licences,
        Part.HOURS: person.hours_per_week,
        Part.START: person.can_start_on,
    }[asked.part]
    assert (answer(asked, person) is NOT_ASKED) == (known is None)


def test_no_answer_is_coloured_better_or_worse_than_neutral() -> None:
    assert {said.tone for said in Answer} == {"neutral"}


@pytest.mark.parametrize(
    ("typed", "terms"),
    [
        ("", []),
        (" , ;\n", []),
        ("Kock", ["Kock"]),
        ("Kock,  kock\nKOCK", ["Kock"]),
        ("Truckkort   A ;Städ", ["Truckkort A", "Städ"]),
        ("Städ\r\nHLR,Heta  arbeten", ["Städ", "HLR", "Heta arbeten"]),
        ("ÅTERBRUK, återbruk", ["ÅTERBRUK"]),
    ],
)
def test_several_terms_are_told_apart_by_commas_semicolons_and_lines(typed: str, terms: list[str]) -> None:
    assert terms_in(typed) == terms


@given(st.text(max_size=60))
def test_neither_case_nor_blanks_make_another_term(text: str) -> None:
    assert same_words(f"  {text} ") == same_words(text)
    assert same_words(same_words(text)) == same_words(text)
    found = terms_in(text)
    assert terms_in("\n".join(found)) == found
