"""A need beside the people who wait, and a person beside the open needs: requirement by requirement."""

from flask import Blueprint, abort, render_template, request
from flask.typing import ResponseReturnValue

from activation.accounts.sign_in import current_actor
from activation.caseload.loader import load_case_for_work
from activation.caseload.queries import scope_of_text, usual_scope
from activation.clocks.calendar import local_date
from activation.matching.match import (
    PAGE_SIZE,
    Cell,
    MatchQuery,
    Order,
    cells_of,
    match_need,
    people_of,
    planned_for,
)
from activation.matching.need_queries import NeedRow, need_row, open_needs
from activation.matching.rules import Asked, Person
from activation.matching.words import heading, said
from activation.records.looks import log_look
from activation.web.edge import now
from activation.web.paging import page_asked_for, pager
from models import Case
from models.enums import NeedState

matching = Blueprint("matching", __name__)

NEEDS_SHOWN = 20


def _headings(need: NeedRow) -> dict[str, str]:
    """The words of each requirement, by its key."""
    names = {id_: name for id_, name, _is_required in need.terms}
    return {asked.key: heading(asked, names) for asked in need.requirements}


def _query(requirements: tuple[Asked, ...]) -> MatchQuery:
    """Reads the address; nonsense in it is the default."""
    args = request.args
    return MatchQuery(
        scope=scope_of_text(args.get("scope"), usual_scope(current_actor())),
        order=Order(args["order"]) if args.get("order") in set(Order) else Order.WAITING,
        has=next((asked for asked in requirements if asked.key == args.get("has")), None),
        with_support="support" in args,
        page=page_asked_for(),
    )


@matching.get("/needs/<int:need_id>/match")
def of_need(need_id: int) -> ResponseReturnValue:
    need = need_row(need_id) or abort(404)
    requirements = need.requirements
    query = _query(requirements)
    found = None
    if need.state is NeedState.OPEN:
        found = match_need(current_actor(), requirements, query, today=local_date(now()))
    return render_template(
        "matching/match.html",
        need=need,
        requirements=requirements,
        headings=_headings(need),
        query=query,
        orders=Order,
        found=found,
        said=said,
        pager=found and pager(page=query.page, shown=len(found.rows), total=found.total, size=PAGE_SIZE),
    )


@matching.get("/cases/<int:case_id>/needs")
def of_case(case_id: int) -> ResponseReturnValue:
    case = load_case_for_work(case_id)
    by_employer, page = request.args.get("order") == "employer", page_asked_for()
    found, total = open_needs(by_employer=by_employer, page=page, size=NEEDS_SHOWN)
    log_look(case)
    return render_template(
        "matching/needs_of_case.html",
        case=case,
        found=_beside(case, found),
        by_employer=by_employer,
        said=said,
        may_propose=case.closed_on is None,
        pager=pager(page=page, shown=len(found), total=total, size=NEEDS_SHOWN),
    )


def _beside(case: Case, needs: list[NeedRow]) -> list[tuple[NeedRow, list[tuple[str, Cell]]]]:
    """Each need with its requirements in words beside what is known of the person."""
    person = people_of([case.id]).get(case.id, Person())
    planned = planned_for([case.id], [asked for need in needs for asked in need.requirements])[case.id]
    return [
        (
            need,
            list(zip(_headings(need).values(), cells_of(need.requirements, person, planned), strict=True)),
        )
        for need in needs
    ]
