"""Screenshots of the main pages, wide and narrow, from the demonstration municipality: for looking at, and the README.

`python -m tests.browser.shoot FOLDER [name ...]` with DATABASE_URL of a demonstration that was made.
"""

import os
import re
import sys
from pathlib import Path

from flask import Flask
from playwright.sync_api import Browser
from sqlalchemy import func, select

from activation.app import create_app
from activation.clocks.calendar import local_date
from activation.config import settings_from
from activation.core import utc_now
from activation.database import db
from activation.demo.municipality import MAKER, PASSWORD
from activation.demo.run import demo_environment
from activation.employer_page.links import find_or_make_link, link_url
from activation.unit_of_work import commit
from models import AidMonth, Case, Meeting, Placement, Session, Staff, Workplace
from models.enums import Role
from tests.browser.server import axe_violations, chromium, click_through, overflows, person, serving


def addresses(app: Flask) -> dict[str, tuple[Role | None, str]]:
    """Name → (who looks, path): pages with something on them."""
    with app.app_context():
        secretary = db.session.scalars(
            select(Staff).where(Staff.role == Role.SECRETARY).order_by(Staff.id)
        ).first()
        assert secretary is not None
        case = db.session.scalars(
            select(Case)
            .join(Placement, Placement.case_id == Case.id)
            .where(Case.secretary_id == secretary.id, Case.closed_on.is_(None))
            .order_by(Case.id)
        ).first()
        assert case is not None
        meeting = db.session.scalars(
            select(Meeting).where(Meeting.case_id == case.id).order_by(Meeting.id)
        ).first()
        session = db.session.scalars(
            select(Session).where(Session.case_id == case.id).order_by(Session.id)
        ).first()
        today = local_date(utc_now())
        busiest = db.session.execute(
            select(Placement.workplace_id)
            .join(Session, Session.placement_id == Placement.id)
            .where(
                Session.mark.is_(None), Session.answer.is_(None), Session.on_date <= today, Session.scheduled
            )
            .group_by(Placement.workplace_id)
            .order_by(func.count().desc(), Placement.workplace_id)
        ).first()
        workplace = db.session.get_one(Workplace, busiest[0] if busiest else 1)
        link = find_or_make_link(
            actor=MAKER,
            workplace=workplace,
            sent_to="h@foretag.example",
            supervisor_name="Handledare",
            now=utc_now(),
        )
        employer = re.sub(r"^https?://[^/]+", "", link_url(link))
        aid = db.session.scalars(select(AidMonth).where(AidMonth.household_id == case.household_id)).first()
        commit(now=utc_now())
        month = f"{today:%Y-%m}"
        assert meeting
        assert session
        assert aid
        return {
            "sign-in": (None, "/sign-in"),
            "today": (Role.SECRETARY, "/today"),
            "caseload": (Role.SECRETARY, "/cases"),
            "unassigned": (Role.SECRETARY, "/cases/unassigned"),
            "enrol": (Role.SECRETARY, "/cases/new"),
            "case": (Role.SECRETARY, f"/cases/{case.id}"),
            "edit": (Role.SECRETARY, f"/cases/{case.id}/edit"),
            "hand-over": (Role.SECRETARY, f"/cases/{case.id}/hand-over"),
            "close": (Role.SECRETARY, f"/cases/{case.id}/close"),
            "timeline": (Role.SECRETARY, f"/cases/{case.id}/timeline"),
            "book": (Role.SECRETARY, f"/cases/{case.id}/meetings/new"),
            "pause": (Role.SECRETARY, f"/cases/{case.id}/clocks/pause"),
            "meeting": (Role.SECRETARY, f"/meetings/{meeting.id}"),
            "note": (Role.SECRETARY, f"/cases/{case.id}/notes/new"),
            "plan": (Role.SECRETARY, f"/cases/{case.id}/plans/new"),
            "place": (Role.SECRETARY, f"/cases/{case.id}/placements/new"),
            "attendance": (Role.SECRETARY, f"/cases/{case.id}/attendance"),
            "mark": (Role.SECRETARY, f"/sessions/{session.id}"),
            "workplaces": (Role.SECRETARY, "/workplaces"),
            "find-place": (Role.SECRETARY, "/employers/places?days=3&language=none"),
            "find-place-for": (Role.SECRETARY, f"/employers/places?case={case.id}"),
            "find-person": (Role.SECRETARY, f"/workplaces/{workplace.id}/place"),
            "room-new": (Role.SECRETARY, f"/workplaces/{workplace.id}/room/new"),
            "closed-days-of-workplace": (Role.SECRETARY, f"/workplaces/{workplace.id}/closings/new"),
            "employers-to-contact": (Role.SECRETARY, "/employers/contacts?whose=all"),
            "contact": (Role.SECRETARY, f"/employers/{workplace.employer_id}/contacts/new"),
            "workplace": (Role.SECRETARY, f"/workplaces/{workplace.id}"),
            "tasks": (Role.SECRETARY, "/tasks"),
            "cover": (Role.SECRETARY, "/cover"),
            "hand-over-caseload": (Role.SECRETARY, "/caseload/hand-over"),
            "inbox": (Role.SECRETARY, "/inbox"),
            "employer": (None, employer),
            "lead-today": (Role.UNIT_LEAD, "/today"),
            "lead-cover": (Role.UNIT_LEAD, "/cover"),
            "lead-hand-over": (Role.UNIT_LEAD, f"/caseload/hand-over?whose={secretary.id}"),
            "board": (Role.UNIT_LEAD, "/throughput/flow"),
            "board-all": (Role.UNIT_LEAD, "/throughput/flow?unit=all"),
            "at-risk": (Role.UNIT_LEAD, "/throughput/at-risk"),
            "results": (Role.UNIT_LEAD, "/throughput/results"),
            "definitions": (Role.UNIT_LEAD, "/throughput/definitions"),
            "reports": (Role.UNIT_LEAD, "/throughput/reports"),
            "report": (Role.UNIT_LEAD, "/throughput/reports/1"),
            "report-new": (Role.UNIT_LEAD, "/throughput/reports/new"),
            "throughput": (Role.UNIT_LEAD, "/throughput"),
            "figures-follow-up": (Role.UNIT_LEAD, "/throughput/follow-up"),
            "figures-time": (Role.UNIT_LEAD, "/throughput/time"),
            "figures-equality": (Role.UNIT_LEAD, "/throughput/equality?unit=all"),
            "figures-aid": (Role.UNIT_LEAD, "/throughput/aid"),
            "figures-aid-all": (Role.UNIT_LEAD, "/throughput/aid?unit=all"),
            "annotations": (Role.UNIT_LEAD, "/throughput/annotations"),
            "council": (Role.ADMINISTRATOR, "/council"),
            "figures-flows": (Role.UNIT_LEAD, "/throughput/flows"),
            "figures-hours": (Role.UNIT_LEAD, f"/throughput/flows/hours/{today:%Y-%m}"),
            "outbox": (Role.UNIT_LEAD, "/outbox"),
            "access-log": (Role.UNIT_LEAD, "/access-log"),
            "aid": (Role.AID_OFFICER, f"/aid/{month}"),
            "household": (Role.AID_OFFICER, f"/aid/{month}/households/{case.household_id}"),
            "aid-to-do": (Role.AID_OFFICER, f"/aid/{month}/to-do"),
            "to-do": (Role.SECRETARY, f"/aid/{month}/to-do?scope=unit"),
            "household-work": (Role.SECRETARY, f"/aid/{month}/households/{case.household_id}"),
            "api-keys": (Role.ADMINISTRATOR, "/api-keys"),
            "aid-case": (Role.AID_OFFICER, f"/cases/{case.id}"),
            "letters": (Role.SECRETARY, "/letters"),
            "texts": (Role.ADMINISTRATOR, "/texts"),
            "text-sms": (Role.ADMINISTRATOR, "/texts/meeting_reminder.sms/sv"),
            "text-email": (Role.ADMINISTRATOR, "/texts/employer_attendance/en"),
            "staff": (Role.ADMINISTRATOR, "/staff"),
            "targets": (Role.ADMINISTRATOR, "/calendar/targets"),
            "planned-flows": (Role.ADMINISTRATOR, "/calendar/flows"),
            "closed-days": (Role.ADMINISTRATOR, "/calendar/closed-days"),
            "aid-calendar": (Role.ADMINISTRATOR, "/calendar/aid"),
            "rules": (Role.ADMINISTRATOR, "/rules"),
            "rule": (Role.ADMINISTRATOR, "/rules/follow_up"),
            "rule-new": (Role.ADMINISTRATOR, "/rules/new"),
            "rule-off": (Role.ADMINISTRATOR, "/rules/follow_up/off"),
            "rule-history": (Role.ADMINISTRATOR, "/rules/follow_up/history"),
            "lead-rules": (Role.UNIT_LEAD, "/rules"),
            "accessibility": (None, "/accessibility"),
            "profile": (Role.SECRETARY, "/profile"),
        }


