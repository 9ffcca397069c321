"""Who was shown whose data (SoLPuL 10 §): written in the transaction that shows it."""

from datetime import datetime
from typing import Any

from sqlalchemy import insert

from activation.database import db
from activation.records.actor import Actor
from models import AccessLogEntry
from models.enums import Viewed

Row = dict[str, Any]

_LOOKS = "looks"


def log_access(
    *, actor: Actor, case_ids: list[int], viewed: Viewed, now: datetime, address: str = ""
) -> None:
    """One row per case shown. The product itself is not logged: the operator's own logs are the system's."""
    if actor.staff_id is None or not case_ids:
        return
    rows = [
        {"at": now, "staff_id": actor.staff_id, "case_id": c, "viewed": viewed, "address": address}
        for c in case_ids
    ]
    db.session.info.setdefault(_LOOKS, []).extend(rows)
    write_looks(rows)


def take_looks() -> list[Row]:
    """The rows of this transaction. An answer that shows a form with its errors takes them along before it rolls back:
    nothing was changed, but somebody was shown something."""
    looks: list[Row] = db.session.info.pop(_LOOKS, [])
    return looks


def write_looks(looks: list[Row]) -> None:
    if looks:
        db.session.execute(insert(AccessLogEntry), looks)
