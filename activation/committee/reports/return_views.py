"""The page of the monthly return and its file."""

from datetime import date

from flask import Blueprint, abort, render_template, request, url_for
from flask.typing import ResponseReturnValue

from activation.clocks.calendar import local_date
from activation.committee.reports import returns
from activation.throughput.asked import own_unit
from activation.throughput.exports import MIMETYPES, table_answer
from activation.throughput.places import Tab
from activation.web.edge import now

aid_returns = Blueprint("aid_returns", __name__)


def _asked() -> date:
    """The month in the address; the last whole one where there is none. 404 for one that is none or lies ahead."""
    offered = {f"{month:%Y-%m}": month for month in returns.months(local_date(now()))}
    return offered.get(request.args.get("month", next(iter(offered)))) or abort(404)


@aid_returns.get("/throughput/reports/aid-month")
def page() -> ResponseReturnValue:
    month = _asked()
    return render_template(
        "committee/aid_return.html",
        of=returns.monthly_return(month, own_unit()),
        explanations=returns.explanations(),
        choices=[
            Tab(f"{one:%Y-%m}", url_for("aid_returns.page", month=f"{one:%Y-%m}"), one == month)
            for one in returns.months(local_date(now()))[:6]
        ],
        files=[(kind, url_for("aid_returns.file", kind=kind, month=f"{month:%Y-%m}")) for kind in MIMETYPES],
    )


@aid_returns.get("/throughput/reports/aid-month/<any(csv, xlsx):kind>")
def file(kind: str) -> ResponseReturnValue:
    of = returns.monthly_return(_asked(), own_unit())
    return table_answer(kind, f"socialstyrelsen-{of.month:%Y-%m}", returns.header(of), returns.rows(of))
