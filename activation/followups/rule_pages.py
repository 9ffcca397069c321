"""What the pages of the rules show: the rules as they hold, their history, a preview in rows and bars."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from flask_babel import gettext as _
from sqlalchemy import or_, select

from activation.database import db
from activation.followups.book import RuleBook, said
from activation.followups.preview import NowThen, Preview, Week, Who
from activation.followups.rule import Rule
from activation.followups.rule_words import differences, lower_first, sentence
from activation.followups.sense import OF_A_DAY, OF_AID, OF_PLACES, OF_STEPS, OF_THE_CLOSED
from activation.web.charts.bars import BarChart, bar_chart
from activation.web.charts.base import Series
from activation.web.filters import label_of, number_text
from models import RuleVersion, Unit
from models.enums import Anchor, Owner
from models.texts import N_

SHOWN = 100
OF_ACTIVITY = (
    Anchor.ACTIVATION_CLOCK,
    Anchor.ACTIVATION_CLOCK_START,
    Anchor.PLACEMENT_START,
    Anchor.PLACEMENT_END,
)
OF_CONTACT = (Anchor.FIRST_CONTACT, Anchor.FIRST_MEETING_CLOCK, Anchor.LAST_HELD_CONTACT)
OF_PLANS = (Anchor.SUPPORT_NEED, Anchor.PLAN_CLOCK, Anchor.PLAN_AGREED, Anchor.PLAN_REVIEW, Anchor.PLAN_END)
# What the rules are about, by their anchor; the last one takes the rest.
GROUPS: tuple[tuple[str, frozenset[Anchor]], ...] = (
    (N_("Contact with the participant"), frozenset(OF_CONTACT)),
    (N_("The plan"), frozenset(OF_PLANS)),
    (N_("Activity and placements"), frozenset(OF_ACTIVITY)),
    (N_("Employers and skills top-up"), OF_PLACES | {Anchor.EMPLOYER_CONTACT}),
    (N_("Attendance"), OF_A_DAY),
    (N_("After the closing"), OF_THE_CLOSED),
    (N_("The aid month"), OF_AID | OF_STEPS - {Anchor.SUPPORT_NEED} | {Anchor.AID_CUT_OFF}),
)  # fmt: skip
UNITS_NAMED = 5


@dataclass(frozen=True)
class ListedRule:
    """A rule as the list shows it. `since`: None as delivered; `own`: the unit's own; `own_in`: units that have their
    own; `coming`: what it will be, from which day."""

    key: str
    what: str
    how: str
    sentence: str
    since: date | None
    own: bool
    coming: list[tuple[date, str]]
    own_in: list[tuple[int, str]]


@dataclass
class RuleList:
    """Rules in force by what they are about; those switched off; those that only single units have."""

    groups: list[tuple[str, list[ListedRule]]] = field(default_factory=list)
    off: list[ListedRule] = field(default_factory=list)
    elsewhere: list[ListedRule] = field(default_factory=list)


def rule_list(book: RuleBook, unit_id: int | None, units: Sequence[tuple[int, str]], today: date) -> RuleList:
    """The rules as they hold for a unit, or (None) for all that have none of their own."""
    found, groups = RuleList(), {_(name): list[ListedRule]() for name, _anchors in GROUPS}
    for key in book.keys:
        held = book.held(key, unit_id, today)
        if held is None:
            words = book.rule(key, unit_id)
            listed = _listed(book, key, words, unit_id, units, today) if words else None
            if listed and (listed.own_in or listed.coming):
                found.elsewhere.append(listed)
            continue
        listed = _listed(book, key, held, unit_id, units, today)
        if held.valid_to is not None and held.valid_to < today:
            found.off.append(listed)
        else:
            groups[_group(held)].append(listed)
    found.groups = [(name, rows) for name, rows in groups.items() if rows]
    return found


def _group(rule: Rule) -> str:
    return str(next(_(name) for name, anchors in GROUPS if rule.anchor in anchors))


def _listed(
    book: RuleBook,
    key: str,
    rule: Rule,
    unit_id: int | None,
    units: Sequence[tuple[int, str]],
    today: date,
) -> ListedRule:
    version = book.version(key, unit_id, today)
    return ListedRule(
        key=key,
        what=said(rule.what),
        how=said(rule.how),
        sentence=sentence(rule),
        since=version.valid_from if version else None,
        own=book.own(key, unit_id, today),
        coming=list(_coming(book, key, unit_id, today)),
        own_in=[(unit, name) for unit, name in units if unit_id is None and book.own(key, unit, today)][
            :UNITS_NAMED
        ],
    )


def _coming(book: RuleBook, key: str, unit_id: int | None, today: date) -> Iterator[tuple[date, str]]:
    """What this rule will be, from which days on."""
    days = {
        v.valid_from
        for v in book.versions
        if v.key == key and v.unit_id in (unit_id, None) and v.valid_from > today
    }
    held = book.held(key, unit_id, today)
    for day in sorted(days):
        before, held = held, book.held(key, unit_id, day)
        if held != before:
            yield day, state_text(held, day)


def state_text(rule: Rule | None, day: date) -> str:
    """The rule in a sentence; or that it is off on that day."""
    if rule is None or (rule.valid_to is not None and rule.valid_to < day):
        return str(_("Switched off."))
    return sentence(rule)


@dataclass(frozen=True)
class ListedVersion:
    """A version as the history shows it. `changed`: (field, before, after)."""

    made_at: datetime
    made_by: str
    unit: str | None
    valid_from: date
    text: str
    changed: list[tuple[str, str, str]]
    reason: str


def history(book: RuleBook, key: str, unit_id: int | None) -> list[ListedVersion]:
    """Every version of a rule, the newest first: of all units, or (unit given) the common ones and that unit's."""
    statement = (
        select(RuleVersion.id, RuleVersion.made_at, RuleVersion.made_by, RuleVersion.reason, Unit.name)
        .outerjoin(Unit, Unit.id == RuleVersion.unit_id)
        .where(RuleVersion.key == key)
        .order_by(RuleVersion.id.desc())
        .limit(SHOWN)
    )
    if unit_id is not None:
        statement = statement.where(or_(RuleVersion.unit_id.is_(None), RuleVersion.unit_id == unit_id))
    by_id = {version.id: version for version in book.versions}
    found = []
    for row in db.session.execute(statement):
        version = by_id.get(row.id)
        if version is None:  # written by another release
            continue
        # As it was when this was saved: what came later had no say in it.
        then = RuleBook((v for v in book.versions if v.id < version.id), book.shipped)
        before = then.held(key, version.unit_id, version.valid_from)
        if version.rule is None:
            text = _("The unit's own rule ends: the common one holds again.")
        else:
            text = state_text(version.rule, version.valid_from)
        changed = differences(before, version.rule) if version.rule else []
        found.append(
            ListedVersion(row.made_at, row.made_by, row.name, version.valid_from, text, changed, row.reason)
        )
    return found


