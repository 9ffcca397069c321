"""What is done to staff accounts: adding, changing, passwords, signing in, naming staff on protected cases."""

import logging
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import joinedload

from activation.accounts.attempts import Subjects, count_failure, forget_failures, take_turn, wait_needed
from activation.accounts.passwords import check_password, hash_password, is_outdated, make_password, matches
from activation.caseload.visibility import CASE_ROLES
from activation.database import db
from activation.exchange.badcell import BadCell
from activation.exchange.cells import parse_email
from activation.records.actor import Actor, must_be_administrator
from activation.records.history import Changes, apply, record
from models import Case, NamedStaff, Staff, Unit
from models.enums import Role
from models.errors import FieldError, NotAllowed
from models.texts import N_

ONLY_ADMINISTRATORS = N_("Only an administrator manages accounts.")

log = logging.getLogger("activation.accounts")


@dataclass(frozen=True)
class NewAccount:
    """An account just made. The password is known here once, and nowhere after."""

    staff: Staff
    password: str


@dataclass(frozen=True)
class SignIn:
    """What came of an attempt: the account, or None, and then how long to wait if the limit was reached."""

    staff: Staff | None
    wait: timedelta | None = None


def authenticate(*, email: str, password: str, address: str, secret: str, now: datetime) -> SignIn:
    """Checks a sign-in. Unknown, deactivated and wrong password take the same work and give the same answer."""
    email = email.strip().lower()
    subjects = Subjects.of(email=email, address=address, secret=secret)
    take_turn(subjects)
    wait = wait_needed(subjects, now=now)
    if wait is not None:
        return SignIn(None, wait)
    staff = db.session.scalar(select(Staff).where(Staff.email == email, Staff.active))
    if not matches(staff.password_hash if staff else None, password) or staff is None:
        count_failure(subjects, now=now)
        return SignIn(None)
    forget_failures(subjects)
    if staff.password_hash and is_outdated(staff.password_hash):
        staff.password_hash = hash_password(password)
    return SignIn(staff)


def get_or_make_unit(name: str) -> Unit:
    """The unit of this name; made where it is new."""
    unit = db.session.scalar(select(Unit).where(Unit.name == name))
    if unit is None:
        unit = Unit(name=name)
        db.session.add(unit)
        db.session.flush()
    return unit


def add_staff(
    *,
    actor: Actor,
    unit: Unit,
    name: str,
    email: str,
    role: Role,
    now: datetime,
    password: str = "",
    language: str = "sv",
) -> NewAccount:
    """A new account that can sign in. Without `password` one is made. Raises FieldError(name, email, password)."""
    must_be_administrator(actor, ONLY_ADMINISTRATORS)
    email = _address(email)
    if not name.strip():
        raise FieldError("name", N_("This must be filled in."))
    if db.session.scalar(select(Staff.id).where(Staff.email == email)):
        raise FieldError("email", N_("There is already an account with this e-mail address."))
    if password:
        check_password(password, email=email)
    password = password or make_password()
    staff = Staff(
        unit=unit,
        name=name.strip(),
        email=email,
        role=role,
        language=language,
        password_hash=hash_password(password),
        session_key=_new_session_key(),
        active=True,
        created_at=now,
    )
    db.session.add(staff)
    db.session.flush()
    log.info("account %s added by %s", staff.id, actor.staff_id or actor.name)
    return NewAccount(staff, password)


def update_staff(
    *, actor: Actor, staff: Staff, name: str, role: Role, unit: Unit, active: bool, now: datetime
) -> bool:
    """Changes an account; says whether anything changed. Deactivating ends its sessions. Raises FieldError.

    Nobody takes the role of administrator or the account from themselves: so one administrator always remains.
    """
    must_be_administrator(actor, ONLY_ADMINISTRATORS)
    if not name.strip():
        raise FieldError("name", N_("This must be filled in."))
    if actor.staff_id == staff.id and role is not staff.role:
        raise FieldError("role", N_("You cannot change your own role. Ask another administrator."))
    if actor.staff_id == staff.id and not active:
        raise FieldError("active", N_("You cannot deactivate your own account. Ask another administrator."))
    changes = apply(staff, {"name": name.strip(), "role": role, "unit": unit, "active": active})
    if "active" in changes:
        staff.session_key = _new_session_key()
    _end_calendar(staff, changes)
    if changes:
        db.session.flush()
        log.info("account %s changed by %s: %s", staff.id, actor.staff_id or actor.name, ", ".join(changes))
    return bool(changes)


def set_password(*, actor: Actor, staff: Staff, now: datetime, password: str = "") -> str:
    """Gives an account a new password (one is made where none is given) and ends its sessions. Returns it."""
    if actor.staff_id != staff.id:
        must_be_administrator(actor, ONLY_ADMINISTRATORS)
    if password:
        check_password(password, email=staff.email)
    password = password or make_password()
    staff.password_hash = hash_password(password)
    staff.session_key = _new_session_key()
    db.session.flush()
    log.info("account %s got a new password from %s", staff.id, actor.staff_id or actor.name)
    return password


def change_own_password(
    *,
    actor: Actor,
    staff: Staff,
    current: str,
    new: str,
    again: str,
    secret: str,
    address: str,
    now: datetime,
) -> None:
    """Raises FieldError(current, new, again). Guessing the current one is limited like signing in."""
    check = authenticate(email=staff.email, password=current, address=address, secret=secret, now=now)
    if check.wait is not None:
        raise FieldError("current", N_("Too many wrong passwords. Wait a quarter of an hour and try again."))
    if check.staff is None or actor.staff_id != staff.id:
        raise FieldError("current", N_("This is not your present password."))
    check_password(new, email=staff.email, field="new")
    if new != again:
        raise FieldError("again", N_("The two are not the same."))
    if new == current:
        raise FieldError("new", N_("This is the password you have. Choose another."))
    set_password(actor=actor, staff=staff, password=new, now=now)


