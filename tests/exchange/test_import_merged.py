"""Files that still name what was merged lead to the survivor, and the same file twice changes nothing."""

import pytest
from sqlalchemy import func, select

from activation.database import db
from activation.employers.merging import merge_employers, merge_workplaces
from activation.employers.register import change_workplace
from activation.unit_of_work import commit
from models import Employer, Placement, Supervisor, Workplace
from tests import builders
from tests.builders import NOW
from tests.exchange.files import Importer, counts

OLD, NEW = "556012-5790", "559781-9779"
EMPLOYERS = (
    "org_number;name;workplace;contact_name;places\n"
    f"{OLD};Lager AB;Lagret;Olle;2\n{OLD};Lager AB;Köket;Kia;1\n{NEW};Lager i Lilleby AB;lagret;Nils;5"
)
PLACEMENTS = (
    "case_number;org_number;workplace;kind;starts_on;ends_on\n"
    f"A-1;{OLD};Lagret;internship;2026-11-02;2026-11-27\nA-2;{NEW};lagret;internship;2026-11-02;"
)


@pytest.fixture
def files(importer: Importer) -> Importer:
    importer.clients("A-1", "A-2")
    importer("employers", EMPLOYERS)
    importer("placements", PLACEMENTS)
    return importer


def employer(number: str) -> Employer:
    return db.session.scalars(select(Employer).where(Employer.org_number == number)).one()


def workplace(number: str, name: str) -> Workplace:
    return db.session.scalars(
        select(Workplace).join(Employer).where(Employer.org_number == number, Workplace.name == name)
    ).one()


def merge(source: str, target: str) -> None:
    one, two = employer(source), employer(target)
    merge_employers(
        actor=builders.SYSTEM,
        source=one,
        target=two,
        seen_source=one.version,
        seen_target=two.version,
        now=NOW,
    )
    commit(now=NOW)


def test_the_same_files_change_nothing_after_two_employers_were_merged(files: Importer) -> None:
    merge(OLD, NEW)
    for _ in range(2):
        assert counts(files("employers", EMPLOYERS)) == (0, 0, 3, 0)
        assert counts(files("placements", PLACEMENTS)) == (0, 0, 2, 0)
    live = db.session.scalars(select(Workplace).where(Workplace.merged_into_id.is_(None))).all()
    assert {(w.employer.org_number, w.name) for w in live} == {(NEW, "lagret"), (NEW, "Köket")}
    assert (employer(OLD).name, employer(NEW).name) == ("Lager AB", "Lager i Lilleby AB")
    mains = set(db.session.scalars(select(Supervisor.name).where(Supervisor.is_main)))
    assert mains == {"Nils", "Kia"}


def test_a_new_workplace_under_the_old_number_is_the_survivors(files: Importer) -> None:
    merge(OLD, NEW)
    row = f"org_number;name;workplace;contact_name\n{OLD};Lager AB;Butiken;Bo\n{NEW};X;Butiken;Britt"
    assert counts(files("employers", row)) == (1, 1, 0, 0)
    assert counts(files("employers", row)) == (0, 0, 2, 0)
    assert workplace(NEW, "Butiken").employer_id == employer(NEW).id


def test_a_moved_workplace_is_still_changed_by_the_old_number(files: Importer) -> None:
    merge(OLD, NEW)
    row = f"org_number;name;workplace;places\n{OLD};Lager AB;Köket;9"
    assert counts(files("employers", row)) == (0, 1, 0, 0)
    assert workplace(NEW, "Köket").places == 9


def test_a_new_placement_at_a_merged_workplace_is_the_survivors(files: Importer) -> None:
    one, two = workplace(OLD, "Lagret"), workplace(OLD, "Köket")
    merge_workplaces(
        actor=builders.SYSTEM,
        source=one,
        target=two,
        seen_source=one.version,
        seen_target=two.version,
        now=NOW,
    )
    commit(now=NOW)
    row = f"case_number;org_number;workplace;kind;starts_on\nA-2;{OLD};Lagret;internship;2026-12-01"
    assert counts(files("placements", row)) == (1, 0, 0, 0)
    assert counts(files("placements", row)) == (0, 0, 1, 0)
    placed_at = db.session.scalars(
        select(Placement.workplace_id).where(Placement.starts_on > NOW.date())
    ).one()
    assert placed_at == workplace(OLD, "Köket").id
    assert counts(files("placements", PLACEMENTS)) == (0, 0, 2, 0)


def test_a_renamed_workplace_is_found_by_the_name_that_the_file_still_says(files: Importer) -> None:
    row = workplace(OLD, "Lagret")
    change_workplace(
        actor=builders.SYSTEM, workplace=row, seen_version=row.version, values={"name": "Nya lagret"}, now=NOW
    )
    commit(now=NOW)
    assert counts(files("employers", EMPLOYERS)) == (0, 0, 3, 0)
    assert counts(files("placements", PLACEMENTS)) == (0, 0, 2, 0)
    live = select(func.count()).where(Workplace.merged_into_id.is_(None))
    assert db.session.scalar(live.select_from(Workplace)) == 3


def test_rows_of_one_employer_under_two_names_change_nothing_the_second_time(importer: Importer) -> None:
    rows = f"org_number;name;workplace\n{OLD};Lager AB;Lagret\n{OLD};Lagret i Lilleby AB;Köket"
    assert counts(importer("employers", rows)) == (2, 0, 0, 0)
    assert employer(OLD).name == "Lagret i Lilleby AB"
    assert counts(importer("employers", rows)) == (0, 0, 2, 0)
    other = f"org_number;name;workplace\n{OLD};Lager AB;Lagret"
    assert counts(importer("employers", other)) == (0, 1, 0, 0)


def test_two_rows_about_one_placement_change_nothing_the_second_time(files: Importer) -> None:
    rows = f"{PLACEMENTS}\nA-1;{OLD};Lagret;internship;2026-11-02;2026-12-18"
    assert counts(files("placements", rows)) == (0, 1, 2, 0)
    assert counts(files("placements", rows)) == (0, 0, 3, 0)


def test_a_row_that_is_refused_overrides_no_other(files: Importer) -> None:
    rows = f"{EMPLOYERS}\n{OLD};Lager AB;Lagret;Eva;minus"
    changed = rows.replace("Olle;2", "Olle;3")
    assert counts(files("employers", changed)) == (0, 1, 2, 1)
    assert workplace(OLD, "Lagret").places == 3
