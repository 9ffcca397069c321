"""Who was shown whose data (SoLPuL 10 §): written in the transaction that shows it."""

from datetime import datetime

from sqlalchemy import insert

from activation.database import db
from activation.records.actor import Actor
from models import AccessLogEntry
from models.enums import Viewed


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
    db.session.execute(insert(AccessLogEntry), rows)
