"""What the organisation numbers and workplace names of a file lead to. Merges are followed: a file that still says the
old number, or the old name, means the survivor."""

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from activation.database import db
from models import Employer, Workplace


class Places:
    """The employers and workplaces that the rows of a chunk name, loaded in at most four queries."""

    def __init__(self, numbers: Collection[str], names: Collection[str]) -> None:
        named = db.session.scalars(select(Employer).where(Employer.org_number.in_(numbers))).all()
        self._named = {e.org_number: e for e in named}
        into = {e.merged_into_id for e in named if e.merged_into_id is not None}
        survivors = db.session.scalars(select(Employer).where(Employer.id.in_(into))).all() if into else []
        self._employers = {e.id: e for e in (*named, *survivors)}
        found = self._workplaces_where(
            Workplace.employer_id.in_(list(self._employers)), Workplace.name.in_(names)
        )
        into = {w.merged_into_id for w in found if w.merged_into_id is not None}
        survived = self._workplaces_where(Workplace.id.in_(into)) if into else []
        self._workplaces = {w.id: w for w in (*found, *survived)}
        self._by_name = {(w.employer_id, w.name): w for w in found}
        self._new: dict[tuple[str, str], Workplace] = {}

    @staticmethod
    def _workplaces_where(*conditions: object) -> list[Workplace]:
        statement = select(Workplace).where(*conditions)  # type: ignore[arg-type] # conditions of a where
        return list(db.session.scalars(statement.options(selectinload(Workplace.supervisors))))

    def is_merged(self, number: str) -> bool:
        """Whether the number is one that leads to another employer."""
        named = self._named.get(number)
        return named is not None and named.merged_into_id is not None

    def employer(self, number: str) -> Employer | None:
        """The employer with a number, or the one it was merged into."""
        named = self._named.get(number)
        if named is None or named.merged_into_id is None:
            return named
        return self._employers[named.merged_into_id]

    def named(self, number: str, name: str) -> Workplace | None:
        """The row of that very name, which may be one that was merged into another.

        Looked for under the number itself first: there stays what was merged away from it.
        """
        known, employer = self._named.get(number), self.employer(number)
        if known is None or employer is None:
            return None
        new = self._new.get((employer.org_number, name))
        return new or self._by_name.get((known.id, name)) or self._by_name.get((employer.id, name))

    def workplace(self, number: str, name: str) -> Workplace | None:
        """The workplace of a name, or the one it was merged into."""
        named = self.named(number, name)
        if named is None or named.merged_into_id is None:
            return named
        return self._workplaces[named.merged_into_id]

    def add(self, workplace: Workplace) -> None:
        """Remembers what a row has made, for the rows after it."""
        number = workplace.employer.org_number
        self._named.setdefault(number, workplace.employer)
        self._new[number, workplace.name] = workplace
