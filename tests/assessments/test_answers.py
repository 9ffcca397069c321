"""What is typed becomes an answer, and what becomes of one that is sent: words are kept in whatever order they come."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from activation.assessments.answers import (
    EMPTY,
    Content,
    Page,
    Sent,
    Step,
    answer_among,
    content_of,
    page_of,
    place,
    read_content,
    seen_of,
    seen_text,
)
from models import Answer
from models.errors import FieldError
from tests.assessments.world import QUESTIONS
from tests.builders import NOW

JOBS = QUESTIONS["jobs"]


@pytest.mark.parametrize(
    ("key", "typed", "value"),
    [
        ("jobs", ["  Lager\r\noch kök \n"], "Lager\noch kök"),
        ("jobs", ["a\u2028b\x0bc"], "a\nb\nc"),
        ("jobs", ["   "], None),
        ("level", ["good"], "good"),
        ("level", [""], None),
        ("licences", ["c", "b"], ["b", "c"]),
        ("licences", [], None),
        ("hours", ["37,50"], "37.5"),
        ("start", ["20261201"], "2026-12-01"),
        ("childcare", ["no"], "no"),
        ("violence", ["not_now"], "not_now"),
    ],
)
def test_what_is_typed_is_read_by_kind(key: str, typed: list[str], value: object) -> None:
    assert read_content(QUESTIONS[key], typed, "") == Content(value)


@pytest.mark.parametrize(
    ("key", "typed", "skip"),
    [
        ("level", ["excellent"], ""),
        ("hours", ["många"], ""),
        ("start", ["i morgon"], ""),
        ("violence", ["answered"], ""),
        ("violence", ["yes"], "hon berättade att"),
        ("violence", [], "ville inte"),
        ("jobs", ["x" * 10_001], ""),
        ("jobs", ["text"], "och ett skäl"),
    ],
)
def test_what_cannot_be_an_answer_is_refused_at_its_question(key: str, typed: list[str], skip: str) -> None:
    with pytest.raises(FieldError) as refused:
        read_content(QUESTIONS[key], typed, skip)
    assert refused.value.field == key


def test_no_text_can_be_attached_to_a_question_that_only_may_be_asked() -> None:
    for value in ("yes", "no", "not_now"):
        content = read_content(QUESTIONS["violence"], [value], "")
        assert content == Content(value, "")


def test_what_a_page_has_seen_can_be_read_back_and_nonsense_has_seen_nothing() -> None:
    row = wording(7, "å")
    assert seen_of(seen_text(row)) == (7, Content("å").digest)
    assert seen_of(seen_text(None)) == (0, EMPTY.digest)
    assert seen_of("x") == (0, "")
    assert page_of("abc.12") == Page("abc", 12)
    assert page_of("abc") == page_of("a b.1") == Page()


def wording(revision: int, value: str, page: str = "", *, aside: bool = False, at: datetime = NOW) -> Answer:
    return Answer(
        revision=revision,
        value=value,
        skip_reason="",
        page=page,
        is_aside=aside,
        at=at,
        staff_id=1,
        author="A",
    )


def placed(
    rows: list[Answer], text: str, seen: int, page: str, *, now: datetime = NOW, staff: int = 1
) -> Step:
    sent = Sent(JOBS, Content(text or None), seen)
    return place(rows, sent, page=page_of(page), staff_id=staff, now=now).step


def test_the_same_page_writes_on_within_ten_minutes_and_then_begins_a_new_wording() -> None:
    rows = [wording(1, "Jag har", "p.1")]
    assert placed(rows, "Jag har arbetat", 1, "p.2") is Step.WRITE_ON
    assert placed(rows, "Jag har arbetat", 1, "p.2", now=NOW + timedelta(minutes=11)) is Step.ADD
    assert placed(rows, "Jag har arbetat", 1, "p.2", staff=2) is Step.ADD
    assert placed(rows, "Jag har arbetat", 1, "q.2") is Step.ADD


def test_what_is_taken_away_stays_as_a_wording_of_its_own() -> None:
    rows = [wording(1, "x" * 60, "p.1")]
    assert placed(rows, "", 1, "p.2") is Step.ADD
    assert placed(rows, "x" * 10, 1, "p.2") is Step.ADD
    assert placed(rows, "x" * 50, 1, "p.2") is Step.WRITE_ON


def test_a_page_that_has_not_seen_the_answer_is_put_beside_it() -> None:
    rows = [wording(1, "Lager", "p.1"), wording(2, "Kök", "q.1")]
    assert placed(rows, "Lager och skog", 1, "p.2") is Step.ADD_ASIDE
    assert placed(rows, "Kök", 1, "p.2") is Step.NOTHING
    assert placed(rows, "Kök och bageri", 2, "p.2") is Step.ADD


def test_a_page_whose_yes_was_lost_on_the_way_is_not_put_beside_itself() -> None:
    assert placed([wording(1, "Jag", "p.1")], "Jag har", 0, "p.2") is Step.WRITE_ON


def test_what_arrives_late_does_not_overtake_what_the_same_page_sent_after_it() -> None:
    assert placed([wording(1, "Jag har", "p.2")], "Jag", 0, "p.1") is Step.OVERTAKEN


@st.composite
def histories(draw: st.DrawFn) -> list[tuple[int, str, bool]]:
    """What three pages send, in some order: page, text, and whether its yes reaches it."""
    words = st.text("ab ", min_size=0, max_size=60)
    return draw(st.lists(st.tuples(st.integers(0, 2), words, st.booleans()), max_size=25))


@given(histories())
def test_whatever_order_pages_send_in_no_wording_is_lost(sent: list[tuple[int, str, bool]]) -> None:
    rows: list[Answer] = []
    seen, turns, last = [0, 0, 0], [0, 0, 0], [Content(), Content(), Content()]
    accepted = EMPTY
    for minute, (who, typed, reaches) in enumerate(sent):
        content = read_content(JOBS, [typed], "")
        turns[who] += 1
        now = NOW + timedelta(minutes=minute * 2)
        page = Page(f"p{who}", turns[who])
        before = [content_of(row) for row in rows]
        placing = place(rows, Sent(JOBS, content, seen[who]), page=page, staff_id=who, now=now)
        if placing.step is Step.WRITE_ON:
            row = placing.row
            assert row is not None
            assert row.staff_id == who, "nobody writes on in somebody else's words"
            assert row is rows[-1], "nothing came between"
            row.value, row.revision, row.at, row.page = content.value, row.revision + 1, now, page.stored
        elif placing.step in (Step.ADD, Step.ADD_ASIDE):
            row = Answer(
                revision=rows[-1].revision + 1 if rows else 1, value=content.value, skip_reason="", at=now,
                page=page.stored, staff_id=who, author="", is_aside=placing.step is Step.ADD_ASIDE,
            )  # fmt: skip
            rows.append(row)
        assert [row.revision for row in rows] == sorted({row.revision for row in rows})
        there = [content_of(row) for row in rows]
        assert content.is_empty or content in there, "what was sent is in some row"
        # What was there and is no longer was this page's own text, written on.
        gone = [old for old in before if old not in there]
        assert len(gone) <= (placing.step is Step.WRITE_ON)
        if placing.is_answer:
            accepted = content
            if reaches:
                answer = answer_among(rows)
                seen[who] = answer.revision if answer else 0
        last[who] = content
        assert content_of(answer_among(rows)) == accepted, (
            "the latest that was taken as the answer is the answer"
        )
