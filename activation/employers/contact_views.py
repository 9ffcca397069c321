"""Pages of the contact log: one line more, and whom to contact."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from activation.accounts.sign_in import current_actor
from activation.clocks.calendar import local_date
from activation.employers.contact_forms import ContactedForm, ContactForm
from activation.employers.contact_queries import (
    ContactLine,
    Whose,
    contacts_of,
    employers_to_contact,
    workplaces_to_choose,
)
from activation.employers.contact_service import add_contact
from activation.employers.loaders import load_employer
from activation.employers.queries import workplace_of
from activation.web.converters import row_id
from activation.web.edge import now
from activation.web.forms import errors_shown_in, form_page, submitted
from activation.web.paging import PAGE_SIZE, page_asked_for, pager
from models import Employer, Workplace
from models.enums import ContactWay, Role

contacts = Blueprint("contacts", __name__)


@contacts.app_template_global("contacts_of")
def _contacts_of(employer_id: int, workplace_id: int | None = None) -> tuple[list[ContactLine], int]:
    """For templates/employers/contact_section.html, on whichever page it stands."""
    return contacts_of(employer_id, workplace_id=workplace_id)


def _workplace_of(employer: Employer, workplace_id: int | None) -> Workplace | None:
    """The workplace that was named, if it is one of this employer's."""
    found = workplace_of(workplace_id) if workplace_id is not None else None
    return found if found is not None and found.employer_id == employer.id else None


@contacts.get("/employers/contacts")
def to_contact() -> ResponseReturnValue:
    actor = current_actor()
    default = Whose.UNIT if actor.role is Role.UNIT_LEAD else Whose.MINE
    whose = Whose(request.args["whose"]) if request.args.get("whose") in set(Whose) else default
    number = page_asked_for()
    found, total = employers_to_contact(actor, whose, limit=PAGE_SIZE, offset=(number - 1) * PAGE_SIZE)
    return render_template(
        "employers/contact_list.html",
        found=found,
        total=total,
        whose=whose.value,
        today=local_date(now()),
        ways=list(ContactWay),
        pager=pager(page=number, shown=len(found), total=total),
    )


@contacts.route("/employers/<int:employer_id>/contacts/new", methods=["GET", "POST"])
def add(employer_id: int) -> ResponseReturnValue:
    """`?workplace=`: where the contact was with one workplace; then that page comes after."""
    employer, _owner = load_employer(employer_id)
    here = _workplace_of(employer, request.args.get("workplace", type=row_id))
    form = ContactForm(data={"on_date": local_date(now()), "workplace_id": here.id if here else None})
    form.workplace_id.offer(workplaces_to_choose(employer.id))
    if submitted(form):
        with errors_shown_in(form):
            add_contact(
                actor=current_actor(),
                employer=employer,
                workplace=_workplace_of(employer, form.workplace_id.data),
                **form.values("on_date", "way", "with_whom", "text", "next_on"),
                now=now(),
            )
            flash(_("The contact was written down."), "success")
            return redirect(_after(employer, here), code=303)
    return form_page("employers/contact.html", form, employer=employer, back=_after(employer, here))


def _after(employer: Employer, here: Workplace | None) -> str:
    if here is not None:
        return url_for("employers.workplace", workplace_id=here.id, _anchor="contacts")
    return url_for("employers.employer", employer_id=employer.id, _anchor="contacts")


@contacts.post("/employers/<int:employer_id>/contacted")
def contacted(employer_id: int) -> ResponseReturnValue:
    """One press: there was a contact today. What was said can be written in the form instead."""
    employer, _owner = load_employer(employer_id)
    form = ContactedForm()
    if submitted(form):
        add_contact(
            actor=current_actor(),
            employer=employer,
            workplace=None,
            on_date=local_date(now()),
            way=form.way.data,
            with_whom="",
            text="",
            next_on=None,
            now=now(),
        )
        flash(_("The contact with %(name)s was written down.", name=employer.name), "success")
    else:
        flash(_("Choose in which way you were in contact."), "warning")
    whose = request.args.get("whose", "")
    return redirect(url_for("contacts.to_contact", whose=whose if whose in set(Whose) else None), code=303)
