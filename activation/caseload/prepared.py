"""Statements built once for everybody. To build a large one costs as much as to run it, and only who asks differs:
so the visibility rules are written out for any actor of a role, and the asker's ids are given when it runs.
"""

from typing import cast

from sqlalchemy import Integer, bindparam

from activation.records.actor import Actor
from models.enums import Role


def any_actor(role: Role | None) -> Actor:
    """An actor of a role with places instead of ids. Only for making conditions; `who` fills the places."""
    return Actor(
        name="",
        role=role,
        staff_id=cast(int, bindparam("my_id", type_=Integer)),
        unit_id=cast(int, bindparam("my_unit_id", type_=Integer)),
    )


def who(actor: Actor) -> dict[str, int | None]:
    """The values of the places."""
    return {"my_id": actor.staff_id, "my_unit_id": actor.unit_id}
