"""One frozen object with every setting, read from the environment. docs/settings.md lists the same names (tested)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date
from pathlib import Path
from urllib.parse import urlsplit

from activation.messages.quiet import parse_hours

DEMO_SECRET = "demonstration-only-not-a-secret"  # noqa: S105 - refused in production below


SMS_SENDER = r"[A-Za-z][A-Za-z0-9]{2,10}|\+[1-9][0-9]{5,14}"


class SettingsError(Exception):
    """The environment cannot be used. The text names each setting and what it must be."""


@dataclass(frozen=True, kw_only=True)
class Settings:
    """Settings of one process. The comment behind each says its environment name and meaning."""

    environment: str = "production"  # ACTIVATION_ENV: production, demo or test
    database_url: str = "sqlite:///instance/activation.db"  # DATABASE_URL: sqlite:/// or postgresql://
    secret_key: str = ""  # SECRET_KEY: at least 32 characters; signs sessions and the employers' links
    base_url: str = "http://127.0.0.1:8000"  # BASE_URL: the address people use, for links in messages
    listen: str = "127.0.0.1:8000"  # LISTEN: address and port of `activation serve`
    web_threads: int = 4  # WEB_THREADS: threads of one web process
    web_processes: int = 1  # WEB_PROCESSES: web processes (PostgreSQL only; SQLite is best with one)
    trusted_proxies: int = 0  # TRUSTED_PROXIES: how many proxies in front set X-Forwarded-For and -Proto
    language: str = "sv"  # ACTIVATION_LANGUAGE: sv or en, where nobody has chosen
    session_idle_minutes: int = 60  # SESSION_IDLE_MINUTES: signed out after so long without a click
    employer_link_days: int = 14  # EMPLOYER_LINK_DAYS: how long a supervisor's link works
    employer_postcode_check: str = (
        "no"  # EMPLOYER_POSTCODE_CHECK: yes or no, a new device gives the workplace's
    )
    aid_cut_off_day: int = 15  # AID_CUT_OFF_DAY: the day of the month on which the plan must be in force
    aid_payment_day: int = 25  # AID_PAYMENT_DAY: the day of the month on which aid is paid
    # ACTIVITY_REQUIREMENT_FROM: months of aid before this day do not count towards the activity requirement
    activity_requirement_from: date = date(2026, 7, 1)
    closed_days: tuple[str, ...] = ("12-24", "12-31")  # CLOSED_DAYS: MM-DD,MM-DD closed every year
    smtp_host: str = ""  # SMTP_HOST: the mail server; empty: no e-mail leaves, messages wait in the outbox
    smtp_port: int = 587  # SMTP_PORT
    smtp_user: str = ""  # SMTP_USER
    smtp_password: str = ""  # SMTP_PASSWORD
    smtp_tls: str = "starttls"  # SMTP_TLS: starttls, tls or none
    mail_from: str = "aktivering@kommun.example"  # MAIL_FROM: the sender's address
    mail_folder: str = ""  # MAIL_FOLDER: write e-mail as files there instead of sending it (demonstration)
    sms_provider: str = ""  # SMS_PROVIDER: 46elks or plain; empty: no SMS leaves, they wait in the outbox
    sms_url: str = ""  # SMS_URL: where SMS are handed over; needed for plain, 46elks has its own
    sms_user: str = ""  # SMS_USER: the provider's user (46elks: API username)
    sms_password: str = ""  # SMS_PASSWORD: its password (46elks: API password)
    sms_from: str = (
        ""  # SMS_FROM: the sender shown on the telephone: up to 11 letters and digits, or a number
    )
    quiet_hours: str = "20:00-08:00"  # QUIET_HOURS: nothing to participants and supervisors then; no: always
    send_on_weekends: str = "no"  # SEND_ON_WEEKENDS: yes or no, also for public holidays and closed days
    meeting_reminder_hours: int = 24  # MEETING_REMINDER_HOURS: before a meeting, for participants
    contact: str = ""  # CONTACT: whom an employer can reach at the municipality, shown on its page
    metrics_token: str = (
        ""  # METRICS_TOKEN: who reads /metrics sends it; empty: only this machine may read them
    )
    municipality: str = ""  # MUNICIPALITY: name shown in the header and in messages

    def require_serving(self) -> None:
        """Raises SettingsError with every reason why a web server or scheduler may not start with this."""
        wrong = []
        if self.environment == "production":
            if len(self.secret_key) < 32 or self.secret_key == DEMO_SECRET:
                wrong.append(
                    "SECRET_KEY must be set to at least 32 random characters: "
                    "python -c 'import secrets; print(secrets.token_hex(32))'"
                )
            host = urlsplit(self.base_url).hostname or ""
            if not self.base_url.startswith("https://") and host not in ("127.0.0.1", "localhost", "::1"):
                wrong.append("BASE_URL must begin with https:// (only a loopback address may do without)")
        if wrong:
            raise SettingsError("; ".join(wrong))

    def require_sending(self) -> None:
        """Raises SettingsError where something would leave this machine with links that do not work."""
        if self.mail_folder or self.smtp_host or self.sms_provider:
            try:
                self.require_serving()
            except SettingsError as error:
                raise SettingsError(f"messages would leave with links that do not work: {error}") from error


ENVIRONMENT_NAMES = {
    "environment": "ACTIVATION_ENV",
    "language": "ACTIVATION_LANGUAGE",
}


def environment_name(field: str) -> str:
    """The environment variable of a field of Settings."""
    return ENVIRONMENT_NAMES.get(field, field.upper())


def _checked(settings: Settings) -> Settings:
    wrong = []

    def must(ok: bool, field: str, what: str) -> None:
        if not ok:
            wrong.append(f"{environment_name(field)} must be {what}")

    must(settings.environment in ("production", "demo", "test"), "environment", "production, demo or test")
    must(settings.language in ("sv", "en"), "language", "sv or en")
    must(settings.smtp_tls in ("starttls", "tls", "none"), "smtp_tls", "starttls, tls or none")
    must(settings.sms_provider in ("", "46elks", "plain"), "sms_provider", "46elks, plain or empty")
    must(
        settings.sms_provider != "plain" or settings.sms_url.startswith(("http://", "https://")),
        "sms_url",
        "the address of the provider where SMS_PROVIDER is plain",
    )
    must(
        not settings.sms_provider or re.fullmatch(SMS_SENDER, settings.sms_from) is not None,
        "sms_from",
        "up to 11 letters and digits beginning with a letter, or a number as +46700000000",
    )
    must(_is_quiet_hours(settings.quiet_hours), "quiet_hours", "two times as 20:00-08:00, or no")
    must(settings.send_on_weekends in ("yes", "no"), "send_on_weekends", "yes or no")
    must(1 <= settings.meeting_reminder_hours <= 168, "meeting_reminder_hours", "1 to 168 hours")
    must(1 <= settings.aid_cut_off_day <= 28, "aid_cut_off_day", "a day from 1 to 28")
    must(1 <= settings.aid_payment_day <= 28, "aid_payment_day", "a day from 1 to 28")
    must(1 <= settings.employer_link_days <= 365, "employer_link_days", "1 to 365 days")
    must(settings.employer_postcode_check in ("yes", "no"), "employer_postcode_check", "yes or no")
    must(5 <= settings.session_idle_minutes <= 720, "session_idle_minutes", "5 to 720 minutes")
    must(1 <= settings.web_threads <= 64, "web_threads", "1 to 64")
    must(1 <= settings.web_processes <= 64, "web_processes", "1 to 64")
    must(
        not settings.metrics_token or len(settings.metrics_token) >= 16,
        "metrics_token",
        "empty or at least 16 characters",
    )
    must(0 <= settings.trusted_proxies <= 5, "trusted_proxies", "0 to 5")
    must(
        re.match(r"(sqlite|postgresql)", settings.database_url) is not None,
        "database_url",
        "a SQLite or PostgreSQL URL",
    )
    must(
        all(re.fullmatch(r"\d\d-\d\d", d) for d in settings.closed_days), "closed_days", "days as MM-DD,MM-DD"
    )
    must(
        re.fullmatch(r"\S+:\d+", settings.listen) is not None,
        "listen",
        "an address and a port, as 127.0.0.1:8000",
    )
    must(
        settings.base_url.startswith(("http://", "https://")),
        "base_url",
        "an address that begins with https://",
    )
    if wrong:
        raise SettingsError("; ".join(wrong))
    return settings


def _is_quiet_hours(text: str) -> bool:
    try:
        parse_hours(text)
    except ValueError:
        return False
    return True


def _database_url(url: str) -> str:
    """Names the driver we ship (psycopg 3) where the URL names none, and makes the SQLite folder's path absolute."""
    url = re.sub(r"^postgres(ql)?://", "postgresql+psycopg://", url)
    if url.startswith("sqlite:///") and not url.startswith("sqlite:////") and url != "sqlite:///:memory:":
        return "sqlite:///" + str(Path(url.removeprefix("sqlite:///")).absolute())
    return url


def settings_from(environ: Mapping[str, str]) -> Settings:
    """Reads the settings. Raises SettingsError that names what is wrong and what it must be."""
    values: dict[str, object] = {}
    for field in fields(Settings):
        raw = environ.get(environment_name(field.name), "").strip()
        if not raw:
            continue
        if field.type is int:
            if not re.fullmatch(r"[0-9]{1,6}", raw):
                raise SettingsError(f"{environment_name(field.name)} must be a number, not {raw!r}")
            values[field.name] = int(raw)
        elif field.type is date:
            try:
                values[field.name] = date.fromisoformat(raw)
            except ValueError:
                name = environment_name(field.name)
                raise SettingsError(f"{name} must be a day as 2026-07-01, not {raw!r}") from None
        elif field.type == tuple[str, ...]:
            values[field.name] = tuple(part.strip() for part in raw.split(",") if part.strip())
        else:
            values[field.name] = raw
    settings = Settings(**values)  # type: ignore[arg-type] # each value was made by its field's type
    settings = Settings(**{**settings.__dict__, "database_url": _database_url(settings.database_url)})
    return _checked(settings)
