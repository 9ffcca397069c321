"""The page is small and asks the database little, however many people there are: a slow phone on a bad network."""

from collections.abc import Callable
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

import activation.web
from activation.database import db
from models import Crew, Session, Supervisor, Unit, Workplace
from tests import builders
from tests.employer_page.page import TODAY, Page, person
from tests.statements import statements

STATIC = Path(activation.web.__file__).parent / "static"
FIRST_NAMES = (
    "Anna",
    "Mohammed",
    "Birgitta",
    "Oleksandra",
    "Per",
    "Nasrin",
    "Lars-Erik",
    "Fatima",
    "Bo",
    "Tesfay",
)
AT_MOST = 30_000


def people(unit: Unit, workplace: Workplace, number: int) -> None:
    for n in range(number):
        person(unit, workplace, FIRST_NAMES[n % 10], f"{chr(65 + n % 26)}lm", starts_on=TODAY)


def whole(page: Page, lang: str = "sv") -> int:
    """What a phone that has seen none of it gets: page, style sheet and script, as they are (nothing is compressed)."""
    answer = page.client.get(f"/e/{page.token}", query_string={"lang": lang})
    return len(answer.data) + sum(
        (STATIC / name).stat().st_size for name in ("employer.css", "employer.js", "favicon.svg")
    )


def all_today() -> list[int]:
    return list(db.session.scalars(select(Session.id).where(Session.on_date == TODAY).order_by(Session.id)))


def test_the_script_is_one_small_file() -> None:
    assert (STATIC / "employer.js").stat().st_size < 6_000


@pytest.mark.only("sqlite")
@pytest.mark.parametrize("number", [5, 30])
def test_page_style_and_script_together_stay_below_thirty_kilobytes(
    client: FlaskClient, unit: Unit, workplace: Workplace, number: int
) -> None:
    people(unit, workplace, number)
    page = Page(client, workplace)
    sizes = [whole(page), whole(page, "en")]
    page.all_here(*all_today())
    sizes.append(whole(page))
    for session_id in all_today():
        page.undo(session_id)
        page.press(session_id, "not_here")
    sizes.append(whole(page))
    assert max(sizes) < AT_MOST, sizes
    if number == 5:
        assert max(sizes) < AT_MOST / 2, sizes


def queries_of(what: Callable[[], object]) -> list[str]:
    with statements() as found:
        what()
    return [s for s in found if s.lstrip().upper().startswith(("SELECT", "INSERT", "UPDATE"))]


def test_a_full_day_of_thirty_people_takes_at_most_six_queries(
    client: FlaskClient, unit: Unit, workplace: Workplace
) -> None:
    counts = []
    for number in (15, 15):
        people(unit, workplace, number)
        second = builders.supervisor(workplace)
        page = Page(client, workplace, supervisor=second)
        counts.append([len(queries_of(page.get)), len(queries_of(page.get))])
    first, again = counts[1]
    assert counts[0] == counts[1]
    assert again <= first <= 6  # the first of a device and day is written down
    assert again <= 3


def test_own_people_come_first_under_their_own_heading_and_crews_under_theirs(
    client: FlaskClient, unit: Unit, workplace: Workplace
) -> None:
    crew = Crew(workplace_id=workplace.id, name="Parklaget")
    db.session.add(crew)
    db.session.flush()
    pella = builders.supervisor(workplace, "Pella")
    person(unit, workplace, "Anna")
    person(unit, workplace, "Bo", supervisor_id=pella.id)
    person(unit, workplace, "Cia", crew_id=crew.id)
    person(unit, workplace, "Dag", supervisor_id=pella.id)
    page = Page(client, workplace, "Pella", supervisor=db.session.get_one(Supervisor, pella.id))
    text = page.get().text.partition("The next days")[0]
    parts = [
        "Your people",
        "Bo A.",
        "Dag A.",
        "Others at this workplace<",
        "Anna A.",
        ": Parklaget",
        "Cia A.",
    ]
    assert [text.index(part) for part in parts] == sorted(text.index(part) for part in parts)
    # All in one press are the supervisor's own.
    assert text.count(",") >= 1
    assert len(text.split('name="sessions" value="')[1].split('"')[0].split(",")) == 2
    # The main supervisor's link: whom nobody else looks after.
    main = db.session.scalars(select(Supervisor).where(Supervisor.is_main)).one()
    text = Page(client, workplace, "Handledare", supervisor=main).get().text
    assert text.index("Anna A.") < text.index("Bo A.")
    # A link that is nobody's in the register: all are shown alike, by crew.
    assert "Others at this workplace" not in Page(client, workplace, "Ny").get().text


def test_a_press_of_a_script_brings_back_the_card_alone(
    client: FlaskClient, unit: Unit, workplace: Workplace
) -> None:
    people(unit, workplace, 3)
    page, (first, *_rest) = Page(client, workplace), all_today()
    answer = page.post({"s": first}, {"X-Part": "1"}, answer="here", hours="8")
    assert answer.status_code == 200
    assert answer.text.count("<article") == 1
    assert f"id=s{first}" in answer.text
    assert "<html" not in answer.text
    assert "Saved: " in answer.text
    assert len(answer.data) < 1_500
    refused = page.post({"s": first}, {"X-Part": "1"}, answer="not_here")
    assert refused.status_code == 409
    assert "has already answered" in refused.text
