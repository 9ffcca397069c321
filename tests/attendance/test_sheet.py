"""A group's sheet: everybody on one screen, only what was changed is saved, and nothing is lost."""

import csv
import io
import re
import threading
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from activation.attendance.sheet_forms import LineForm, digest, stored_entry
from activation.database import db
from activation.exchange.imports import import_file
from activation.exchange.kinds import ATTENDANCE
from activation.records.history import touch
from models import AccessLogEntry, CaseEvent, Crew, Session, Staff, Workplace
from models.enums import EmployerAnswer, Mark, Protection
from tests import builders
from tests.statements import statements

SignIn = Callable[[Staff], FlaskClient]
TODAY = date(2026, 11, 20)
FIRST_NAMES = ("Anna", "Bo", "Carl", "Dina", "Eva", "Folke")


class Place:
    """A workplace with people of one unit there today."""

    def __init__(self, people: int = 3) -> None:
        self.unit = builders.unit()
        self.secretary = builders.staff(self.unit, language="en", name="Sara")
        self.colleague = builders.staff(self.unit, language="en", name="Kim")
        self.workplace: Workplace = builders.workplace()
        self.cases: list[int] = []
        self.add(people)
        self.url = f"/workplaces/{self.workplace.id}/sheet"

    def add(self, people: int, **values: Any) -> None:
        for _n in range(people):
            name = FIRST_NAMES[len(self.cases) % len(FIRST_NAMES)]
            case = builders.case(self.unit, self.secretary, **{"first_name": name, **values})
            builders.placement(case, self.workplace, starts_on=date(2026, 11, 16))
            self.cases.append(case.id)
        builders.settle()

    def session(self, n: int, day: date = TODAY) -> Session:
        return db.session.scalars(
            select(Session).where(Session.case_id == self.cases[n], Session.on_date == day)
        ).one()

    def form(self, *changed: dict[str, str], day: date = TODAY) -> dict[str, str]:
        """What a browser sends that opened the sheet just now, with some lines changed."""
        found: dict[str, str] = {}
        for n in range(len(self.cases)):
            session = self.session(n, day)
            values = dict(_as_shown(session))
            if n < len(changed):
                values.update(changed[n])
            found.update({f"s{session.id}-{name}": value for name, value in values.items()})
        return found

    def marks(self) -> list[tuple[Mark | None, Decimal | None, str]]:
        return [(s.mark, s.hours, s.note) for s in map(self.session, range(len(self.cases)))]


def _as_shown(session: Session) -> dict[str, str]:
    return {
        "mark": session.mark.value if session.mark else "",
        "hours": "" if session.hours is None else str(session.hours).replace(".", ","),
        "notified": "" if session.notified is None else ("yes" if session.notified else "no"),
        "note": session.note,
        "version": str(session.version),
        "was": str(digest(stored_entry(session))),
    }


@pytest.fixture
def place(app: Flask) -> Place:
    return Place()


def test_nobody_is_judged_unheard_in_passing(place: Place, sign_in: SignIn) -> None:
    client = sign_in(place.secretary)
    form = place.form({"mark": "present"}, {"mark": "invalid_absence", "note": "kom inte"})
    answer = client.post(place.url, data=form)
    assert answer.status_code == 422
    assert "judge it on its own page" in answer.text
    assert "kom inte" in answer.text
    assert place.marks() == [(None, None, "")] * 3
    builders.account(place.session(1))
    builders.settle()
    assert client.post(place.url, data=form).status_code == 303


def test_a_sheet_is_saved_at_once_with_swedish_decimals(place: Place, sign_in: SignIn) -> None:
    client = sign_in(place.secretary)
    builders.account(place.session(1))
    builders.settle()
    form = place.form(
        {"mark": "present", "hours": "6,5"},
        {"mark": "invalid_absence", "note": "kom inte, svarar inte", "notified": "no"},
        {"mark": "present"},
    )
    answer = client.post(place.url, data=form)
    assert answer.status_code == 303
    assert place.marks() == [
        (Mark.PRESENT, Decimal("6.5"), ""),
        (Mark.INVALID_ABSENCE, None, "kom inte, svarar inte"),
        (Mark.PRESENT, None, ""),
    ]
    assert place.session(1).notified is False
    assert {s.marked_by for s in map(place.session, range(3))} == {"Sara"}
    assert "3 days were saved" in client.get(answer.location).text


