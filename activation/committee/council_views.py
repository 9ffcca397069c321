"""The council's target and the numbers from outside: administrators set them, unit leads read them."""

from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.datastructures import FileStorage

from activation.accounts.sign_in import current_actor
from activation.clocks.calendar import local_date
from activation.committee import context, council
from activation.committee.context_file import CONTEXT, take_file
from activation.committee.forms import ContextFileForm, NumberForm, TargetForm
from activation.committee.present import counted_in, series_name
from activation.committee.rules import KNOWN_SERIES, series_key
from activation.database import db
from activation.exchange.imports import Result
from activation.web.edge import now
from activation.web.forms import BaseForm, errors_flashed, errors_shown_in, form_page, submitted
from activation.web.language import current_language
from models import ContextPoint, CouncilTarget
from models.enums import Role

council_pages = Blueprint("council", __name__)

REFUSED_SHOWN = 200


@council_pages.get("/council")
def page() -> ResponseReturnValue:
    return _page()


def _page(sent: BaseForm | None = None) -> ResponseReturnValue:
    """The page with its forms; `sent` is the one that came back with errors."""
    today, lines = local_date(now()), context.series_lines()
    month = today.replace(day=1)
    forms: dict[type[BaseForm], BaseForm] = {
        TargetForm: TargetForm(formdata=None, data={"valid_from": month}),
        NumberForm: _number_form(lines, formdata=None, data=_number_begun_with(lines, month)),
        ContextFileForm: ContextFileForm(formdata=None),
    }
    if sent is not None:
        forms[type(sent)] = sent
    targets = [(target, council.may_remove(target, today)) for target in council.council_targets()]
    return form_page(
        "committee/council.html",
        sent or forms[TargetForm],
        target=forms[TargetForm],
        number=forms[NumberForm],
        file=forms[ContextFileForm],
        targets=targets,
        lines=[(line, series_name(line.series), counted_in(line.series)) for line in lines],
        may_change=current_actor().role is Role.ADMINISTRATOR,
    )


def _number_begun_with(lines: list[context.SeriesLine], month: date) -> dict[str, Any]:
    """`series` in the address (a key): what the form begins with."""
    key = request.args.get("series", "")
    keys = {*KNOWN_SERIES, *(line.series.key for line in lines)}
    return {"month": month, "series": key if key in keys else None}


def _number_form(lines: list[context.SeriesLine], **kwargs: Any) -> NumberForm:
    form = NumberForm(**kwargs)
    there = {line.series.key for line in lines}
    form.series.offer(
        [
            *((line.series.key, series_name(line.series)) for line in lines),
            *((known.key, str(_(known.name))) for known in KNOWN_SERIES.values() if known.key not in there),
        ]
    )
    return form


def _to_page() -> ResponseReturnValue:
    return redirect(url_for("council.page"), code=303)


@council_pages.route("/council/targets", methods=["GET", "POST"])
def add_target() -> ResponseReturnValue:
    if request.method == "GET":
        return _to_page()
    form = TargetForm()
    if submitted(form):
        with errors_shown_in(form):
            _target, is_new = council.set_target(
                actor=current_actor(),
                **form.values("valid_from", "households_percent"),
                source=form.decided_in.data or "",
                now=now(),
            )
            flash(_("The council's target was saved.") if is_new else _("Nothing was changed."), "success")
            return _to_page()
    return _page(form)


@council_pages.post("/council/targets/<int:target_id>/remove")
def remove_target(target_id: int) -> ResponseReturnValue:
    target = db.session.get(CouncilTarget, target_id) or abort(404)
    with errors_flashed():
        council.remove_target(actor=current_actor(), target=target, now=now())
        flash(_("The council's target was removed."), "success")
    return _to_page()


@council_pages.route("/council/numbers", methods=["GET", "POST"])
def add_number() -> ResponseReturnValue:
    if request.method == "GET":
        return _to_page()
    form = _number_form(context.series_lines())
    if submitted(form):
        with errors_shown_in(form):
            changed = _take_number(form)
            flash(_("The number was saved.") if changed else _("Nothing was changed."), "success")
            return _to_page()
    return _page(form)


def _take_number(form: NumberForm) -> bool:
    actor, month = current_actor(), form.month.data.replace(day=1)
    key = form.series.data or series_key(form.name.data or "")
    series = context.series_of([key]).get(key)
    context.check_number(key, form.value.data)
    texts = context.as_values(**form.values("counted_in", "source"))
    if series is None:
        name = "" if form.series.data else form.name.data or ""
        series = context.make_series(actor=actor, name=name, key=key, values=texts)
    described = context.describe(actor=actor, series=series, values=texts)
    existing = context.point_of(series, month)
    _point, moved = context.set_number(
        actor=actor, series=series, month=month, value=form.value.data, existing=existing
    )
    db.session.flush()
    return described or moved


@council_pages.route("/council/files", methods=["GET", "POST"])
def upload() -> ResponseReturnValue:
    """Answers with what became of the rows; the same file again changes nothing."""
    if request.method == "GET":
        return _to_page()
    form = ContextFileForm()
    if submitted(form):
        with errors_shown_in(form):
            result = _taken(form.file.data)
            return render_template(
                "committee/file_result.html",
                result=result,
                refused=result.rejected[:REFUSED_SHOWN],
                columns=_column_names(),
            )
    form.file.errors = [*form.file.errors, *form.form_errors]
    form.form_errors.clear()
    return _page(form)


def _column_names() -> dict[str, str]:
    """What the columns of the file are called in the language of the page."""
    swedish = current_language() == "sv"
    return {column.name: column.swedish if swedish else column.name for column in CONTEXT.columns}


def _taken(upload: FileStorage) -> Result:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "file"
        upload.save(path)
        return take_file(path, actor=current_actor(), now=now())


@council_pages.get("/council/series/<int:series_id>")
def series(series_id: int) -> ResponseReturnValue:
    found = context.find_series(series_id) or abort(404)
    return render_template(
        "committee/series.html",
        series=found,
        name=series_name(found),
        counted_in=counted_in(found),
        points=context.points_of(found.id),
        may_change=current_actor().role is Role.ADMINISTRATOR,
    )


@council_pages.post("/council/numbers/<int:point_id>/remove")
def remove_number(point_id: int) -> ResponseReturnValue:
    point = db.session.get(ContextPoint, point_id) or abort(404)
    series_id = point.series_id
    with errors_flashed():
        context.remove_number(actor=current_actor(), point=point)
        flash(_("The number was taken out."), "success")
    return redirect(url_for("council.series", series_id=series_id), code=303)
