"""Who acts: an argument of every verb, never read from the surroundings."""

from dataclasses import dataclass
from typing import Self

from models import Staff
from models.enums import Role
from models.errors import NotAllowed


@dataclass(frozen=True)
class Actor:
    """A staff member (role and unit given), a supervisor (workplace given) or the product itself."""

    name: str
    staff_id: int | None = None
    role: Role | None = None
    unit_id: int | None = None
    workplace_id: int | None = None
    is_system: bool = False

    @classmethod
    def of(cls, staff: Staff) -> Self:
        return cls(name=staff.name, staff_id=staff.id, role=staff.role, unit_id=staff.unit_id)

    @classmethod
    def system(cls, name: str) -> Self:
        """The product itself or its operator at the command line: sees all cases.

        The names are the same in every language: `Aktivering`, `Import`.
        """
        return cls(name=name, is_system=True)

    @classmethod
    def supervisor(cls, name: str, workplace_id: int) -> Self:
        """Somebody with a link to one workplace: sees no case, marks that workplace's sessions."""
        return cls(name=name, workplace_id=workplace_id)


def must_be_administrator(actor: Actor, refusal: str) -> None:
    """`refusal`: what anybody else is told (NotAllowed), a text marked with N_."""
    if not (actor.is_system or actor.role is Role.ADMINISTRATOR):
        raise NotAllowed(refusal)
