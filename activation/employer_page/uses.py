"""How a link is used: each opening (once a day and device) and each press is a row; too many of them are stopped."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import func, insert, select, update

from activation.database import db
from activation.employer_page.links import Device, LinkRefused, OpenedLink
from activation.employer_page.rules import PRESSES_AT_MOST, PRESSES_WITHIN, TRIES_AT_MOST, TRIES_WITHIN
from models import EmployerLink, LinkUse
from models.enums import LinkUseKind
from models.texts import N_

USES_SHOWN = 50


class TooOften(LinkRefused):
    """The link rests for a while. `seconds`: at most so long."""

    status = 429

    def __init__(self, seconds: float) -> None:
        super().__init__(N_("Too many attempts"))
        self.seconds = int(seconds)


def note_use(link: OpenedLink, kind: LinkUseKind, device: Device, *, now: datetime) -> None:
    """Writes down that the link was used. What is looked at answers nothing: only a press leaves a stamp on the link.
    (Mail scanners open links too.)"""
    row = {"link_id": link.id, "at": now, "kind": kind, "address": device.address, "device": device.browser}
    db.session.execute(insert(LinkUse), [row])
    if kind is LinkUseKind.PRESSED:
        stamp = update(EmployerLink).where(EmployerLink.id == link.id).values(last_used_at=now)
        db.session.execute(stamp.execution_options(synchronize_session=False))


def not_too_often(link: OpenedLink) -> None:
    """Raises TooOften where the link was pressed more than a person does."""
    if link.presses >= PRESSES_AT_MOST:
        raise TooOften(PRESSES_WITHIN.total_seconds())


def not_too_many_tries(link: OpenedLink, *, now: datetime) -> None:
    """Raises TooOften after a few wrong postcodes."""
    tries = db.session.scalar(
        select(func.count())
        .select_from(LinkUse)
        .where(
            LinkUse.link_id == link.id,
            LinkUse.kind == LinkUseKind.WRONG_POSTCODE,
            LinkUse.at > now - TRIES_WITHIN,
        )
    )
    if (tries or 0) >= TRIES_AT_MOST:
        raise TooOften(TRIES_WITHIN.total_seconds())


def link_uses(link_id: int) -> Sequence[Any]:
    """The newest uses of a link, for staff: rows of `at`, `kind`, `address`, `device`."""
    return db.session.execute(
        select(LinkUse.at, LinkUse.kind, LinkUse.address, LinkUse.device)
        .where(LinkUse.link_id == link_id)
        .order_by(LinkUse.at.desc(), LinkUse.id.desc())
        .limit(USES_SHOWN)
    ).all()