def emails(app: Flask) -> dict[Role, str]:
    with app.app_context():
        rows = db.session.scalars(select(Staff).order_by(Staff.id.desc()))
        return {staff.role: staff.email for staff in rows}


def shoot(browser: Browser, url: str, app: Flask, folder: Path, names: list[str]) -> int:
    """Takes the pictures; returns how many axe violations and sideways scrolls there were."""
    wrong, by_role = 0, emails(app)
    pages = addresses(app)
    for narrow in (False, True):
        contexts = {}
        for name, (role, path) in pages.items():
            if names and name not in names:
                continue
            if role not in contexts:
                contexts[role] = person(browser, narrow=narrow, dark="dark" in names)
                if role is not None:
                    page = contexts[role].new_page()
                    page.goto(f"{url}/sign-in")
                    page.fill("[name=email]", by_role[role])
                    page.fill("[name=password]", PASSWORD)
                    click_through(page, "main button[type=submit]")
            page = contexts[role].new_page()
            answer = page.goto(url + path)
            page.screenshot(path=folder / f"{name}-{'390' if narrow else '1280'}.png", full_page=True)
            problems = axe_violations(page) + (["scrolls sideways"] if overflows(page) else [])
            status = answer.status if answer else 0
            for problem in problems + ([] if status == 200 else [f"status {status}"]):
                wrong += 1
                print(f"{name} {'narrow' if narrow else 'wide'}: {problem}")
            page.close()
    return wrong


def main() -> None:
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    settings = settings_from(demo_environment(settings_from(os.environ), dict(os.environ)))
    app = create_app(settings)
    with serving(app) as url, chromium() as browser:
        print(f"{shoot(browser, url, app, folder, sys.argv[2:])} problems")


if __name__ == "__main__":
    main()
