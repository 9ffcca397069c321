"""Links of the employer's page: made, opened, revoked. The address carries the row's id and a signature.

There is no account behind a link: whoever holds it is the supervisor it was sent to. Hence it is for one workplace,
expires, can be revoked, and says in every mark whose link it was.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache, lru_cache
from typing import Any, Protocol

from itsdangerous import BadSignature, Signer, URLSafeSerializer
from sqlalchemy import bindparam, exists, func, select

from activation.clocks.calendar import local_date, start_of_day
from activation.context import settings
from activation.database import db
from activation.employer_page.rules import PRESSES_WITHIN
from activation.records.actor import Actor
from activation.records.history import record_employer
from models import Employer, EmployerLink, LinkUse, Supervisor, Workplace
from models.enums import LinkUseKind
from models.errors import DomainError
from models.texts import N_

# A link found again must work for some time still: a supervisor who is off for a weekend needs it on Monday.
STILL_VALID = timedelta(days=2)
FORM_TOKEN_LENGTH = 16


class LinkRefused(DomainError):
    """The address leads nowhere (any longer). `status` is the answer's; the page says the same whichever it is."""

    status = 404


class LinkUnknown(LinkRefused):
    """Mistyped, tampered with, or signed with another secret."""


class LinkExpired(LinkRefused):
    status = 410


class LinkRevoked(LinkRefused):
    status = 410


class HasToken(Protocol):
    """What the secret part of an address is made of."""

    @property
    def id(self) -> int: ...
    @property
    def created_at(self) -> datetime: ...


@dataclass(frozen=True, slots=True)
class Device:
    """What tells one telephone from another: its address and a digest of what its browser says of itself."""

    address: str
    browser: str


@dataclass(frozen=True, slots=True)
class OpenedLink:
    """A link that works, with what its page needs. `presses`: of the last minutes; `seen`: opened today by the device.

    `workplace_id` is where its people are: of a workplace that was merged, the one that it was merged into.
    """

    id: int
    created_at: datetime
    workplace_id: int
    supervisor_id: int | None
    supervisor_name: str
    language: str
    workplace_name: str
    employer_name: str
    postcode: str
    presses: int
    seen: bool


@lru_cache(maxsize=2)
def _serializer(secret: str) -> URLSafeSerializer:
    return URLSafeSerializer(
        secret,
        salt="employer-link",
        signer_kwargs={"digest_method": hashlib.sha256, "key_derivation": "hmac"},
    )


@lru_cache(maxsize=2)
def _form_signer(secret: str) -> Signer:
    return Signer(secret, salt="employer-form", digest_method=hashlib.sha256, key_derivation="hmac")


def link_token(link: HasToken) -> str:
    """The secret part of the address. The second of making is in it: a row id that comes again opens nothing."""
    return str(_serializer(settings().secret_key).dumps([link.id, int(link.created_at.timestamp())]))


def link_url(link: HasToken) -> str:
    """The whole address, also outside a request (messages, the demonstration)."""
    return f"{settings().base_url.rstrip('/')}/e/{link_token(link)}"


def form_token(link: HasToken) -> str:
    """What every form on the employer's page carries. No other site can write it, even one that knows the address.

    It stands in every form, so it is short: 96 bits.
    """
    signature = _form_signer(settings().secret_key).get_signature(link_token(link))
    return signature.decode()[:FORM_TOKEN_LENGTH]


def make_link(
    *,
    actor: Actor,
    workplace: Workplace,
    sent_to: str,
    supervisor_name: str,
    now: datetime,
    supervisor: Supervisor | None = None,
    reason: str = "",
) -> EmployerLink:
    """A new link to a workplace's sessions for one supervisor. Flushes, so that its address can be told.

    It stands in the employer's history; `reason`: why it went to somebody who is not registered as a supervisor.
    """
    link = EmployerLink(
        workplace_id=workplace.id,
        supervisor_id=supervisor.id if supervisor else None,
        sent_to=sent_to,
        supervisor_name=supervisor_name.strip() or sent_to,
        created_at=now,
        created_by=actor.name,
        expires_at=now + timedelta(days=settings().employer_link_days),
    )
    db.session.add(link)
    record_employer(
        workplace.employer,
        workplace=workplace,
        actor=actor,
        now=now,
        verb="link_made",
        changes={"supervisor_name": (None, link.supervisor_name), "sent_to": (None, sent_to)},
        reason=reason,
    )
    db.session.flush()
    return link


