"""What every template can use besides its own context: the navigation, who is signed in, language, version, filters."""

from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version

from flask import Flask, g, request, url_for
from flask_babel import gettext
from flask_login import current_user

from activation.clocks.calendar import local_date
from activation.messages.queries import unread
from activation.placements.week_words import day_in_words, week_in_words
from activation.throughput.places import PLACES, places
from activation.web.edge import now
from activation.web.filters import init_filters
from activation.web.language import current_language
from models.enums import Role
from models.texts import N_


@dataclass(frozen=True)
class Place:
    """Where a link of the navigation leads: an endpoint and its text (a message id)."""

    endpoint: str
    text: str


@dataclass(frozen=True)
class Link:
    """A link of the navigation as the layout shows it."""

    href: str
    text: str
    current: str  # for aria-current: "page", "true" where the page lies below it, "" elsewhere
    count: int | None = None


TODAY = Place("caseload.today", N_("Today"))
MY_CASELOAD = Place("caseload.cases", N_("My caseload"))
CASES = Place("caseload.cases", N_("Cases"))
UNASSIGNED = Place("caseload.unassigned", N_("Unassigned"))
TASKS = Place("followups.tasks", N_("Tasks"))
EMPLOYERS = Place("employers.employers_list", N_("Employers"))
NEEDS = Place("needs.index", N_("Needs"))
AID_MONTH = Place("aid.month", N_("Aid month"))
HANDOVERS = Place("handovers.index", N_("Handovers"))
THROUGHPUT = Place("board.page", N_("Throughput"))
INBOX = Place("messages.inbox", N_("Inbox"))
REMINDERS = Place("ledger.day_messages", N_("Reminders"))
ACCESS_LOG = Place("records.access_log", N_("Access log"))
STAFF = Place("accounts.staff_list", N_("Staff accounts"))
PROTECTED = Place("accounts.name_staff_on_case", N_("Protected cases"))
CALENDAR = Place("calendar.targets", N_("Calendar and targets"))
TEXTS = Place("texts.overview", N_("Texts"))
STANDARD_TEXTS = Place("standards.texts", N_("Standard texts"))
REQUIREMENT = Place("requirement_figures.page", N_("Activity requirement"))
NUMBERS = Place("requirement.numbers", N_("Activity requirement"))
PAYMENT_ERRORS = Place("payment_errors.index", N_("Incorrect payments"))
COSTS = Place("standards.costs", N_("Cost standards"))
RULES = Place("rules.index", N_("Follow-up rules"))
COMPETENCES = Place("competences.index", N_("Competences"))
AID_TO_DO = Place("aid_work.next_to_do", N_("Before the cut-off day"))
API_KEYS = Place("api_keys.index", N_("Keys for other systems"))
QUESTIONS = Place("question_sets.index", N_("Assessment questions"))
COUNCIL = Place("council.page", N_("Target and context"))
PROFILE = Place("accounts.profile", N_("My account"))

NAVIGATION: dict[Role, tuple[Place, ...]] = {
    Role.SECRETARY: (
        TODAY,
        MY_CASELOAD,
        UNASSIGNED,
        TASKS,
        EMPLOYERS,
        NEEDS,
        AID_MONTH,
        INBOX,
        REMINDERS,
        PROFILE,
    ),
    Role.UNIT_LEAD: (
        TODAY,
        MY_CASELOAD,
        UNASSIGNED,
        TASKS,
        EMPLOYERS,
        NEEDS,
        AID_MONTH,
        THROUGHPUT,
        REQUIREMENT,
        RULES,
        INBOX,
        REMINDERS,
        ACCESS_LOG,
        PROFILE,
    ),
    Role.AID_OFFICER: (AID_TO_DO, AID_MONTH, HANDOVERS, PAYMENT_ERRORS, CASES, TASKS, INBOX, PROFILE),
    Role.ADMINISTRATOR: (
        STAFF,
        PROTECTED,
        CALENDAR,
        NUMBERS,
        COUNCIL,
        RULES,
        QUESTIONS,
        COMPETENCES,
        TEXTS,
        STANDARD_TEXTS,
        COSTS,
        API_KEYS,
        PROFILE,
    ),
}

# Pages that no link of the navigation leads to itself: blueprint or endpoint → the place they lie below.
BELOW = {
    "crews": EMPLOYERS,
    "followups": TASKS,
    "covers": TASKS,
    "handing_over": TASKS,
    "employers": EMPLOYERS,
    "register": EMPLOYERS,
    "room": EMPLOYERS,
    "room_find": EMPLOYERS,
    "contacts": EMPLOYERS,
    "supervisors": EMPLOYERS,
    "merging": EMPLOYERS,
    "employer_reports": EMPLOYERS,
    "aid": AID_MONTH,
    "aid_work": AID_MONTH,
    "handovers": HANDOVERS,
    **{endpoint.partition(".")[0]: THROUGHPUT for endpoint, _text in PLACES},
    "annotations": THROUGHPUT,
    "aid_returns": THROUGHPUT,
    "council": COUNCIL,
    "ledger": REMINDERS,
    "letters": REMINDERS,
    "messages.outbox": REMINDERS,
    "calendar": CALENDAR,
    "flow_targets": CALENDAR,
    "texts": TEXTS,
    "requirement_figures": REQUIREMENT,
    "payment_errors": PAYMENT_ERRORS,
    "standards.new_text": STANDARD_TEXTS,
    "standards.edit_text": STANDARD_TEXTS,
    "standards.new_cost": COSTS,
    "standards.edit_cost": COSTS,
    "rules": RULES,
    "needs": NEEDS,
    "matching.of_need": NEEDS,
    "competences": COMPETENCES,
    "question_sets": QUESTIONS,
    "questions": QUESTIONS,
}


def app_version() -> str:
    try:
        return version("activation")
    except PackageNotFoundError:
        return "–"


def address_of(place: Place) -> str:
    """The address behind a link of the navigation; the aid month is this month's."""
    if place is AID_MONTH:
        return url_for(place.endpoint, month=local_date(now()).replace(day=1))
    return url_for(place.endpoint)


def navigation() -> list[Link]:
    """The links of the signed-in person's role, made once a request with one query at most."""
    if not current_user.is_authenticated:
        return []
    links: list[Link] | None = g.get("navigation")
    if links is None:
        links = g.navigation = [
            Link(
                href=address_of(place),
                text=gettext(place.text),
                current=_current(place),
                count=(unread(current_user.id) or None) if place is INBOX else None,
            )
            for place in NAVIGATION[current_user.role]
        ]
    return links


def _current(place: Place) -> str:
    """Whether the page is this one, or one of those below it: the whole blueprint, or single pages of a shared one."""
    if request.endpoint == place.endpoint:
        return "page"
    below = BELOW.get(request.endpoint or "") or BELOW.get(request.blueprint or "")
    return "true" if below is place else ""


def init_templates(app: Flask) -> None:
    init_filters(app)
    app.jinja_env.filters.update(week=week_in_words, day_plan=day_in_words)
    # A proxy: pages that do not ask who is signed in (errors) load nobody.
    app.jinja_env.globals.update(
        navigation=navigation, current_staff=current_user, app_version=app_version(), figure_places=places
    )

    @app.context_processor
    def language() -> dict[str, str]:
        return {"current_language": current_language()}
