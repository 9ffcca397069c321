"""Pages that show plans: one plan, all of a case, two side by side, and the papers."""

from dataclasses import replace

from flask import Blueprint, abort, render_template, request
from flask.typing import ResponseReturnValue

from activation.accounts.sign_in import current_actor
from activation.caseload.loader import load_case
from activation.caseload.visibility import can_work_on
from activation.clocks.calendar import local_date
from activation.plans.compare import side_by_side
from activation.plans.page_queries import around, reviews_of
from activation.plans.paper import plain_paper, plan_paper
from activation.plans.queries import PlanView, as_read, case_of_plan, plans_by_id, plans_of_case
from activation.records.looks import log_look
from activation.web.converters import row_id
from activation.web.edge import now
from activation.web.language import LANGUAGES, current_language, in_language
from activation.web.paging import PAGE_SIZE, page_asked_for, pager
from activation.web.pdf import pdf_answer
from models import Case
from models.enums import Viewed

plan_pages = Blueprint("plan_pages", __name__)


def load_to_read(plan_id: int) -> tuple[Case, PlanView]:
    """The plan with all its parts, and its case: 404 where the reader may not see that."""
    case_id = case_of_plan(plan_id)
    if case_id is None:
        abort(404)
    case = load_case(case_id)
    return case, for_reader(plans_by_id([plan_id])[plan_id], case)


def for_reader(plan: PlanView, case: Case) -> PlanView:
    """The plan as whoever is signed in reads it."""
    return as_read(plan, works=can_work_on(current_actor(), case))


def language_asked_for() -> str:
    """The language in the address, else the page's."""
    wanted = request.args.get("lang", "")
    return wanted if wanted in LANGUAGES else current_language()


@plan_pages.get("/plans/<int:plan_id>/page")
def page(plan_id: int) -> ResponseReturnValue:
    case, plan = load_to_read(plan_id)
    log_look(case, Viewed.PLAN)
    today, works = local_date(now()), can_work_on(current_actor(), case)
    return render_template(
        "plans/page.html",
        case=case,
        plan=plan,
        reviews=[r if works else replace(r, note="") for r in reviews_of(plan_id)],
        around=around(current_actor(), case, today=today),
        work=works,
        today=today,
    )


@plan_pages.get("/cases/<int:case_id>/plans")
def of_case(case_id: int) -> ResponseReturnValue:
    case = load_case(case_id)
    log_look(case, Viewed.PLAN)
    number = page_asked_for()
    found, total = plans_of_case(case_id, page=number, size=PAGE_SIZE)
    return render_template(
        "plans/list.html",
        case=case,
        plans=[for_reader(plan, case) for plan in found],
        page=pager(page=number, shown=len(found), total=total),
        several=total > PAGE_SIZE,
        work=can_work_on(current_actor(), case),
        today=local_date(now()),
    )


@plan_pages.get("/cases/<int:case_id>/plans/compare")
def compare(case_id: int) -> ResponseReturnValue:
    """Two plans of the case, the earlier one on the left whichever way they were chosen."""
    case = load_case(case_id)
    log_look(case, Viewed.PLAN)
    wanted = [request.args.get(name, type=row_id) for name in ("one", "other")]
    found = plans_by_id([n for n in wanted if n is not None and case_of_plan(n) == case_id])
    if len(found) != 2:
        return render_template("plans/compare_choose.html", case=case), 422
    before, after = (for_reader(p, case) for p in sorted(found.values(), key=lambda plan: plan.agreed_on))
    return render_template(
        "plans/compare.html", case=case, before=before, after=after, table=side_by_side(before, after)
    )


@plan_pages.get("/plans/<int:plan_id>/plan.pdf")
def paper(plan_id: int) -> ResponseReturnValue:
    """The plan on paper, in the language of the address; `plain=1`: in plain words."""
    case, plan = load_to_read(plan_id)
    log_look(case, Viewed.EXPORT)
    language = language_asked_for()
    draw = plain_paper if request.args.get("plain") == "1" else plan_paper
    with in_language(language):
        content = draw(plan, case, language=language)
    return pdf_answer(content, "plan")