def test_only_lines_that_were_changed_are_saved(place: Place, sign_in: SignIn) -> None:
    client = sign_in(place.secretary)
    client.post(place.url, data=place.form({"mark": "present"}, {"mark": "sick"}))
    before = db.session.scalar(select(func.count()).select_from(CaseEvent))
    untouched = [place.session(0).version, place.session(2).version]
    client.post(place.url, data=place.form({}, {"mark": "valid_absence"}))
    assert [place.session(0).version, place.session(2).version] == untouched
    assert db.session.scalar(select(func.count()).select_from(CaseEvent)) == (before or 0) + 1
    again = client.post(place.url, data=place.form())
    assert "Nothing was changed" in client.get(again.location).text


def test_what_is_wrong_stands_beside_its_line_and_nothing_is_saved_or_lost(
    place: Place, sign_in: SignIn
) -> None:
    form = place.form(
        {"mark": "present", "hours": "7"},
        {"mark": "invalid_absence"},
        {"hours": "inte en siffra", "note": "min text"},
    )
    answer = sign_in(place.secretary).post(place.url, data=form)
    assert answer.status_code == 422
    assert "Invalid absence needs a note" in answer.text
    assert "inte en siffra" in answer.text
    assert "min text" in answer.text
    assert 'value="7"' in answer.text
    assert place.marks() == [(None, None, "")] * 3


def test_hours_or_a_note_without_a_mark_are_not_dropped_without_a_word(place: Place, sign_in: SignIn) -> None:
    answer = sign_in(place.secretary).post(place.url, data=place.form({"hours": "4"}, {"note": "ringde"}))
    assert answer.status_code == 422
    assert answer.text.count("Say what it was") >= 2


def test_a_mark_is_taken_back_by_choosing_not_marked(place: Place, sign_in: SignIn) -> None:
    client = sign_in(place.secretary)
    client.post(place.url, data=place.form({"mark": "sick", "notified": "yes"}))
    assert client.post(place.url, data=place.form({"mark": ""})).status_code == 303
    assert place.marks()[0] == (None, None, "")


def test_of_two_who_save_the_same_line_the_second_sees_both_and_decides(
    place: Place, sign_in: SignIn
) -> None:
    opened = place.form({"mark": "present", "hours": "8"}, {"mark": "sick"})
    theirs = place.form({"mark": "valid_absence", "note": "läkare"})
    assert sign_in(place.colleague).post(place.url, data=theirs).status_code == 303
    client = sign_in(place.secretary)
    answer = client.post(place.url, data=opened)
    assert answer.status_code == 422
    assert "Kim marked this session in the meantime" in answer.text
    assert "Stored now: Valid absence" in answer.text
    assert "läkare" in answer.text
    assert [m[0] for m in place.marks()] == [Mark.VALID_ABSENCE, None, None]
    version, was = place.session(0).version, _as_shown(place.session(0))["was"]
    key = f"s{place.session(0).id}"
    assert f'name="{key}-version" type="hidden" value="{version}"' in answer.text
    assert f'name="{key}-was" type="hidden" value="{was}"' in answer.text
    opened |= {f"{key}-version": str(version), f"{key}-was": was}
    assert client.post(place.url, data=opened).status_code == 303
    assert [m[0] for m in place.marks()] == [Mark.PRESENT, Mark.SICK, None]


def test_a_line_that_only_somebody_else_changed_is_no_conflict_and_stays_theirs(
    place: Place, sign_in: SignIn
) -> None:
    opened = place.form({}, {"mark": "sick"})
    sign_in(place.colleague).post(place.url, data=place.form({"mark": "present", "hours": "8"}))
    assert sign_in(place.secretary).post(place.url, data=opened).status_code == 303
    assert [m[0] for m in place.marks()] == [Mark.PRESENT, Mark.SICK, None]


def test_the_same_sheet_sent_twice_is_saved_once(place: Place, sign_in: SignIn) -> None:
    client, form = sign_in(place.secretary), place.form({"mark": "present"}, {"mark": "sick"})
    assert client.post(place.url, data=form).status_code == 303
    events = db.session.scalar(select(func.count()).select_from(CaseEvent))
    assert client.post(place.url, data=form).status_code in (303, 422)
    assert db.session.scalar(select(func.count()).select_from(CaseEvent)) == events


