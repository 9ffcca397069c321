"""Forms of sign-in, profile and the administrator's pages."""

from flask_babel import lazy_gettext

from activation.web.forms import (
    BaseForm,
    BooleanField,
    ChoiceSelect,
    EmailField,
    EnumSelect,
    PasswordField,
    QueryForm,
    Required,
    TextField,
)
from models.enums import Role


class SignInForm(BaseForm):
    # Plain text: an address that is none gets the same answer as a wrong password.
    email = TextField(
        lazy_gettext("E-mail"),
        [Required()],
        max_length=254,
        render_kw={"autocomplete": "username", "inputmode": "email", "autocapitalize": "none"},
    )
    password = PasswordField(
        lazy_gettext("Password"), [Required()], render_kw={"autocomplete": "current-password"}
    )


class ChangePasswordForm(BaseForm):
    current = PasswordField(
        lazy_gettext("Present password"), [Required()], render_kw={"autocomplete": "current-password"}
    )
    new = PasswordField(
        lazy_gettext("New password"), [Required()], render_kw={"autocomplete": "new-password"}
    )
    again = PasswordField(
        lazy_gettext("New password once more"), [Required()], render_kw={"autocomplete": "new-password"}
    )


class PreferencesForm(BaseForm):
    wants_email = BooleanField(lazy_gettext("Reminders of follow-up tasks by e-mail"))
    wants_digest = BooleanField(lazy_gettext("The digest: what is overdue, due today and at risk, by e-mail"))
    wants_invitations = BooleanField(lazy_gettext("My meetings as invitations for the calendar, by e-mail"))


class StaffSearchForm(QueryForm):
    q = TextField(lazy_gettext("Name or e-mail"))


class AccountForm(BaseForm):
    """What adding and changing an account share."""

    name = TextField(lazy_gettext("Name"), [Required()], max_length=120)
    role = EnumSelect(Role, lazy_gettext("Role"), [Required()], blank=lazy_gettext("Choose a role"))
    unit_id = ChoiceSelect(lazy_gettext("Unit"), blank=lazy_gettext("Choose a unit"))
    new_unit = TextField(lazy_gettext("Or the name of a new unit"), max_length=120)


class AddStaffForm(AccountForm):
    email = EmailField(lazy_gettext("E-mail"), [Required()])
    password = PasswordField(lazy_gettext("Initial password"), render_kw={"autocomplete": "new-password"})


class EditStaffForm(AccountForm):
    active = BooleanField(lazy_gettext("Active: can sign in"))
    new_password = BooleanField(lazy_gettext("Make a new password, and end all sessions of this account"))


class NameStaffForm(BaseForm):
    case_number = TextField(lazy_gettext("Case number"), [Required()], max_length=60)
    email = EmailField(lazy_gettext("The staff member's e-mail"), [Required()])
