"""The kinds of file that can be taken in, and the columns of each. docs/files.md describes the same (tested).

A column's line says its English name, its Swedish name and what a cell must hold. To add a column, add a line here and
say in the kind's own module (kind_<name>.py) where its value goes.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from activation.exchange.cells import (
    parse_datetime,
    parse_day,
    parse_decimal,
    parse_email,
    parse_int,
    parse_month,
    parse_org_number,
    parse_personal_number,
    parse_phone,
    parse_text,
    parse_weekdays,
    parse_word,
)
from activation.exchange.kind_aid_months import AidMonthTaker
from activation.exchange.kind_attendance import AttendanceTaker
from activation.exchange.kind_clients import ClientTaker
from activation.exchange.kind_employers import EmployerTaker
from activation.exchange.kind_meetings import MeetingTaker
from activation.exchange.kind_placements import PlacementTaker
from activation.exchange.kind_plans import PlanTaker
from activation.exchange.kind_staff import StaffTaker
from activation.exchange.taking import Taker
from activation.exchange.words import (
    AID_STATUSES,
    CLOSURE_REASONS,
    FLOWS,
    MARKS,
    MEETING_KINDS,
    MEETING_OUTCOMES,
    MEETING_WAYS,
    OBSTACLES,
    PLACEMENT_KINDS,
    PROTECTIONS,
    REACH_BY,
    ROLES,
)
from models.errors import DomainError
from models.texts import N_

Parser = Callable[..., Any]
HOURS_A_DAY = partial(parse_decimal, minimum=0, maximum=24, places=2)
HOURS_A_WEEK = partial(parse_decimal, minimum=0, maximum=80, places=2)
KRONOR = partial(parse_decimal, minimum=0, maximum=9_999_999_999, places=2)


@dataclass(frozen=True)
class Column:
    """`parse` makes the text of a cell that is not blank into a value, or raises with what is wrong."""

    name: str
    swedish: str
    parse: Parser
    required: bool = False
    is_key: bool = False
    needs_today: bool = False


@dataclass(frozen=True)
class Kind:
    name: str
    taker: type[Taker]
    columns: tuple[Column, ...]


def _text(limit: int, *, multiline: bool = False) -> Parser:
    return partial(parse_text, max_length=limit, multiline=multiline)


def _word(words: dict[str, Any]) -> Parser:
    return partial(parse_word, words=words)


def _key(name: str, swedish: str, parse: Parser) -> Column:
    return Column(name, swedish, parse, required=True, is_key=True)


def _must(name: str, swedish: str, parse: Parser) -> Column:
    return Column(name, swedish, parse, required=True)


def _may(name: str, swedish: str, parse: Parser, *, needs_today: bool = False) -> Column:
    return Column(name, swedish, parse, needs_today=needs_today)


STAFF = Kind(
    "staff",
    StaffTaker,
    (
        _must("unit", "enhet", _text(120)),
        _must("name", "namn", _text(120)),
        _key("email", "e-post", parse_email),
        _must("role", "roll", _word(ROLES)),
    ),
)
CLIENTS = Kind(
    "clients",
    ClientTaker,
    (
        _key("case_number", "ärendenummer", _text(60)),
        _must("first_name", "förnamn", _text(120)),
        _must("last_name", "efternamn", _text(120)),
        _may("personal_number", "personnummer", parse_personal_number, needs_today=True),
        _must("first_contact_on", "första_kontakt", parse_day),
        _must("unit", "enhet", _text(120)),
        _may("secretary", "handläggare", parse_email),
        _may("flow", "flöde", _word(FLOWS)),
        _may("household_number", "hushållsnummer", _text(60)),
        _may("obstacle", "försörjningshinder", _word(OBSTACLES)),
        _may("phone", "telefon", parse_phone),
        _may("email", "e-post", parse_email),
        _may("language", "språk", _text(40)),
        _may("reach_by", "kontaktsätt", _word(REACH_BY)),
        _may("protection", "skydd", _word(PROTECTIONS)),
        _may("closed_on", "avslutad", parse_day),
        _may("closure_reason", "avslutsorsak", _word(CLOSURE_REASONS)),
        _may("outcome_starts_on", "utfall_från", parse_day),
        _may("outcome_confirmed_on", "utfall_bekräftat", parse_day),
    ),
)
EMPLOYERS = Kind(
    "employers",
    EmployerTaker,
    (
        _key("org_number", "organisationsnummer", parse_org_number),
        _must("name", "namn", _text(160)),
        _key("workplace", "arbetsplats", _text(160)),
        _may("contact_name", "kontaktperson", _text(120)),
        _may("contact_email", "kontakt_e-post", parse_email),
        _may("contact_phone", "kontakt_telefon", parse_phone),
        _may("places", "platser", partial(parse_int, minimum=0, maximum=10_000)),
    ),
)
MEETINGS = Kind(
    "meetings",
    MeetingTaker,
    (
        _key("case_number", "ärendenummer", _text(60)),
        _key("at", "tid", parse_datetime),
        _must("kind", "typ", _word(MEETING_KINDS)),
        _must("outcome", "utfall", _word(MEETING_OUTCOMES)),
        _may("way", "sätt", _word(MEETING_WAYS)),
    ),
)
PLANS = Kind(
    "plans",
    PlanTaker,
    (
        _key("case_number", "ärendenummer", _text(60)),
        _key("agreed_on", "överenskommen", parse_day),
        _may("review_by", "följs_upp", parse_day),
        _may("ends_on", "gäller_till", parse_day),
        _may("assigned_hours", "anvisade_timmar", HOURS_A_WEEK),
        _may("own_search_hours", "egna_timmar", HOURS_A_WEEK),
    ),
)
PLACEMENTS = Kind(
    "placements",
    PlacementTaker,
    (
        _key("case_number", "ärendenummer", _text(60)),
        _key("org_number", "organisationsnummer", parse_org_number),
        _key("workplace", "arbetsplats", _text(160)),
        _must("kind", "typ", _word(PLACEMENT_KINDS)),
        _key("starts_on", "från", parse_day),
        _may("ends_on", "till", parse_day),
        _may("weekdays", "veckodagar", parse_weekdays),
        _may("hours_per_day", "timmar_per_dag", HOURS_A_DAY),
        _may("af_decision_on", "af-beslut", parse_day),
    ),
)
ATTENDANCE = Kind(
    "attendance",
    AttendanceTaker,
    (
        _key("case_number", "ärendenummer", _text(60)),
        _key("date", "datum", parse_day),
        _must("mark", "markering", _word(MARKS)),
        _may("hours", "timmar", HOURS_A_DAY),
        _may("note", "anteckning", _text(2000, multiline=True)),
    ),
)
AID_MONTHS = Kind(
    "aid-months",
    AidMonthTaker,
    (
        _key("household_number", "hushållsnummer", _text(60)),
        _key("month", "månad", parse_month),
        _must("status", "status", _word(AID_STATUSES)),
        _may("decided_on", "beslutsdatum", parse_day),
        _may("paid_on", "utbetald", parse_day),
        _may("amount", "belopp", KRONOR),
    ),
)

KINDS = {
    kind.name: kind
    for kind in (STAFF, CLIENTS, EMPLOYERS, MEETINGS, PLANS, PLACEMENTS, ATTENDANCE, AID_MONTHS)
}


def kind_called(name: str) -> Kind:
    """Raises DomainError where there is no such kind."""
    if name not in KINDS:
        text = N_("There is no kind of file called %(name)s. The kinds are: %(kinds)s.")
        raise DomainError(text, name=name, kinds=", ".join(KINDS))
    return KINDS[name]
