"""A handover in words, from its content alone: what the page shows and the paper prints, in the reader's language.

Unmarked stands there as unmarked, never as an absence.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any, TypeVar

from flask_babel import gettext as _

from activation.clocks.calendar import local_date
from activation.handovers.rules import ABSENCES, DayFacts, NoticeKind, sums_of
from activation.web.filters import (
    NONE,
    date_text,
    datetime_text,
    label_of,
    month_text,
    number_text,
    personal_number_text,
    time_text,
)
from models.enums import (
    AccountWay,
    ActivityType,
    AgreedHow,
    Channel,
    Delivery,
    EmployerAnswer,
    HeardHow,
    Labelled,
    LowerHours,
    Mark,
    MeetingKind,
    MeetingOutcome,
    MeetingWay,
    PlacementKind,
)

UNMARKED = "unmarked"  # the tone of a day that nobody has marked: that of no absence

Line = tuple[str, str]
Content = dict[str, Any]
E = TypeVar("E", bound=Labelled)


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a table; with a tone it is a state."""

    text: str
    tone: str = ""


@dataclass(frozen=True)
class Table:
    """`widths` are shares of the paper's width."""

    caption: str
    heads: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    widths: Sequence[float]


@dataclass(frozen=True, slots=True)
class Said:
    """Words of the participant, under what they are about and who noted them."""

    head: str
    text: str


@dataclass(frozen=True)
class Part:
    """A part of the document. `empty`: what stands there when there is nothing."""

    key: str
    title: str
    lines: list[Line] = field(default_factory=list)
    tables: list[Table] = field(default_factory=list)
    said: list[Said] = field(default_factory=list)
    empty: str = ""

    @property
    def is_empty(self) -> bool:
        return not (self.lines or self.tables or self.said)


@dataclass(frozen=True)
class Document:
    """`number` stands on every sheet."""

    number: str
    title: str
    lead: str
    parts: list[Part]


def document_of(content: Content) -> Document:
    """The document; one that was not handed over says that it is a draft."""
    month = month_text(_day(content["month"]))
    title = _("Handover %(number)s, %(month)s", number=content["number"], month=month)
    if content["handed_over"] is None:
        title = _("Draft of handover %(number)s, %(month)s", number=content["number"], month=month)
    return Document(
        number=content["number"],
        title=title,
        lead=_("Facts from %(first)s through %(last)s.", first=content["month"], last=content["through"]),
        parts=[
            _about(content),
            _attendance(content["sessions"]),
            _days_away(content["sessions"]),
            _hearing(content["hearing"]),
            *(_plan(plan, n, len(content["plans"])) for n, plan in enumerate(content["plans"])),
            *([] if content["plans"] else [_no_plan()]),
            _placements(content["placements"]),
            _notices(content),
            _meetings(content["meetings"]),
        ],
    )


def _about(content: Content) -> Part:
    who, handed = content["participant"], content["handed_over"]
    lines = [
        (_("Participant"), who["name"]),
        (_("Personal number"), personal_number_text(who["personal_number"])),
        (_("Case number"), who["case_number"]),
        (_("Household"), who["household"]),
        (_("Unit"), who["unit"]),
        (_("Days that it tells of"), f"{content['month']} – {content['through']}"),
    ]
    if who["closed_on"]:
        lines.append((_("Case closed on"), who["closed_on"]))
    lines.append((_("Begun by"), _by(content["begun"]["by"], content["begun"]["at"])))
    if handed is not None:
        lines += [(_("Handed over to"), handed["to"]), (_("Handed over by"), _by(handed["by"], handed["at"]))]
    return Part("about", _("About the handover"), lines=lines)


def _attendance(sessions: Sequence[Content]) -> Part:
    sums = sums_of(
        DayFacts(
            _number(s["planned_hours"]),
            _number(s["hours"]),
            _code(Mark, s["mark"]),
            _code(EmployerAnswer, s["answer"]),
        )
        for s in sessions
    )
    empty = _("There were no days in the schedule.")
    if not sessions:
        return Part("attendance", _("Days and attendance"), empty=empty)
    lines = [
        (_("Days in the schedule"), number_text(sums.days)),
        (_("Hours assigned"), number_text(sums.assigned)),
        (_("Hours present"), number_text(sums.present)),
        *((label_of(mark), _days(count)) for mark, count in sums.days_of.items()),
    ]
    if sums.unmarked:
        lines.append((_("Not marked"), _days(sums.unmarked)))
    if sums.without_hours:
        lines.append((_("Days whose hours are not known"), number_text(sums.without_hours)))
    table = Table(
        _("Days and attendance"),
        (
            _("Day"), _("Workplace"), _("Hours assigned"), _("Attendance"), _("Hours present"),
            _("The employer's answer"), _("Marked by"),
        ),
        [_session(s) for s in sessions],
        (0.12, 0.17, 0.11, 0.15, 0.13, 0.15, 0.17),
    )  # fmt: skip
    return Part("attendance", _("Days and attendance"), lines=lines, tables=[table])


