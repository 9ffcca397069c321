"""Whose cases a figure counts: one unit, several, or all."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, true

from models import Case


@dataclass(frozen=True)
class Units:
    """`ids` None: all units."""

    ids: tuple[int, ...] | None

    @classmethod
    def one(cls, unit_id: int) -> "Units":
        return cls((unit_id,))

    @classmethod
    def maybe(cls, unit_id: int | None) -> "Units":
        """That unit, or all."""
        return cls(None if unit_id is None else (unit_id,))

    @property
    def single(self) -> int | None:
        """The unit, where it is one."""
        return self.ids[0] if self.ids is not None and len(self.ids) == 1 else None

    def condition(self, column: Any = Case.unit_id) -> ColumnElement[bool]:
        if self.ids is None:
            return true()
        one: ColumnElement[bool] = column == self.ids[0]
        return one if len(self.ids) == 1 else column.in_(self.ids)


ALL_UNITS = Units(None)
