"""The standard texts that an installation begins with."""

import tomllib
from datetime import datetime
from pathlib import Path

from sqlalchemy import select

from activation.database import bulk_insert, db
from models import StandardText
from models.enums import StandardTextKind

SHIPPED = Path(__file__).with_name("default_texts.toml")
SHIPPED_BY = "Aktivering"


def shipped_texts() -> list[dict[str, str]]:
    """Kind, language, name and body of each text that is delivered."""
    document = tomllib.loads(SHIPPED.read_text(encoding="utf-8"))
    return [{**text, "body": text["body"].strip()} for text in document["text"]]


def seed_texts(*, now: datetime) -> int:
    """Brings them where there are none yet, once; says how many came. Does not commit."""
    if db.session.scalar(select(StandardText.id).limit(1)) is not None:
        return 0
    kinds = {kind.value: kind for kind in StandardTextKind}
    rows = [
        {
            **text,
            "kind": kinds[text["kind"]],
            "active": True,
            "changed_at": now,
            "changed_by": SHIPPED_BY,
            "version": 1,
        }
        for text in shipped_texts()
    ]
    bulk_insert(StandardText, rows)
    return len(rows)
