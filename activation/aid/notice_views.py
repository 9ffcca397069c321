"""The page on which a secretary notes that the aid side was told that work begins."""

from flask import Blueprint, flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from activation.accounts.sign_in import current_actor
from activation.aid import notices
from activation.caseload.loader import load_case_for_work
from activation.clocks.calendar import local_date
from activation.records.looks import form_page_of
from activation.web.edge import now
from activation.web.filters import date_text
from activation.web.forms import (
    BaseForm,
    ChoiceSelect,
    DateField,
    Required,
    TextField,
    errors_shown_in,
    submitted,
)

aid_notices = Blueprint("aid_notices", __name__)


class NoticeForm(BaseForm):
    about_on = ChoiceSelect(_l("Work begins on"), [Required()], coerce=str)
    told_to = TextField(_l("Whom you told"), [Required()], max_length=160)
    told_on = DateField(_l("Told on"), [Required()])


@aid_notices.route("/cases/<int:case_id>/aid-notices/new", methods=["GET", "POST"])
def new(case_id: int) -> ResponseReturnValue:
    case, today = load_case_for_work(case_id), local_date(now())
    days = notices.work_days(case)
    form = NoticeForm(told_on=today)
    # A day that a colleague told of meanwhile is still a choice: saved again, nothing is noted twice.
    offered = sorted({*days.untold, *(notice.about_on for notice in days.told)})
    form.about_on.offer(
        [(day.isoformat(), date_text(day)) for day in (offered if form.is_submitted() else days.untold)]
    )
    if submitted(form):
        with errors_shown_in(form):
            chosen = next((day for day in offered if day.isoformat() == form.about_on.data), None)
            _notice, noted = notices.tell_aid_side(
                actor=current_actor(),
                case=case,
                about_on=chosen,
                told_on=form.told_on.data or today,
                told_to=form.told_to.data,
                now=now(),
            )
            done = _("It is noted that the aid side was told.")
            flash(done if noted else _("That was noted already. Nothing was changed."), "success")
            return redirect(url_for("caseload.case_page", case_id=case.id), code=303)
    return form_page_of(case, "aid/notice.html", form, untold=days.untold, told=days.told)