def _session(s: Content) -> list[Cell]:
    mark, answer = _code(Mark, s["mark"]), _code(EmployerAnswer, s["answer"])
    present = NONE
    if mark is Mark.PRESENT:
        present = number_text(_number(s["planned_hours"] if s["hours"] is None else s["hours"]))
    return [
        Cell(date_text(_day(s["on_date"]))),
        Cell(s["workplace"]),
        Cell(number_text(_number(s["planned_hours"]))),
        Cell(label_of(mark), mark.tone) if mark else Cell(_("Not marked"), UNMARKED),
        Cell(present),
        Cell(
            _joined(label_of(answer), _by(s["answered_by"], s["answered_at"], s["on_date"]))
            if answer
            else NONE
        ),
        Cell(_by(s["marked_by"], s["marked_at"], s["on_date"]) if mark else NONE),
    ]


def _days_away(sessions: Sequence[Content]) -> Part:
    """Each day away with what is known of it and what the participant says, and days of which they said something."""
    away = [s for s in sessions if _code(Mark, s["mark"]) in ABSENCES or s["accounts"]]
    said = []
    for s in away:
        facts = _joined(date_text(_day(s["on_date"])), _mark_of(s), *_beforehand(s))
        if not s["accounts"]:
            said.append(Said(facts, _("Nothing is noted of what the participant says about this day.")))
        said += [Said(_joined(facts, _told(account)), account["text"]) for account in s["accounts"]]
    return Part(
        "away", _("Days away, in the participant's own words"), said=said, empty=_("No day away is marked.")
    )


def _mark_of(s: Content) -> str:
    mark = _code(Mark, s["mark"])
    return label_of(mark) if mark else str(_("Not marked"))


def _beforehand(s: Content) -> Iterable[str]:
    if s["notified"] is not None:
        yield str(_("told beforehand") if s["notified"] else _("not told beforehand"))
    if s["certificate_on"]:
        yield str(_("certificate received %(day)s", day=s["certificate_on"]))


def _told(account: Content) -> str:
    way = label_of(_code(AccountWay, account["way"]))
    by = _by(account["made_by"], account["made_at"])
    return str(_("told %(day)s, %(way)s; noted by %(who)s", day=account["told_on"], way=way.lower(), who=by))


def _hearing(hearing: Content | None) -> Part:
    title = _("What the participant says of these facts")
    if hearing is None:
        return Part("hearing", title, empty=_("The participant has not been heard yet."))
    how = _code(HeardHow, hearing["heard_how"])
    noted = hearing["noted"]
    who = [(_("Noted by"), _by(noted["by"], noted["at"]))] if noted else []
    if how is HeardHow.NOT_POSSIBLE:
        lines = [(_("Hearing"), label_of(how)), (_("Found on"), hearing["heard_on"]), *who]
        why = Said(_("Why, and what was tried"), hearing["not_heard_why"])
        return Part("hearing", title, lines=lines, said=[why])
    said = [Said(_("Own account"), hearing["account"])]
    said.append(Said(_("Objection"), hearing["objection"] or _("No objection is noted.")))
    lines = [(_("Heard on"), hearing["heard_on"]), (_("In which way"), label_of(how)), *who]
    return Part("hearing", title, lines=lines, said=said)


def _no_plan() -> Part:
    return Part("plan-0", _("Plan"), empty=_("No plan was in force."))


