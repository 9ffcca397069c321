"""A group's sheet: everybody of a workplace or a crew on a day, marked on one screen, and the same as a file."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Any

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from activation.accounts.sign_in import current_actor
from activation.attendance.sheet import (
    ROWS_AT_MOST,
    DayCount,
    Group,
    find_group,
    people_on,
    save_line,
    unmarked_of_week,
    week_of,
)
from activation.attendance.sheet_forms import Line, LineForm, SheetDay, SheetForm, lines_of, sent_keys
from activation.clocks.calendar import local_date
from activation.exchange.exports import csv_pieces
from activation.exchange.kinds import ATTENDANCE
from activation.placements.rules import DAYS_OF_WEEK
from activation.records.looks import log_looks
from activation.web.edge import now
from activation.web.filters import WEEKDAYS
from activation.web.forms import errors_shown_in, submitted
from activation.web.language import current_language
from models.enums import Viewed

sheets = Blueprint("sheets", __name__)

WEEK = timedelta(days=DAYS_OF_WEEK)


def load_group(kind: str, row_id: int) -> Group:
    """404 where there is no such workplace or crew."""
    group: Group = find_group(kind, row_id) or abort(404)
    return group


def address_of(group: Group, page: str, **query: Any) -> str:
    """The address of a page of a group: its sheet or its csv."""
    return _href(f"sheets.{group.kind}_{page}", group, **query)


def _href(endpoint: str, group: Group, **query: Any) -> str:
    values: dict[str, Any] = {f"{group.kind}_id": group.id, **query}
    return url_for(endpoint, **values)


def chosen_day() -> date:
    day: date | None = SheetDay().given().get("day")
    return day or local_date(now())


def log_people(case_ids: Iterable[int], viewed: Viewed) -> None:
    log_looks(sorted(set(case_ids)), viewed)


@sheets.route("/workplaces/<int:workplace_id>/sheet", methods=["GET", "POST"])
def workplace_sheet(workplace_id: int) -> ResponseReturnValue:
    return _sheet(load_group("workplace", workplace_id))


@sheets.route("/crews/<int:crew_id>/sheet", methods=["GET", "POST"])
def crew_sheet(crew_id: int) -> ResponseReturnValue:
    return _sheet(load_group("crew", crew_id))


@sheets.get("/workplaces/<int:workplace_id>/sheet.csv")
def workplace_csv(workplace_id: int) -> ResponseReturnValue:
    return _csv(load_group("workplace", workplace_id))


@sheets.get("/crews/<int:crew_id>/sheet.csv")
def crew_csv(crew_id: int) -> ResponseReturnValue:
    return _csv(load_group("crew", crew_id))


def _sheet(group: Group) -> ResponseReturnValue:
    day, is_sent = chosen_day(), request.method == "POST"
    people = people_on(group, day, current_actor(), lock=is_sent)
    # Counted before anything is tried: what is not saved after all must not look marked.
    week = week_of(group, day, current_actor(), today=local_date(now()))
    lines = lines_of(people, fill_present=request.args.get("fill") == "present")
    form = SheetForm()
    if submitted(form):
        saved = _saved(form, lines)
        if not form.errors and not any(line.form.errors for line in lines):
            text = ngettext("%(num)s day was saved.", "%(num)s days were saved.", saved)
            flash(text if saved else _("Nothing was changed."), "success" if saved else "info")
            return redirect(address_of(group, "sheet", day=day), code=303)
    log_people((person.case_id for person in people), Viewed.CASE_FORM)
    wrong = bool(form.errors) or any(line.form.errors for line in lines)
    return _page(group, week, day, form, lines), 422 if wrong else 200


def _saved(form: SheetForm, lines: Sequence[Line]) -> int:
    """How many lines were changed. Where one cannot be saved none is: the errors stand beside their lines, the answer
    is then 422 and the edge forgets the others."""
    sent = sent_keys(request.form)
    gone = sent - {line.key for line in lines}
    if any(LineForm.of(key).is_touched for key in gone):
        form.form_errors.append(
            _("Somebody was taken off this sheet while you had it open. Look at it, then save again.")
        )
    number = 0
    for line in lines:
        if line.key not in sent:
            continue  # came onto the sheet after it was opened
        readable = line.form.validate()
        if not line.form.is_touched or not readable:
            continue
        with errors_shown_in(line.form, stored=line.stored):
            number += save_line(
                actor=current_actor(),
                session=line.person.session,
                seen_version=line.form.version.data or 0,
                entry=line.form.entry,
                now=now(),
            )
    return number


def _page(group: Group, week: Sequence[DayCount], day: date, form: SheetForm, lines: Sequence[Line]) -> str:
    number = day.isocalendar().week
    return render_template(
        "attendance/sheet.html",
        group=group,
        address=lambda page, **query: address_of(group, page, **query),
        list_href=_href(f"sign_in_lists.{group.kind}", group, day=day),
        day=day,
        form=form,
        lines=lines,
        count=next(count for count in week if count.day == day),
        limit=ROWS_AT_MOST,
        is_ahead=day > local_date(now()),
        days=[_tab(group, count, day) for count in week],
        pager={
            "previous_href": address_of(group, "sheet", day=day - WEEK),
            "next_href": address_of(group, "sheet", day=day + WEEK),
            "text": _("Week %(number)s", number=number),
        },
    )


def _tab(group: Group, count: DayCount, shown: date) -> dict[str, Any]:
    return {
        "href": address_of(group, "sheet", day=count.day),
        "text": f"{_(WEEKDAYS[count.day.weekday()])} {count.day.day}",
        "current": count.day == shown,
        "count": count.waiting or None,
    }


def _csv(group: Group) -> Response:
    """The week's days without a mark, to fill in and import: the columns of `activation import attendance`."""
    day = chosen_day()
    found = unmarked_of_week(group, day, current_actor(), today=local_date(now()))
    log_people((case_id for case_id, *_rest in found), Viewed.EXPORT)
    swedish = current_language() == "sv"
    header = [column.swedish if swedish else column.name for column in ATTENDANCE.columns]
    blank = [None] * (len(header) - 2)
    year, week, _day = day.isocalendar()
    answer = Response(
        csv_pieces(header, ([number, on_date, *blank] for _case_id, number, on_date in found)),
        content_type="text/csv; charset=utf-8",
    )
    answer.headers["Content-Disposition"] = f'attachment; filename="attendance-{year}-W{week:02d}.csv"'
    return answer
