"""Signing in and out, one's own account, and the administrator's pages."""

import math
from datetime import timedelta

from flask import (
    Blueprint,
    Response,
    abort,
    flash,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user

from activation.accounts import service
from activation.accounts.forms import (
    AccountForm,
    AddStaffForm,
    ChangePasswordForm,
    EditStaffForm,
    NameStaffForm,
    PreferencesForm,
    SignInForm,
    StaffSearchForm,
)
from activation.accounts.queries import StaffPage, account, open_cases_of, staff_page, units_to_choose
from activation.accounts.sign_in import current_actor, end_session, local_path, start_session
from activation.caseload.visibility import CASE_ROLES
from activation.context import settings
from activation.database import db
from activation.web.converters import row_id
from activation.web.edge import now
from activation.web.forms import errors_shown_in, form_page, submitted
from activation.web.language import COOKIE, LANGUAGES
from models import Staff, Unit
from models.errors import FieldError
from models.texts import N_

accounts = Blueprint("accounts", __name__)

ONE_YEAR = timedelta(days=365)


def _remember_language(response: Response, language: str) -> Response:
    """In a cookie too: pages without sign-in, and the one that says the database is away, know it from there."""
    secure = settings().base_url.startswith("https://")
    response.set_cookie(COOKIE, language, max_age=ONE_YEAR, httponly=True, samesite="Lax", secure=secure)
    return response


@accounts.route("/sign-in", methods=["GET", "POST"])
def sign_in() -> ResponseReturnValue:
    """A wrong password answers 200, so that the failed attempt is committed."""
    after = local_path(request.args.get("next")) or url_for("web.start")
    if current_user.is_authenticated:
        return redirect(after, code=303)
    form = SignInForm()
    if not submitted(form):
        return form_page("accounts/sign_in.html", form)
    result = service.authenticate(
        email=form.email.data,
        password=form.password.data,
        address=request.remote_addr or "",
        secret=settings().secret_key,
        now=now(),
    )
    if result.staff is not None:
        start_session(result.staff)
        return _remember_language(make_response(redirect(after, code=303)), result.staff.language)
    if result.wait is not None:
        return _too_many(form, result.wait)
    form.form_errors.append(_("The e-mail or the password is wrong, or the account is not active."))
    return render_template("accounts/sign_in.html", form=form)


def _too_many(form: SignInForm, wait: timedelta) -> ResponseReturnValue:
    minutes = max(1, math.ceil(wait / timedelta(minutes=1)))
    form.form_errors.append(
        ngettext(
            "Too many attempts. Wait %(num)s minute, then try again.",
            "Too many attempts. Wait %(num)s minutes, then try again.",
            minutes,
        )
    )
    html = render_template("accounts/sign_in.html", form=form)
    return html, 429, {"Retry-After": str(math.ceil(wait.total_seconds()))}


@accounts.post("/sign-out")
def sign_out() -> ResponseReturnValue:
    service.end_sessions(actor=current_actor(), staff=_load_staff(current_user.id))
    end_session()
    flash(_("You are signed out, here and everywhere else."), "success")
    return redirect(url_for("accounts.sign_in"), code=303)


@accounts.post("/language")
def switch_language() -> ResponseReturnValue:
    language = request.form.get("language", "")
    if language not in LANGUAGES:
        abort(400)
    if current_user.is_authenticated:
        service.set_language(
            actor=current_actor(), staff=_load_staff(current_user.id), language=language, now=now()
        )
    after = local_path(request.form.get("next")) or url_for("web.start")
    return _remember_language(make_response(redirect(after, code=303)), language)


@accounts.route("/profile", methods=["GET", "POST"])
def profile() -> ResponseReturnValue:
    """One's own account. A wrong present password answers 200, so that the failed attempt is committed."""
    staff = _load_staff(current_user.id)
    form = ChangePasswordForm()
    if not submitted(form):
        return form_page("accounts/profile.html", form, **_about(staff))
    with errors_shown_in(form):
        service.change_own_password(
            actor=current_actor(),
            staff=staff,
            current=form.current.data,
            new=form.new.data,
            again=form.again.data,
            secret=settings().secret_key,
            address=request.remote_addr or "",
            now=now(),
        )
        start_session(staff)
        flash(_("Your password was changed. You are signed out everywhere else."), "success")
        return redirect(url_for("accounts.profile"), code=303)
    return render_template("accounts/profile.html", form=form, **_about(staff))


def _about(staff: Staff) -> dict[str, object]:
    """What the page of one's own account shows besides the form of the password."""
    return {
        "staff": staff,
        "preferences": PreferencesForm(formdata=None, obj=staff),
        "has_calendar": staff.role in CASE_ROLES,
        "calendar_address": _calendar_address(staff.calendar_key) if staff.calendar_key else "",
    }


def _calendar_address(secret: str) -> str:
    """The whole address, as a calendar program wants it."""
    return settings().base_url.rstrip("/") + url_for("feeds.calendar", secret=secret)


@accounts.post("/profile/messages")
def set_preferences() -> ResponseReturnValue:
    form = PreferencesForm()
    if not submitted(form):
        abort(400)
    service.set_preferences(
        actor=current_actor(), staff=_load_staff(current_user.id), now=now(), **form.values()
    )
    flash(_("Your choice was saved."), "success")
    return redirect(url_for("accounts.profile", _anchor="messages"), code=303)


@accounts.post("/profile/calendar")
def make_calendar_address() -> ResponseReturnValue:
    service.make_calendar_address(actor=current_actor(), staff=_load_staff(current_user.id), now=now())
    flash(_("The address of your calendar was made. An earlier one no longer works."), "success")
    return redirect(url_for("accounts.profile", _anchor="calendar"), code=303)


@accounts.post("/profile/calendar/revoke")
def revoke_calendar_address() -> ResponseReturnValue:
    service.revoke_calendar_address(actor=current_actor(), staff=_load_staff(current_user.id), now=now())
    flash(_("The address of your calendar no longer works."), "success")
    return redirect(url_for("accounts.profile", _anchor="calendar"), code=303)


@accounts.get("/staff")
def staff_list() -> ResponseReturnValue:
    form = StaffSearchForm()
    search = form.given().get("q", "")
    page = staff_page(
        search=search,
        after=request.args.get("after", type=row_id),
        before=request.args.get("before", type=row_id),
    )
    return render_template("accounts/staff_list.html", form=form, page=page, pager=_pager(page, search))


def _pager(page: StaffPage, search: str) -> dict[str, str | None]:
    def href(after: int | None = None, before: int | None = None) -> str | None:
        if after is None and before is None:
            return None
        return url_for("accounts.staff_list", q=search or None, after=after, before=before)

    return {
        "previous_href": href(before=page.before),
        "next_href": href(after=page.after),
        "text": ngettext("%(num)s account", "%(num)s accounts", page.total),
    }


@accounts.route("/staff/add", methods=["GET", "POST"])
def staff_add() -> ResponseReturnValue:
    """The page after adding is shown at once and not redirected to: it holds the password, once."""
    form = AddStaffForm()
    form.unit_id.offer(units_to_choose())
    if submitted(form):
        with errors_shown_in(form):
            added = service.add_staff(
                actor=current_actor(),
                unit=_chosen_unit(form),
                password=form.password.data,
                language=settings().language,
                now=now(),
                **form.values("name", "email", "role"),
            )
            return render_template(
                "accounts/password_once.html", staff=added.staff, password=added.password, new=True
            )
    return form_page("accounts/staff_add.html", form)


@accounts.route("/staff/<int:staff_id>", methods=["GET", "POST"])
def staff_edit(staff_id: int) -> ResponseReturnValue:
    staff = _load_staff(staff_id)
    form = EditStaffForm(obj=staff)
    form.unit_id.offer(units_to_choose())
    if submitted(form):
        with errors_shown_in(form):
            service.update_staff(
                actor=current_actor(),
                staff=staff,
                unit=_chosen_unit(form),
                now=now(),
                **form.values("name", "role", "active"),
            )
            if form.new_password.data:
                password = service.set_password(actor=current_actor(), staff=staff, now=now())
                return render_template(
                    "accounts/password_once.html", staff=staff, password=password, new=False
                )
            flash(_("The account was saved."), "success")
            return redirect(url_for("accounts.staff_list"), code=303)
    return form_page("accounts/staff_edit.html", form, staff=staff, open_cases=open_cases_of(staff_id))


@accounts.route("/protected-cases", methods=["GET", "POST"])
def name_staff_on_case() -> ResponseReturnValue:
    form = NameStaffForm()
    if submitted(form):
        with errors_shown_in(form):
            remove = request.form.get("do") == "remove"
            verb = service.unname_staff if remove else service.name_staff
            done = verb(actor=current_actor(), now=now(), **form.values("case_number", "email"))
            flash(*_named_text(done=done, removed=remove))
            return redirect(url_for("accounts.name_staff_on_case"), code=303)
    return form_page("accounts/name_staff_on_case.html", form)


def _named_text(*, done: bool, removed: bool) -> tuple[str, str]:
    if removed:
        return (
            (_("Done: the person is no longer named on the case."), "success")
            if done
            else (
                _("The person was not named on that case. Nothing was changed."),
                "info",
            )
        )
    return (
        (_("Done: the person is named on the case."), "success")
        if done
        else (
            _("The person was named on that case already. Nothing was changed."),
            "info",
        )
    )


def _load_staff(staff_id: int) -> Staff:
    staff = account(staff_id)
    if staff is None:
        abort(404)
    return staff


def _chosen_unit(form: AccountForm) -> Unit:
    if form.new_unit.data:
        return service.get_or_make_unit(form.new_unit.data)
    unit = db.session.get(Unit, form.unit_id.data) if form.unit_id.data else None
    if unit is None:
        raise FieldError("unit_id", N_("Choose a unit, or write the name of a new one."))
    return unit