@dataclass(frozen=True)
class PersonRow:
    """What somebody would have to do: in all and per week, now and then."""

    name: str
    total: NowThen
    weeks: list[NowThen]


@dataclass(frozen=True)
class ShownPreview:
    """A preview in the order of the page."""

    of: Preview
    total: NowThen
    of_rules: NowThen
    chart: BarChart
    weeks: list[tuple[str, NowThen, NowThen]]
    rules: list[tuple[str, NowThen]]
    people: list[PersonRow]
    others: int


def shown(preview: Preview, before: RuleBook, after: RuleBook) -> ShownPreview:
    """The preview as text and bars: per week, per rule, per person."""
    weeks = [
        (week_text(week), preview.count(week=week, rules=preview.rules), preview.count(week=week))
        for week in preview.weeks
    ]
    people = preview.people
    return ShownPreview(
        of=preview,
        total=preview.count(),
        of_rules=preview.count(rules=preview.rules),
        chart=bar_chart(
            [text for text, _of, _all in weeks],
            [
                Series(_("Now"), [all_.now for _text, _of, all_ in weeks], pattern="hatch"),
                Series(_("Then"), [all_.then for _text, _of, all_ in weeks]),
            ],
            text=number_text,
        ),
        weeks=weeks,
        rules=list(_by_rule(preview, before, after)),
        people=[
            PersonRow(
                who_text(who, preview.names),
                preview.count(who),
                [preview.count(who, week) for week in preview.weeks],
            )
            for who in people[:SHOWN]
        ],
        others=max(0, len(people) - SHOWN),
    )


def _by_rule(preview: Preview, before: RuleBook, after: RuleBook) -> Iterator[tuple[str, NowThen]]:
    """The rules whose numbers differ, one by one, then all others together."""
    others = []
    for key in preview.rules_counted:
        number = preview.count(rules=(key,))
        if number.more or key in preview.rules:
            yield _words(key, after) or _words(key, before) or key, number
        else:
            others.append(key)
    if others:
        yield _("All other rules"), preview.count(rules=others)


def _words(key: str, book: RuleBook) -> str:
    rule = book.rule(key)
    if rule is None:
        return ""
    # Two rules may have the same words, one for each flow.
    return said(rule.what) + (f" ({lower_first(label_of(rule.flow))})" if rule.flow else "")


def week_text(week: Week) -> str:
    """Week 48, as people say it."""
    return str(_("week %(number)s", number=week[1]))


def who_text(who: Who, names: dict[int, str]) -> str:
    """The secretary's name; the role where a task falls to one; "Nobody yet" for cases without a secretary."""
    if who.owner is not Owner.SECRETARY:
        return label_of(who.owner)
    return names.get(who.staff_id, "–") if who.staff_id is not None else str(_("Nobody yet"))
