"""create_app and nothing else."""

from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path

from flask import Flask
from jinja2 import StrictUndefined

from activation.accounts.sign_in import init_sign_in
from activation.accounts.views import accounts
from activation.aid.api import aid_api
from activation.aid.api_keys_views import api_keys
from activation.aid.notice_views import aid_notices
from activation.aid.views import aid
from activation.aid.work_views import aid_work
from activation.assessments.autosave_views import autosave
from activation.assessments.editor_set_views import question_sets
from activation.assessments.editor_views import questions
from activation.assessments.views import assessments
from activation.attendance.accounts_views import absence
from activation.attendance.hours_views import hours
from activation.attendance.job_search_views import job_search
from activation.attendance.reports_views import employer_reports
from activation.attendance.sheet_views import sheets
from activation.attendance.sign_in_views import sign_in_lists
from activation.attendance.views import attendance
from activation.caseload.closing_views import closing
from activation.caseload.cover_views import covers
from activation.caseload.handing_over_views import handing_over
from activation.caseload.views import caseload
from activation.clocks.calendar_views import calendar
from activation.clocks.views import clocks
from activation.committee.annotation_views import annotations
from activation.committee.council_views import council_pages
from activation.committee.reports.return_views import aid_returns
from activation.committee.reports.views import reports
from activation.config import Settings
from activation.core import create_core, utc_now
from activation.employer_page.views import employer
from activation.employers.contact_views import contacts
from activation.employers.merge_views import merging
from activation.employers.register_views import register
from activation.employers.room_find_views import room_find
from activation.employers.room_views import room
from activation.employers.supervisor_views import supervisors
from activation.employers.views import employers
from activation.exchange.feed_views import feeds
from activation.followups.exception_views import exception_pages
from activation.followups.rule_views import rules
from activation.followups.views import followups
from activation.handovers.views import handovers
from activation.matching.match_views import matching
from activation.matching.need_views import needs
from activation.matching.person_views import profiles
from activation.matching.top_up_views import top_ups
from activation.matching.views import competences
from activation.meetings.views import meetings
from activation.messages.ledger_views import ledger
from activation.messages.paper_views import letters
from activation.messages.receipt_views import hooks
from activation.messages.text_views import texts
from activation.messages.views import messages
from activation.outcomes.views import outcomes
from activation.payment_errors.views import payment_errors
from activation.placements.crews_views import crews
from activation.placements.leave_views import leaves
from activation.placements.life_views import life
from activation.placements.proposals_views import proposals
from activation.placements.single_days_views import single_days
from activation.placements.views import placements
from activation.placements.week_views import weeks
from activation.plans.page_views import plan_pages
from activation.plans.talk_views import plan_talks
from activation.plans.views import plans
from activation.records.views import records
from activation.requirement.figure_views import requirement_figures
from activation.requirement.views import requirement
from activation.standards.letter_views import written_letters
from activation.standards.views import standards
from activation.throughput.ahead.views import ahead
from activation.throughput.aid.views import aid_figures
from activation.throughput.board.views import board
from activation.throughput.definitions.views import definitions
from activation.throughput.equality.views import equality
from activation.throughput.flows.target_views import flow_targets
from activation.throughput.flows.views import flows
from activation.throughput.follow_up.views import follow_up_figures
from activation.throughput.results.views import results
from activation.throughput.time.views import time_figures
from activation.throughput.views import throughput
from activation.web.access import init_access
from activation.web.converters import init_converters
from activation.web.csrf import init_csrf
from activation.web.edge import ActivationFlask, init_edge
from activation.web.errors import init_errors
from activation.web.headers import init_headers
from activation.web.health import health
from activation.web.template_globals import init_templates
from activation.web.views import web

BLUEPRINTS = (
    web,
    health,
    accounts,
    caseload,
    closing,
    payment_errors,
    requirement,
    requirement_figures,
    standards,
    written_letters,
    covers,
    handing_over,
    clocks,
    calendar,
    meetings,
    assessments,
    question_sets,
    questions,
    autosave,
    plans,
    plan_pages,
    plan_talks,
    employers,
    room,
    room_find,
    contacts,
    register,
    merging,
    supervisors,
    placements,
    weeks,
    single_days,
    leaves,
    crews,
    competences,
    profiles,
    needs,
    matching,
    top_ups,
    life,
    proposals,
    attendance,
    hours,
    job_search,
    sheets,
    sign_in_lists,
    absence,
    employer_reports,
    employer,
    followups,
    rules,
    exception_pages,
    feeds,
    hooks,
    messages,
    ledger,
    letters,
    texts,
    aid,
    aid_api,
    aid_notices,
    aid_work,
    api_keys,
    handovers,
    outcomes,
    records,
    board,
    ahead,
    throughput,
    results,
    follow_up_figures,
    flows,
    flow_targets,
    definitions,
    equality,
    reports,
    aid_returns,
    time_figures,
    annotations,
    aid_figures,
    council_pages,
)


def create_app(
    settings: Settings,
    *,
    clock: Callable[[], datetime] = utc_now,
    overrides: Mapping[str, object] | None = None,
) -> Flask:
    """The application. `clock` tells the moment at the edge (tests replay any); `overrides` are Flask's settings."""
    top = Path(__file__).resolve().parent
    app = ActivationFlask(
        "activation", template_folder=str(top.parent / "templates"), static_folder=str(top / "web" / "static")
    )
    app.config.update(
        SECRET_KEY=settings.secret_key,
        MAX_CONTENT_LENGTH=1_000_000,
        MAX_FORM_MEMORY_SIZE=500_000,
        SEND_FILE_MAX_AGE_DEFAULT=86_400,
        WTF_CSRF_TIME_LIMIT=None,  # a form left open over lunch must still be savable; the session expires anyway
    )
    app.config.update(overrides or {})
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    create_core(settings, clock=clock, app=app)
    init_edge(app)
    init_headers(app, settings)
    init_sign_in(app)
    init_access(app)
    init_csrf(app)
    init_errors(app)
    init_templates(app)
    init_converters(app)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    return app
