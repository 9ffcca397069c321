"""Which rows point at an employer, a workplace or a supervisor, and taking them along when two become one.

Asked of the tables themselves, so that a table that is added later goes along too.
"""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Column, ColumnElement, Table, and_, func, or_, select, update

from activation.database import db
from models import Base
from models.texts import N_

# What people are told goes along: table → its name. What stands for itself in none of them (sessions go with their
# placements) is not counted.
TOLD = {
    "workplaces": N_("Workplaces"),
    "placements": N_("Placements"),
    "proposals": N_("Proposed placements"),
    "supervisors": N_("Supervisors"),
    "crews": N_("Crews"),
    "needs": N_("Needs"),
    "capacities": N_("Room that was given"),
    "workplace_closings": N_("Closing days"),
    "employer_links": N_("Links"),
    "agreements": N_("Agreements"),
    "employer_contacts": N_("Contacts"),
    "employer_events": N_("Lines of the history"),
}


@dataclass(frozen=True, slots=True)
class Moving:
    """How many rows of a kind go along."""

    what: str
    number: int


def references(to: str) -> list[tuple[Table, Column[Any]]]:
    """The columns that name a row of a table."""
    return [
        (table, column)
        for table in Base.metadata.sorted_tables
        for column in table.columns
        if any(key.column.table.name == to for key in column.foreign_keys)
    ]


def move(to: str, old_id: int, new_id: int, *, besides: frozenset[str] = frozenset()) -> None:
    """Lets every row that names the old row name the new one. `besides`: tables that are seen to by the caller."""
    for table, column in references(to):
        if table.name in besides:
            continue
        condition = column == old_id
        if table.name == to:
            condition = and_(condition, table.c.id != new_id)
        db.session.execute(update(table).where(condition).values({column.name: new_id}))


def moving_with_workplace(workplace_id: int) -> list[Moving]:
    """What goes along with a workplace."""
    return _counted({"workplaces": [workplace_id]})


def moving_with_employer(employer_id: int, workplace_ids: list[int]) -> list[Moving]:
    """What goes along with an employer: its own, and that of its workplaces."""
    return _counted({"employers": [employer_id], "workplaces": workplace_ids})


def _counted(ids: dict[str, list[int]]) -> list[Moving]:
    """One query a table, whatever the number of rows. A row that names both counts once."""
    naming: dict[str, list[Any]] = {}
    for to, of in ids.items():
        for table, column in references(to):
            if table.name in TOLD and column.name != "merged_into_id":
                condition: ColumnElement[bool] = column.in_(of)
                if table.name == "workplaces":
                    condition = and_(condition, table.c.merged_into_id.is_(None))
                naming.setdefault(table.name, []).append(condition)
    found = []
    for name, what in TOLD.items():
        if name in naming:
            table = Base.metadata.tables[name]
            number = db.session.scalar(select(func.count()).select_from(table).where(or_(*naming[name])))
            found.append(Moving(what, number or 0))
    return [line for line in found if line.number]
