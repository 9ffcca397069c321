"""Pages on which a unit lead makes one of two: choose the one that stays, see what moves, confirm."""

from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from activation.accounts.sign_in import current_actor
from activation.clocks.calendar import local_date
from activation.employers.employer_queries import employers
from activation.employers.forms import MergeForm, MergeSearch
from activation.employers.loaders import load_employer, load_workplace
from activation.employers.merge_rows import moving_with_employer, moving_with_workplace
from activation.employers.merging import merge_employers, merge_workplaces, workplaces_to_join
from activation.employers.queries import workplaces
from activation.web.edge import now
from activation.web.forms import errors_shown_in, form_page, submitted
from models import Employer, Workplace

merging = Blueprint("merging", __name__)

SHOWN = 20


def _versions(source: Employer | Workplace, target: Employer | Workplace) -> dict[str, Any]:
    return {"version": source.version, "into_version": target.version}


@merging.route("/employers/<int:employer_id>/merge")
def choose_employer(employer_id: int) -> ResponseReturnValue:
    source, _owner = load_employer(employer_id)
    search = MergeSearch()
    text = search.given().get("q", source.name)
    search.q.data = text
    found, _total = employers(search=text, today=local_date(now()), limit=SHOWN)
    return render_template(
        "employers/merge_choose.html",
        source=source,
        search=search,
        question=_("Which employer stays?"),
        kicker=source.org_number,
        back=url_for("employers.employer", employer_id=source.id),
        found=[
            (
                row.name,
                row.org_number,
                url_for("employers.employer", employer_id=row.id),
                url_for("merging.employer", employer_id=source.id, into_id=row.id),
            )
            for row in found
            if row.id != source.id
        ],
    )


@merging.route("/employers/<int:employer_id>/merge/<int:into_id>", methods=["GET", "POST"])
def employer(employer_id: int, into_id: int) -> ResponseReturnValue:
    source, _owner = load_employer(employer_id)
    target, _owner = load_employer(into_id)
    if source.id == target.id:
        abort(404)
    form = MergeForm(data=_versions(source, target))
    if submitted(form):
        with errors_shown_in(form, stored=_versions(source, target)):
            merge_employers(
                actor=current_actor(),
                source=source,
                target=target,
                seen_source=form.version.data,
                seen_target=form.into_version.data,
                now=now(),
            )
            flash(_("The two employers are one now."), "success")
            return redirect(url_for("employers.employer", employer_id=target.id), code=303)
    pairs = workplaces_to_join(source, target)
    return form_page(
        "employers/merge.html",
        form,
        source=source,
        target=target,
        moving=moving_with_employer(source.id, [workplace.id for workplace, _into in pairs]),
        joined=[(workplace, into) for workplace, into in pairs if into is not None],
        back=url_for("merging.choose_employer", employer_id=source.id),
        other_way=url_for("merging.employer", employer_id=target.id, into_id=source.id),
        told=(source.org_number, target.org_number),
    )


@merging.route("/workplaces/<int:workplace_id>/merge")
def choose_workplace(workplace_id: int) -> ResponseReturnValue:
    source = load_workplace(workplace_id)
    search = MergeSearch()
    text = search.given().get("q", source.employer.name)
    search.q.data = text
    found, _total = workplaces(search=text, today=local_date(now()), limit=SHOWN)
    return render_template(
        "employers/merge_choose.html",
        source=source,
        search=search,
        question=_("Which workplace stays?"),
        kicker=source.employer.name,
        back=url_for("employers.workplace", workplace_id=source.id),
        found=[
            (
                row.name,
                f"{row.employer} · {row.org_number}",
                url_for("employers.workplace", workplace_id=row.id),
                url_for("merging.workplace", workplace_id=source.id, into_id=row.id),
            )
            for row in found
            if row.id != source.id
        ],
    )


@merging.route("/workplaces/<int:workplace_id>/merge/<int:into_id>", methods=["GET", "POST"])
def workplace(workplace_id: int, into_id: int) -> ResponseReturnValue:
    source, target = load_workplace(workplace_id), load_workplace(into_id)
    if source.id == target.id:
        abort(404)
    form = MergeForm(data=_versions(source, target))
    if submitted(form):
        with errors_shown_in(form, stored=_versions(source, target)):
            merge_workplaces(
                actor=current_actor(),
                source=source,
                target=target,
                seen_source=form.version.data,
                seen_target=form.into_version.data,
                now=now(),
            )
            flash(_("The two workplaces are one now."), "success")
            return redirect(url_for("employers.workplace", workplace_id=target.id), code=303)
    return form_page(
        "employers/merge.html",
        form,
        source=source,
        target=target,
        moving=moving_with_workplace(source.id),
        joined=[],
        back=url_for("merging.choose_workplace", workplace_id=source.id),
        other_way=url_for("merging.workplace", workplace_id=target.id, into_id=source.id),
        told=(source.employer.name, target.employer.name),
    )