def end_sessions(*, actor: Actor, staff: Staff) -> None:
    """Ends all sessions of one's own account: a session lives in its cookie, and a copy of that must not outlive it."""
    if actor.staff_id != staff.id:
        raise NotAllowed(N_("Each person signs out for themselves."))
    staff.session_key = _new_session_key()
    db.session.flush()


def set_language(*, actor: Actor, staff: Staff, language: str, now: datetime) -> None:
    """The language of one's own pages and messages."""
    if actor.staff_id != staff.id:
        raise NotAllowed(N_("Each person chooses their own language."))
    staff.language = language
    db.session.flush()


def set_preferences(
    *,
    actor: Actor,
    staff: Staff,
    wants_email: bool,
    wants_digest: bool,
    wants_invitations: bool,
    now: datetime,
) -> None:
    """What one wants by e-mail. In the product everybody is told everything."""
    _must_be_own(actor, staff)
    staff.wants_email = wants_email
    staff.wants_digest = wants_digest
    staff.wants_invitations = wants_invitations
    db.session.flush()


def make_calendar_address(*, actor: Actor, staff: Staff, now: datetime) -> str:
    """A new secret address of one's own calendar; one that was there before stops working. Returns its secret part."""
    _must_be_own(actor, staff)
    if staff.role not in CASE_ROLES:
        raise NotAllowed(N_("Only those who work with cases have meetings and tasks in a calendar."))
    staff.calendar_key = secrets.token_urlsafe(32)
    db.session.flush()
    log.info("account %s made an address for its calendar", staff.id)
    return staff.calendar_key


def revoke_calendar_address(*, actor: Actor, staff: Staff, now: datetime) -> bool:
    """The address stops working at once; False where there was none."""
    _must_be_own(actor, staff)
    if staff.calendar_key is None:
        return False
    staff.calendar_key = None
    db.session.flush()
    log.info("account %s revoked the address of its calendar", staff.id)
    return True


def _must_be_own(actor: Actor, staff: Staff) -> None:
    if actor.staff_id != staff.id:
        raise NotAllowed(N_("Each person chooses this for themselves."))


def upsert_staff(
    *, actor: Actor, unit: Unit, name: str, email: str, role: Role, now: datetime, existing: Staff | None
) -> tuple[Staff, bool]:
    """An account as a staff file tells it, without a password; says whether anything changed. Does not flush."""
    if existing is None:
        staff = Staff(
            unit=unit,
            name=name,
            email=email,
            role=role,
            session_key=_new_session_key(),
            active=True,
            created_at=now,
        )
        db.session.add(staff)
        return staff, True
    changes = apply(existing, {"name": name, "role": role, "unit": unit})
    _end_calendar(existing, changes)
    return existing, bool(changes)


def _end_calendar(staff: Staff, changes: Changes) -> None:
    """Whoever gets other work asks for a new address: nobody may know any more where the old one was pasted."""
    if "active" in changes or "role" in changes:
        staff.calendar_key = None


def name_staff(*, actor: Actor, case_number: str, email: str, now: datetime) -> bool:
    """Lets a staff member see a protected case; False where they could already. Raises FieldError.

    An administrator sees no case: the answer for one that is not protected is the answer for none at all.
    """
    case_id, staff = _protected_case(actor, case_number), _case_worker(email)
    if db.session.scalar(
        select(NamedStaff.id).where(NamedStaff.case_id == case_id, NamedStaff.staff_id == staff.id)
    ):
        return False
    db.session.add(NamedStaff(case_id=case_id, staff_id=staff.id, named_at=now))
    record(case_id, actor=actor, now=now, verb="staff_named", changes={"named_staff": (None, staff.name)})
    db.session.flush()
    return True


def unname_staff(*, actor: Actor, case_number: str, email: str, now: datetime) -> bool:
    """Takes that back; False where they were not named. Raises FieldError."""
    case_id = _protected_case(actor, case_number)
    staff = _account(email)
    removed = db.session.execute(
        delete(NamedStaff)
        .where(NamedStaff.case_id == case_id, NamedStaff.staff_id == staff.id)
        .returning(NamedStaff.id)
    ).all()
    if removed:
        record(
            case_id, actor=actor, now=now, verb="staff_unnamed", changes={"named_staff": (staff.name, None)}
        )
        db.session.flush()
    return bool(removed)


def _protected_case(actor: Actor, case_number: str) -> int:
    must_be_administrator(actor, ONLY_ADMINISTRATORS)
    case_id = db.session.scalar(
        select(Case.id).where(Case.case_number == case_number.strip(), Case.protection.is_not(None))
    )
    if case_id is None:
        raise FieldError("case_number", N_("There is no protected case with that number."))
    return case_id


def _account(email: str) -> Staff:
    staff = db.session.scalar(
        select(Staff).where(Staff.email == email.strip().lower()).options(joinedload(Staff.unit))
    )
    if staff is None:
        raise FieldError("email", N_("There is no account with that e-mail address."))
    return staff


def _case_worker(email: str) -> Staff:
    staff = _account(email)
    if not staff.active or staff.role not in CASE_ROLES:
        raise FieldError("email", N_("That account is not active, or its role does not work with cases."))
    return staff


def _address(email: str) -> str:
    try:
        return parse_email(email)
    except BadCell as error:
        raise FieldError("email", error.message_id, **error.params) from error


def _new_session_key() -> str:
    return secrets.token_urlsafe(16)
