"""Follow-up: what became of the tasks, how long between contacts, what stands still or waits for a mark or a letter."""

from datetime import timedelta
from typing import Any

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from activation.messages.queries import OUTBOX_DAYS, unsent_by_reason
from activation.throughput import present as figures
from activation.throughput import queries
from activation.throughput.asked import Asked, asked
from activation.throughput.follow_up import present
from activation.throughput.follow_up import queries as follow_up_queries
from activation.throughput.follow_up.rules import PUT_OFF_BANDS, UNMARKED_BANDS
from activation.throughput.measures.follow_up import (
    CONTACT_INTERVAL,
    SINCE_CONTACT,
    TASKS_AHEAD,
    TASKS_IN_TIME,
    TASKS_LATE,
    TASKS_MISSING,
    TASKS_NOT_RELEVANT,
    TASKS_PUT_OFF,
    TASKS_WITHDRAWN,
)
from activation.throughput.measures.standing import STANDING
from activation.throughput.queries import Throughput
from activation.throughput.rules import Period
from activation.web.edge import now

follow_up_figures = Blueprint("follow_up_figures", __name__)

TASKS = (TASKS_IN_TIME, TASKS_LATE, TASKS_MISSING, TASKS_NOT_RELEVANT, TASKS_WITHDRAWN, TASKS_AHEAD)

# Of all units together every task and contact there is has to be gone through.
MOST_UNITS = 20


@follow_up_figures.get("/throughput/follow-up")
def page() -> ResponseReturnValue:
    what = asked()
    frame = {
        "form": what.form,
        "whose": what.unit_text,
        "choices": figures.choices(what, "follow_up_figures.page"),
    }
    if what.units.ids is None and len(queries.unit_names()) > MOST_UNITS:
        return render_template("throughput/follow_up_frame.html", **frame)
    context = {
        **frame,
        "linked": what.linked,
        "period_text": figures.period_text(what.period),
        "tasks": _lines(TASKS, what.period, what),
        "rules": present.rules(
            follow_up_queries.by_rule(what.period, what.units), what.period, linked=what.linked
        ),
        "secretaries": present.secretaries(follow_up_queries.by_secretary(what.period, what.own), what.period)
        if what.linked
        else [],
        "contacts": _lines((CONTACT_INTERVAL, SINCE_CONTACT), what.period, what),
        "between": present.distribution(
            CONTACT_INTERVAL,
            queries.days(CONTACT_INTERVAL, what.period, what.units),
            what.period,
            _(
                "Half of the contacts came within %(half)s days of the one before, nine in ten within %(most)s"
            ),
            _("Contacts"),
            linked=what.linked,
        ),
        "since": present.distribution(
            SINCE_CONTACT,
            queries.days(SINCE_CONTACT, what.period, what.units),
            what.period,
            _(
                "Half of the open cases had a contact in the last %(half)s days, nine in ten in the last %(most)s"
            ),
            _("Cases"),
            linked=what.linked,
        ),
    }
    return render_template("throughput/follow_up.html", **context, **_today(what))


def _today(what: Asked) -> dict[str, Any]:
    """How it stands now, whatever the period."""
    today = Period.on(what.today)
    since = now() - timedelta(days=OUTBOX_DAYS)
    return {
        "today_text": figures.period_text(today),
        "standing": _lines(STANDING, today, what),
        "put_off": present.put_off(queries.days(TASKS_PUT_OFF, today, what.units), today, linked=what.linked),
        "put_off_bands": present.band_labels(PUT_OFF_BANDS),
        "pauses": present.pauses(
            follow_up_queries.pauses_by_reason(today, what.units), today, linked=what.linked
        ),
        "unmarked": present.unmarked(
            follow_up_queries.unmarked(today, what.units), today, linked=what.linked
        ),
        "unmarked_bands": present.band_labels(UNMARKED_BANDS),
        "unsent": present.unsent(unsent_by_reason(what.own, since=since, now=now())) if what.linked else [],
        "outbox_days": OUTBOX_DAYS,
    }


def _lines(measures: Any, period: Period, what: Asked) -> list[figures.FigureLine]:
    found = queries.figures(measures, period, what.units)
    return figures.figures(Throughput(period, found), linked=what.linked)