def _plan(plan: Content, n: int, of: int) -> Part:
    title = _("Plan") if of == 1 else _("Plan of %(day)s", day=plan["agreed_on"])
    lines = [
        (_("Agreed on"), plan["agreed_on"]),
        (_("In which way"), label_of(_code(AgreedHow, plan["agreed_how"]))),
        (_("Assigned hours a week"), number_text(_number(plan["assigned_hours"]))),
        (_("Own job search, hours a week"), number_text(_number(plan["own_search_hours"]))),
    ]
    lower = _code(LowerHours, plan["lower_hours"])
    if lower:
        lines.append((_("Why fewer hours"), label_of(lower)))
    lines += [
        (_("Review by"), plan["review_by"] or NONE),
        (_("Ends on"), plan["ends_on"] or NONE),
    ]
    if plan["noted"]:
        lines.append((_("Noted by"), _by(plan["noted"]["by"], plan["noted"]["at"])))
    activities = Table(
        _("Activities"),
        (_("Activity"), _("Type"), _("Hours a week")),
        [
            [
                Cell(a["what"]),
                Cell(label_of(_code(ActivityType, a["activity_type"]))),
                Cell(number_text(_number(a["hours"]))),
            ]
            for a in plan["activities"]
        ],
        (0.5, 0.3, 0.2),
    )
    said = [Said(_("Goals"), plan["goals"])] if plan["goals"] else []
    said += [
        Said(
            _(
                "Objection to the plan, %(day)s; noted by %(who)s",
                day=o["said_on"],
                who=_by(o["noted_by"], o["noted_at"]),
            ),
            o["text"],
        )
        for o in plan["objections"]
    ]
    return Part(f"plan-{n}", title, lines=lines, tables=[activities] if plan["activities"] else [], said=said)


def _placements(placements: Sequence[Content]) -> Part:
    rows = [
        [
            Cell(label_of(_code(PlacementKind, p["kind"]))),
            Cell(p["workplace"]),
            Cell(f"{p['starts_on']} – {p['ends_on'] or ''}".strip()),
        ]
        for p in placements
    ]
    table = Table(_("Placements"), (_("Kind"), _("Workplace"), _("Time")), rows, (0.3, 0.4, 0.3))
    return Part(
        "placements", _("Placements"), tables=[table] if rows else [], empty=_("There was no placement.")
    )


def _notices(content: Content) -> Part:
    """By day: what was sent, and what stands on the placements."""
    rows: list[tuple[str, list[Cell]]] = []
    for p in content["placements"]:
        for key, kind, how in (
            ("participant_agreed_on", NoticeKind.PLACEMENT_AGREED, ""),
            ("safety_intro_on", NoticeKind.SAFETY_INTRO, p["safety_intro_by"]),
        ):
            if p[key]:
                row = [Cell(p[key]), Cell(label_of(kind)), Cell(p["workplace"]), Cell(how or NONE)]
                rows.append((p[key], row))
    for notice in content["notices"]:
        at = datetime_text(_moment(notice["at"]))
        about = notice["about"] or datetime_text(_moment(notice["meeting_at"]))
        delivery = _code(Delivery, notice["delivery"])
        how = _joined(label_of(_code(Channel, notice["channel"])), label_of(delivery) if delivery else "")
        what = label_of(_code(NoticeKind, notice["kind"]))
        rows.append((at, [Cell(at), Cell(what), Cell(about), Cell(how)]))
    rows.sort(key=lambda row: row[0])
    heads = (_("Day"), _("What"), _("About"), _("In which way"))
    table = Table(
        _("What the participant was told"), heads, [cells for _at, cells in rows], (0.2, 0.3, 0.25, 0.25)
    )
    return Part(
        "notices",
        _("What the participant was told"),
        tables=[table] if rows else [],
        empty=_("Nothing of that kind is recorded."),
    )


def _meetings(meetings: Sequence[Content]) -> Part:
    rows = [
        [
            Cell(datetime_text(_moment(m["at"]))),
            Cell(label_of(_code(MeetingKind, m["kind"]))),
            Cell(label_of(_code(MeetingWay, m["way"]))),
            Cell(label_of(_code(MeetingOutcome, m["outcome"]))),
        ]
        for m in meetings
    ]
    heads = (_("Time"), _("Kind"), _("In which way"), _("Outcome"))
    table = Table(_("Meetings"), heads, rows, (0.25, 0.3, 0.2, 0.25))
    return Part("meetings", _("Meetings"), tables=[table] if rows else [], empty=_("There was no meeting."))


def _days(count: int) -> str:
    return str(_("%(num)s days", num=count) if count != 1 else _("1 day"))


def _by(who: str | None, at: str | None, on: str | None = None) -> str:
    """`on`: the day that it stands beside, which is not said again."""
    moment = _moment(at)
    if moment is None:
        return who or NONE
    is_same_day = on is not None and local_date(moment) == _day(on)
    return _joined(who or "", time_text(moment) if is_same_day else datetime_text(moment))


def _joined(*parts: str) -> str:
    return ", ".join(part for part in parts if part)


def _code(codes: type[E], value: str | None) -> E | None:
    return None if value is None else codes(value)  # type: ignore[call-arg] # by value


def _number(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)


def _moment(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)
