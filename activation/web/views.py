"""The start page's door, the health check, and the accessibility statement."""

from flask import Blueprint, Response, redirect, render_template
from flask.typing import ResponseReturnValue
from flask_login import current_user
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from activation.context import settings
from activation.database import db
from activation.web.template_globals import AID_MONTH, STAFF, TODAY, address_of
from models.enums import Role

web = Blueprint("web", __name__)

# Where the law's supervisor takes reports.
REPORT_LACKING_ACCESSIBILITY = "https://www.digg.se/tdosanmalan"

START = {
    Role.SECRETARY: TODAY,
    Role.UNIT_LEAD: TODAY,
    Role.AID_OFFICER: AID_MONTH,
    Role.ADMINISTRATOR: STAFF,
}


@web.get("/")
def start() -> ResponseReturnValue:
    """Where each role's day begins."""
    return redirect(address_of(START[current_user.role]), code=303)


@web.get("/health")
def health() -> ResponseReturnValue:
    """For load balancers: says whether this process reaches its database, and nothing else."""
    try:
        db.session.execute(select(1))
    except SQLAlchemyError:
        return Response("database away\n", 503, mimetype="text/plain")
    return Response("ok\n", mimetype="text/plain")


@web.get("/accessibility")
def accessibility() -> ResponseReturnValue:
    """The accessibility statement (lag 2018:1937), with a way to tell of what does not work."""
    return render_template(
        "web/accessibility.html",
        contact=settings().contact,
        municipality=settings().municipality,
        report_to=REPORT_LACKING_ACCESSIBILITY,
    )
