"""How often a sign-in may fail, counted in the database: all web processes share one count."""

import hashlib
import hmac
import ipaddress
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, func, insert, select

from activation.database import db
from models import SignInAttempt

WINDOW = timedelta(minutes=15)


@dataclass(frozen=True)
class Limit:
    """So many failures of one subject within the window; then it waits until the oldest is out of it."""

    kind: str
    failures: int


PER_EMAIL = Limit("e-mail", 5)
PER_ADDRESS = Limit("address", 30)


@dataclass(frozen=True)
class Subjects:
    """Who is counted: keyed hashes, so that the table does not list who tried or from where."""

    email: str
    address: str

    @classmethod
    def of(cls, *, email: str, address: str, secret: str) -> "Subjects":
        def keyed(limit: Limit, text: str) -> str:
            message = f"sign-in {limit.kind}\n{text}".encode()
            return hmac.new(secret.encode(), message, hashlib.sha256).hexdigest()

        return cls(keyed(PER_EMAIL, email), keyed(PER_ADDRESS, network(address)))


def network(address: str) -> str:
    """What counts as one address: of IPv6 the first half, since the rest is its user's to choose."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(parsed, ipaddress.IPv6Address):
        if parsed.ipv4_mapped:
            return str(parsed.ipv4_mapped)
        return str(ipaddress.ip_network((parsed, 64), strict=False).network_address)
    return str(parsed)


def take_turn(subjects: Subjects) -> None:
    """Lets attempts on one account follow one another, so that many at once cannot slip below the limit.

    SQLite needs no more: a request that changes something has the whole database to itself.
    """
    if db.engine.dialect.name == "postgresql":
        key = int(subjects.email[:15], 16)
        db.session.execute(select(func.pg_advisory_xact_lock(key)))


def wait_needed(subjects: Subjects, *, now: datetime) -> timedelta | None:
    """How long to wait before the next attempt, None when it may be made now."""
    waits = [
        wait
        for subject, limit in ((subjects.email, PER_EMAIL), (subjects.address, PER_ADDRESS))
        if (wait := _wait(subject, limit, now)) is not None
    ]
    return max(waits, default=None)


def _wait(subject: str, limit: Limit, now: datetime) -> timedelta | None:
    oldest_that_counts = db.session.scalar(
        select(SignInAttempt.at)
        .where(SignInAttempt.subject == subject, SignInAttempt.at > now - WINDOW)
        .order_by(SignInAttempt.at.desc(), SignInAttempt.id.desc())
        .offset(limit.failures - 1)
        .limit(1)
    )
    return None if oldest_that_counts is None else oldest_that_counts + WINDOW - now


def count_failure(subjects: Subjects, *, now: datetime) -> None:
    db.session.execute(
        insert(SignInAttempt),
        [{"subject": subjects.email, "at": now}, {"subject": subjects.address, "at": now}],
    )


def forget_failures(subjects: Subjects) -> None:
    """After a success the account's count begins anew; the address's goes on, or one good account would reset it."""
    db.session.execute(delete(SignInAttempt).where(SignInAttempt.subject == subjects.email))
