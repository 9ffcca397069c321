"""Keys of other systems: made and revoked by administrators, and known again by their hash."""

import hashlib
import logging
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import or_, select, update

from activation.database import db
from activation.records.actor import Actor, must_be_administrator
from models import ApiKey
from models.errors import FieldError
from models.texts import N_

ONLY_ADMINISTRATORS = N_("Keys are made and revoked by administrators.")

log = logging.getLogger("activation.aid")

KEYS_SHOWN = 200
LONGEST_KEY = 200
USE_IS_NOTED_EVERY = timedelta(hours=1)
# So that a key that turns up somewhere is recognised for what it is.
BEGINS_WITH = "akt_"


@dataclass(frozen=True)
class NewKey:
    """A key just made. It is known here once, and nowhere after."""

    row: ApiKey
    key: str


def all_keys() -> Sequence[ApiKey]:
    """Those that work first, each group with the newest first."""
    order = (ApiKey.revoked_at.is_not(None), ApiKey.id.desc())
    return db.session.scalars(select(ApiKey).order_by(*order).limit(KEYS_SHOWN)).all()


def make_key(*, actor: Actor, name: str, now: datetime) -> NewKey:
    """A key for the system of this name, which is the author of what it reports. Raises FieldError(name)."""
    must_be_administrator(actor, ONLY_ADMINISTRATORS)
    name = name.strip()
    if not name:
        raise FieldError("name", N_("This must be filled in."))
    if db.session.scalar(select(ApiKey.id).where(ApiKey.name == name)):
        raise FieldError(
            "name", N_("There is or was a key of this name. Choose another, so that they differ.")
        )
    key = BEGINS_WITH + secrets.token_urlsafe(32)
    row = ApiKey(name=name, key_hash=hash_of(key), made_at=now, made_by=actor.name)
    db.session.add(row)
    db.session.flush()
    log.info("api key %s made by %s", row.id, actor.staff_id)
    return NewKey(row, key)


def revoke_key(*, actor: Actor, row: ApiKey, now: datetime) -> bool:
    """The key stops working at once; False where it had been revoked before."""
    must_be_administrator(actor, ONLY_ADMINISTRATORS)
    if row.revoked_at is not None:
        return False
    row.revoked_at, row.revoked_by = now, actor.name
    db.session.flush()
    log.info("api key %s revoked by %s", row.id, actor.staff_id)
    return True


def hash_of(key: str) -> str:
    """A long random key needs no slow hash: there is nothing to guess."""
    return hashlib.sha256(key.encode("utf-8", "surrogateescape")).hexdigest()


def find_key(key: str, *, now: datetime) -> ApiKey | None:
    """The key's row, if it works. Looked up by hash: how long that takes says nothing of the key."""
    if not 0 < len(key) <= LONGEST_KEY:
        return None
    row = db.session.scalar(
        select(ApiKey).where(ApiKey.key_hash == hash_of(key), ApiKey.revoked_at.is_(None))
    )
    if row is not None:
        long_ago = now - USE_IS_NOTED_EVERY
        if row.last_used_at is None or row.last_used_at < long_ago:
            db.session.execute(
                update(ApiKey)
                .where(
                    ApiKey.id == row.id, or_(ApiKey.last_used_at.is_(None), ApiKey.last_used_at < long_ago)
                )
                .values(last_used_at=now),
                execution_options={"synchronize_session": False},
            )
    return row