def find_or_make_link(
    *,
    actor: Actor,
    workplace: Workplace,
    sent_to: str,
    supervisor_name: str,
    now: datetime,
    supervisor: Supervisor | None = None,
) -> EmployerLink:
    """The supervisor's newest link to that address that works for two more days at least, else a new one.

    A link on which the same address was revoked is not revived: a new one is made.
    """
    found = db.session.scalar(
        select(EmployerLink)
        .where(
            EmployerLink.workplace_id == workplace.id,
            EmployerLink.sent_to == sent_to,
            EmployerLink.supervisor_name == (supervisor_name.strip() or sent_to),
            EmployerLink.supervisor_id == supervisor.id
            if supervisor
            else EmployerLink.supervisor_id.is_(None),
            EmployerLink.revoked_at.is_(None),
            EmployerLink.expires_at >= now + STILL_VALID,
        )
        .order_by(EmployerLink.expires_at.desc(), EmployerLink.id.desc())
        .limit(1)
    )
    return found or make_link(
        actor=actor,
        workplace=workplace,
        sent_to=sent_to,
        supervisor_name=supervisor_name,
        supervisor=supervisor,
        now=now,
    )


@cache
def _statement() -> Any:
    """Built once: putting it together takes longer than the database needs to answer it."""
    of_link = LinkUse.link_id == EmployerLink.id
    presses = (
        select(func.count())
        .select_from(LinkUse)
        .where(of_link, LinkUse.kind == LinkUseKind.PRESSED, LinkUse.at > bindparam("since"))
        .scalar_subquery()
    )
    seen = exists().where(
        of_link,
        LinkUse.kind == LinkUseKind.OPENED,
        LinkUse.at >= bindparam("midnight"),
        LinkUse.address == bindparam("address"),
        LinkUse.device == bindparam("browser"),
    )
    return (
        select(
            EmployerLink.id,
            EmployerLink.created_at,
            func.coalesce(Workplace.merged_into_id, Workplace.id).label("workplace_id"),
            EmployerLink.supervisor_id,
            EmployerLink.supervisor_name,
            func.coalesce(Supervisor.language, "").label("language"),
            Workplace.name.label("workplace_name"),
            Employer.name.label("employer_name"),
            Workplace.postcode,
            presses.label("presses"),
            seen.label("seen"),
            EmployerLink.revoked_at,
            EmployerLink.expires_at,
        )
        .join(Workplace, Workplace.id == EmployerLink.workplace_id)
        .join(Employer, Employer.id == Workplace.employer_id)
        .outerjoin(Supervisor, Supervisor.id == EmployerLink.supervisor_id)
        .where(EmployerLink.id == bindparam("link_id"))
    )


def open_link(token: str, *, now: datetime, device: Device | None = None) -> OpenedLink:
    """The link of an address. Raises LinkUnknown, LinkExpired, LinkRevoked. One query."""
    try:
        link_id, made = _serializer(settings().secret_key).loads(token)
    except (BadSignature, ValueError, TypeError) as error:
        raise LinkUnknown(N_("This link does not work.")) from error
    places = {
        "link_id": link_id,
        "since": now - PRESSES_WITHIN,
        "midnight": start_of_day(local_date(now)),
        "address": device.address if device else "",
        "browser": device.browser if device else "",
    }
    row = db.session.connection().execute(_statement(), places).one_or_none()
    if row is None or int(row.created_at.timestamp()) != made:
        raise LinkUnknown(N_("This link does not work."))
    *values, revoked_at, expires_at = row
    if revoked_at is not None:
        raise LinkRevoked(N_("This link no longer works."))
    if expires_at <= now:
        raise LinkExpired(N_("This link no longer works."))
    return OpenedLink(*values)


def revoke_link(*, actor: Actor, link: EmployerLink, now: datetime) -> bool:
    """Makes the address stop working at once; says whether it still worked. Its marks stay."""
    if link.revoked_at is not None:
        return False
    link.revoked_at = now
    workplace = db.session.get_one(Workplace, link.workplace_id)
    record_employer(
        workplace.employer,
        workplace=workplace,
        actor=actor,
        now=now,
        verb="link_revoked",
        changes={"supervisor_name": (None, link.supervisor_name), "sent_to": (None, link.sent_to)},
    )
    db.session.flush()
    return True
