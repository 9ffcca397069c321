"""Links of the employer's page: made, opened, revoked. The address carries the row's id and a signature.

There is no account behind a link: whoever holds it is the supervisor it was sent to. Hence it is for one workplace,
expires, can be revoked, and says in every mark whose link it was.
"""

import hashlib
from datetime import datetime, timedelta

from itsdangerous import BadSignature, Signer, URLSafeSerializer
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from activation.context import settings
from activation.database import db
from activation.records.actor import Actor
from activation.records.history import record_employer
from models import EmployerLink, Supervisor, Workplace
from models.errors import DomainError
from models.texts import N_

# A link found again must work for some time still: a supervisor who is off for a weekend needs it on Monday.
STILL_VALID = timedelta(days=2)


class LinkRefused(DomainError):
    """The address leads nowhere (any longer). `status` is the answer's; the page says the same whichever it is."""

    status = 404


class LinkUnknown(LinkRefused):
    """Mistyped, tampered with, or signed with another secret."""


class LinkExpired(LinkRefused):
    status = 410


class LinkRevoked(LinkRefused):
    status = 410


def _serializer() -> URLSafeSerializer:
    return URLSafeSerializer(
        settings().secret_key,
        salt="employer-link",
        signer_kwargs={"digest_method": hashlib.sha256, "key_derivation": "hmac"},
    )


def link_token(link: EmployerLink) -> str:
    """The secret part of the address. The second of making is in it: a row id that comes again opens nothing."""
    return str(_serializer().dumps([link.id, int(link.created_at.timestamp())]))


def link_url(link: EmployerLink) -> str:
    """The whole address, also outside a request (messages, the demonstration)."""
    return f"{settings().base_url.rstrip('/')}/e/{link_token(link)}"


def form_token(link: EmployerLink) -> str:
    """What every form on the employer's page carries. No other site can write it, even one that knows the address."""
    signer = Signer(
        settings().secret_key, salt="employer-form", digest_method=hashlib.sha256, key_derivation="hmac"
    )
    return signer.get_signature(link_token(link)).decode()


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
    """The supervisor's newest link that works for two more days at least, else a new one.

    A link on which the same address was revoked is not revived: a new one is made.
    """
    found = db.session.scalar(
        select(EmployerLink)
        .where(
            EmployerLink.workplace_id == workplace.id,
            EmployerLink.sent_to == sent_to,
            EmployerLink.supervisor_name == (supervisor_name.strip() or sent_to),
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


def open_link(token: str, *, now: datetime) -> EmployerLink:
    """The link of an address, with its workplace and employer. Raises LinkUnknown, LinkExpired, LinkRevoked."""
    try:
        link_id, made = _serializer().loads(token)
    except (BadSignature, ValueError, TypeError) as error:
        raise LinkUnknown(N_("This link does not work.")) from error
    link = db.session.scalar(
        select(EmployerLink)
        .where(EmployerLink.id == link_id)
        .options(joinedload(EmployerLink.workplace, innerjoin=True))
    )
    if link is None or int(link.created_at.timestamp()) != made:
        raise LinkUnknown(N_("This link does not work."))
    if link.revoked_at is not None:
        raise LinkRevoked(N_("This link no longer works."))
    if link.expires_at <= now:
        raise LinkExpired(N_("This link no longer works."))
    return link


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


def stamp(link: EmployerLink, *, now: datetime) -> None:
    """Notes that somebody answered through the link. Looking alone writes nothing: mail scanners look too."""
    link.last_used_at = now