def test_two_people_saving_at_the_same_moment_lose_nothing_and_are_never_shown_an_incident(
    place: Place, sign_in: SignIn
) -> None:
    clients = [sign_in(place.secretary), sign_in(place.colleague)]
    forms = [
        place.form({"mark": "present"}, {"mark": "present"}, {"mark": "present"}),
        place.form({"mark": "sick"}, {"mark": "sick"}, {"mark": "sick"}),
    ]
    url, codes, barrier = place.url, [], threading.Barrier(2)
    db.session.rollback()
    db.session.remove()

    def press(client: FlaskClient, form: dict[str, str]) -> None:
        barrier.wait(timeout=30)
        codes.append(client.post(url, data=form).status_code)

    threads = [threading.Thread(target=press, args=pair) for pair in zip(clients, forms, strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(codes) == [303, 422]
    assert len({m[0] for m in place.marks()}) == 1


def test_the_sheet_takes_the_same_number_of_queries_for_twice_as_many(place: Place, sign_in: SignIn) -> None:
    client = sign_in(place.secretary)
    client.get(place.url)
    counts = []
    for _round in range(2):
        with statements() as sent:
            assert client.get(place.url).status_code == 200
        counts.append(len(sent))
        place.add(len(place.cases))
    assert counts[0] == counts[1]
    assert counts[0] <= 8


def test_saving_reads_the_same_number_of_times_for_twice_as_many(place: Place, sign_in: SignIn) -> None:
    client, counts = sign_in(place.secretary), []
    for n in (3, 6):
        form = place.form(*[{"mark": "present"}] * n)
        with statements() as sent:
            assert client.post(place.url, data=form).status_code == 303
        counts.append(len([s for s in sent if s.startswith("SELECT")]))
        client.post(place.url, data=place.form(*[{"mark": ""}] * n))
        place.add(n)
    assert counts[0] == counts[1]


def test_hidden_people_are_a_number_and_cannot_be_marked(place: Place, sign_in: SignIn) -> None:
    place.add(1, first_name="Hemlig", protection=Protection.CONFIDENTIAL)
    other = builders.case(builders.unit(), first_name="Grannens")
    builders.placement(other, place.workplace, starts_on=date(2026, 11, 16))
    builders.settle()
    client = sign_in(place.colleague)
    page = client.get(place.url).text
    assert "2 more are here" in page
    assert "Hemlig" not in page
    assert "Grannens" not in page
    assert client.post(place.url, data=place.form({}, {}, {}, {"mark": "sick"})).status_code == 422
    assert place.session(3).mark is None
    assert "Hemlig" in sign_in(place.secretary).get(place.url).text, "the secretary of the case sees it"
    logged = set(db.session.scalars(select(AccessLogEntry.case_id)))
    assert other.id not in logged
    assert set(place.cases) <= logged


def test_a_day_to_come_is_shown_and_not_marked(place: Place, sign_in: SignIn) -> None:
    ahead = TODAY + timedelta(days=3)
    client = sign_in(place.secretary)
    page = client.get(f"{place.url}?day={ahead}").text
    assert "This day has not come yet" in page
    assert "Save the sheet" not in page
    form = place.form({"mark": "present"}, day=ahead)
    assert client.post(f"{place.url}?day={ahead}", data=form).status_code == 422
    assert place.session(0, ahead).mark is None


def test_presence_is_proposed_for_the_unmarked_and_not_against_an_employers_word(
    place: Place, sign_in: SignIn
) -> None:
    away = place.session(1)
    away.answer, away.answered_by, away.answered_at = EmployerAnswer.NOT_HERE, "Karin", builders.NOW
    away.marked_at = builders.NOW
    touch(away.case_id)
    builders.settle()
    page = sign_in(place.secretary).get(f"{place.url}?fill=present").text
    chosen = [len(re.findall(rf'checked[^>]*id="s{place.session(n).id}-mark-1"', page)) for n in range(3)]
    assert chosen == [1, 0, 1]
    assert place.marks() == [(None, None, "")] * 3


def test_a_crew_has_a_sheet_of_its_own_people(place: Place, sign_in: SignIn) -> None:
    crew = Crew(workplace=place.workplace, name="Parklaget")
    db.session.add(crew)
    placement = db.session.get_one(builders.Placement, place.session(1).placement_id)
    placement.crew = crew
    builders.settle()
    page = sign_in(place.secretary).get(f"/crews/{crew.id}/sheet").text
    assert "Bo " in page
    assert "Anna " not in page


@pytest.mark.parametrize("address", ["/workplaces/{}/sheet", "/crews/{}/sheet", "/crews/{}/sheet.csv"])
@pytest.mark.parametrize("row_id", [999_999, 2**31, 10**30])
def test_nobodys_sheet_is_not_found(place: Place, sign_in: SignIn, address: str, row_id: int) -> None:
    assert sign_in(place.secretary).get(address.format(row_id)).status_code == 404


@pytest.mark.parametrize("day", ["nonsense", "2026-02-30", "9999-12-31", "1900-01-01", "2199-12-31"])
def test_odd_days_break_nothing(place: Place, sign_in: SignIn, day: str) -> None:
    client = sign_in(place.secretary)
    assert client.get(f"{place.url}?day={day}").status_code == 200
    assert client.get(f"{place.url}.csv?day={day}").status_code == 200
    assert client.get(place.url.replace("sheet", f"sign-in-list?day={day}")).status_code == 200


def test_nonsense_in_a_line_is_answered_in_words(place: Place, sign_in: SignIn) -> None:
    form = place.form({"mark": "drunk", "version": "x", "was": "-1", "notified": "perhaps", "hours": "25"})
    answer = sign_in(place.secretary).post(place.url, data=form)
    assert answer.status_code == 422
    assert "Choose one from the list" in answer.text
    empty = sign_in(place.secretary).post(place.url, data={"s99999999999-mark": "sick", "s1-x": "1"})
    assert empty.status_code in (303, 422)


def test_a_line_as_it_was_opened_is_not_touched(app: Flask, place: Place) -> None:
    shown = place.form()
    with app.test_request_context(method="POST", data=shown):
        for n in range(3):
            line = LineForm.of(f"s{place.session(n).id}")
            assert line.validate()
            assert not line.is_touched


def test_the_file_of_the_week_is_taken_back_as_it_was_filled_in(
    place: Place, sign_in: SignIn, tmp_path: Path
) -> None:
    client = sign_in(place.secretary)
    client.post(place.url, data=place.form({"mark": "present"}))
    answer = client.get(f"{place.url}.csv?day={TODAY}")
    assert "2026-W47" in answer.headers["Content-Disposition"]
    text = answer.get_data().decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text), delimiter=";"))
    assert list(rows[0]) == ["case_number", "date", "mark", "hours", "note"]
    assert len(rows) == 14, "five days of three people, less the one that is marked"
    assert "Anna" not in text
    for row in rows[:5]:
        row["mark"], row["hours"] = "närvarande", "7,5"
    out = io.StringIO()
    writer = csv.DictWriter(out, fieldnames=list(rows[0]), delimiter=";", lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(rows)
    file = tmp_path / "attendance.csv"
    file.write_text("\ufeff" + out.getvalue(), encoding="utf-8")
    result = import_file(ATTENDANCE, file, actor=builders.SYSTEM, now=builders.NOW)
    assert (result.created, result.updated, len(result.rejected)) == (5, 0, 9)
    assert {r.column for r in result.rejected} == {"mark"}
    assert result.unknown_columns == []


def test_the_file_has_the_headings_of_the_readers_language(place: Place, sign_in: SignIn) -> None:
    place.secretary.language = "sv"
    builders.settle()
    text = sign_in(place.secretary).get(f"{place.url}.csv").get_data().decode("utf-8-sig")
    assert text.splitlines()[0] == "ärendenummer;datum;markering;timmar;anteckning"


def test_what_is_not_saved_after_all_is_not_counted_as_marked(place: Place, sign_in: SignIn) -> None:
    client, yesterday = sign_in(place.secretary), date(2026, 11, 19)
    url = f"{place.url}?day={yesterday}"
    waiting = re.compile(r'19 <span class="count">(\d+)')
    assert waiting.findall(client.get(url).text) == ["3"]
    form = place.form({"mark": "present"}, {"mark": "invalid_absence"}, day=yesterday)
    wrong = client.post(url, data=form)
    assert wrong.status_code == 422
    assert waiting.findall(wrong.text) == ["3"]
