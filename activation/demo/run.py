"""`activation demo`: the municipality, the web server and the scheduler on this machine, with what to click."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from activation.config import DEMO_SECRET, Settings, settings_from
from activation.core import create_core, utc_now
from activation.database import db, refresh_statistics
from activation.demo.make import is_made, make
from activation.demo.municipality import MAKER, PASSWORD
from activation.employer_page.links import find_or_make_link, link_url
from activation.schema import upgrade
from activation.unit_of_work import commit
from models import Session, Staff, Supervisor
from models.enums import Role
from models.placement import Placement


def demo_environment(settings: Settings, given: dict[str, str]) -> dict[str, str]:
    """The environment of the demonstration: its own database, a folder for mail, a secret that is none."""
    folder = Path("instance").absolute()
    return {
        **given,
        "ACTIVATION_ENV": "demo",
        "DATABASE_URL": given.get("DATABASE_URL") or f"sqlite:///{folder}/demo.db",
        "SECRET_KEY": given.get("SECRET_KEY") or DEMO_SECRET,
        "MAIL_FOLDER": given.get("MAIL_FOLDER") or f"{folder}/demo-mail",
        "BASE_URL": given.get("BASE_URL") or f"http://{settings.listen}",
        "CONTACT": given.get("CONTACT") or "Elin Ström, 0410-12 34 56, elin.strom@kommun.example",
        "MUNICIPALITY": given.get("MUNICIPALITY") or "Demokommun",
    }


def prepare(app: Flask, *, now: datetime, say: Callable[[str], None]) -> None:
    """The schema and, once, the municipality."""
    with app.app_context():
        upgrade(db.engine)
        if not is_made():
            say("Making the demonstration municipality (about half a minute) ...")
            start = time.monotonic()
            make(now=now)
            refresh_statistics()
            say(f"Made in {time.monotonic() - start:.0f} s.")


def what_to_click(app: Flask, *, now: datetime) -> list[str]:
    """The lines that tell the address, the sign-ins and a supervisor's link."""
    settings: Settings = app.extensions["settings"]
    with app.app_context():
        lines = [f"Open {settings.base_url}/   password for everyone: {PASSWORD}"]
        for role in Role:
            staff = db.session.scalars(
                select(Staff).where(Staff.role == role).order_by(Staff.id).limit(1)
            ).one()
            lines.append(f"  {role.label:22} {staff.email}")
        supervisor = db.session.scalars(
            select(Supervisor)
            .join(Placement, Placement.workplace_id == Supervisor.workplace_id)
            .join(Session, Session.placement_id == Placement.id)
            .where(
                Supervisor.is_main,
                Session.mark.is_(None),
                Session.answer.is_(None),
                Session.scheduled,
                Session.on_date <= now.date(),
            )
            .options(joinedload(Supervisor.workplace, innerjoin=True))
            .order_by(Session.on_date.desc(), Session.id)
            .limit(1)
        ).one()
        link = find_or_make_link(
            actor=MAKER,
            workplace=supervisor.workplace,
            sent_to=supervisor.email or "",
            supervisor_name=supervisor.name,
            supervisor=supervisor,
            now=now,
        )
        lines.append(f"  {'Supervisor (no account)':22} {link_url(link)}")
        commit(now=now)
        lines.append(f"E-mail is written to {settings.mail_folder}. Stop with Ctrl-C.")
        return lines


def serve_until_stopped(environment: dict[str, str]) -> int:
    """Runs the web server and the scheduler as processes of their own; stops both when either ends."""
    signal.signal(
        signal.SIGTERM, signal.default_int_handler
    )  # told to end by a service manager: as by Ctrl-C
    program = [sys.executable, "-m", "activation"]
    processes = [subprocess.Popen([*program, part], env=environment) for part in ("serve", "scheduler")]  # noqa: S603
    try:
        while all(p.poll() is None for p in processes):
            time.sleep(0.3)
        return next(p.returncode or 1 for p in processes if p.poll() is not None)
    except KeyboardInterrupt:
        return 0
    finally:
        for process in processes:
            process.terminate()
        for process in processes:
            process.wait(timeout=20)


def run(settings: Settings) -> int:
    """Prepares, prints what to click, and serves until stopped. Returns the exit code."""
    environment = demo_environment(settings, dict(os.environ))
    app = create_core(settings_from(environment))
    now = utc_now()
    prepare(app, now=now, say=lambda text: print(text, file=sys.stderr, flush=True))  # noqa: T201
    print("\n".join(what_to_click(app, now=now)), flush=True)  # noqa: T201 - this is the command's result
    return serve_until_stopped(environment)
