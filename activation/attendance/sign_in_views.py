"""The printed sign-in list of a group, and the way back from its code to the sheet."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from activation.accounts.sign_in import current_actor
from activation.attendance.sheet import Group
from activation.attendance.sheet_forms import CodeSearch
from activation.attendance.sheet_views import address_of, chosen_day, load_group, log_people
from activation.attendance.sign_in import list_code, list_of, sign_in_lines
from activation.web.edge import now
from models.enums import Viewed

sign_in_lists = Blueprint("sign_in_lists", __name__)


@sign_in_lists.get("/workplaces/<int:workplace_id>/sign-in-list")
def workplace(workplace_id: int) -> ResponseReturnValue:
    return _list(load_group("workplace", workplace_id))


@sign_in_lists.get("/crews/<int:crew_id>/sign-in-list")
def crew(crew_id: int) -> ResponseReturnValue:
    return _list(load_group("crew", crew_id))


@sign_in_lists.get("/sheets")
def find() -> ResponseReturnValue:
    """A code that somebody types leads to its sheet."""
    search = CodeSearch()
    if code := search.given().get("code"):
        return redirect(url_for("sign_in_lists.by_code", code=code[: search.code.max_length]), code=303)
    return render_template("attendance/sheet_find.html", search=search)


@sign_in_lists.get("/sheets/<code>")
def by_code(code: str) -> ResponseReturnValue:
    named = list_of(code)
    if named is None:
        flash(_("No list has the code %(code)s. Read it once more.", code=code[:40]), "warning")
        return redirect(url_for("sign_in_lists.find"), code=303)
    kind, row_id, day = named
    return redirect(address_of(load_group(kind, row_id), "sheet", day=day), code=303)


def _list(group: Group) -> ResponseReturnValue:
    day, actor = chosen_day(), current_actor()
    lines = sign_in_lines(group, day, actor)
    log_people((line.case_id for line in lines), Viewed.EXPORT)
    return render_template(
        "attendance/sign_in_list.html",
        group=group,
        day=day,
        lines=lines,
        code=list_code(group, day),
        sheet=address_of(group, "sheet", day=day),
        printed_by=actor.name,
        printed_at=now(),
    )
