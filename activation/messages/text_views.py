"""The texts that the product sends, for administrators: what they say, writing one's own, going back."""

from dataclasses import dataclass

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from activation.accounts.sign_in import current_actor
from activation.context import settings
from activation.messages.text_catalogue import TEXTS, TEXTS_BY_NAME
from activation.messages.text_files import Words, shipped
from activation.messages.text_forms import TextForm
from activation.messages.text_queries import Version, newest_version, newest_versions, versions_of
from activation.messages.text_rules import SmsLength, Text, check_text, fill, sms_length
from activation.messages.text_service import restore_text, save_text
from activation.messages.texts import PRODUCT, wording
from activation.web.edge import now
from activation.web.forms import errors_flashed, errors_shown_in, form_page, submitted
from activation.web.language import LANGUAGES, in_language
from models.enums import Channel

texts = Blueprint("texts", __name__)

ROWS, ROWS_OF_SMS = 14, 5


@dataclass(frozen=True)
class Preview:
    """A text as its reader would get it, with made-up values."""

    subject: str
    body: str
    length: SmsLength | None


@texts.get("/texts")
def overview() -> ResponseReturnValue:
    own = {key: version for key, version in newest_versions().items() if version.body}
    return render_template("messages/texts.html", texts=TEXTS, own=own, languages=LANGUAGES)


@texts.route("/texts/<name>/<any(sv, en):language>", methods=["GET", "POST"])
def edit(name: str, language: str) -> ResponseReturnValue:
    text = _text(name)
    newest = newest_version(name, language)
    words = wording().words(name, language)
    form = TextForm(
        data={"subject": words.subject, "body": words.body, "version": newest.id if newest else 0}
    )
    form.body.render_kw = {"rows": ROWS_OF_SMS if text.channel is Channel.SMS else ROWS}
    if submitted(form):
        stored = {"subject": words.subject, "body": words.body, "version": newest.id if newest else 0}
        with errors_shown_in(form, stored=stored):
            typed = Words(form.subject.data, form.body.data)
            if "preview" in request.form:
                check_text(text, subject=typed.subject, body=typed.body)
                return _page(text, language, form, newest, typed)
            new = save_text(
                actor=current_actor(),
                text=text,
                language=language,
                subject=typed.subject,
                body=typed.body,
                seen_version=form.version.data,
                now=now(),
            )
            flash(
                _("The text was saved.") if new else _("Nothing was changed."), "success" if new else "info"
            )
            return redirect(url_for("texts.edit", name=name, language=language), code=303)
    return _page(text, language, form, newest, words)


@texts.post("/texts/<name>/<any(sv, en):language>/shipped")
def restore(name: str, language: str) -> ResponseReturnValue:
    text, form = _text(name), TextForm()
    with errors_flashed():
        done = restore_text(
            actor=current_actor(), text=text, language=language, seen_version=form.version.data, now=now()
        )
        flash(
            _("The shipped text holds again.") if done else _("Nothing was changed."),
            "success" if done else "info",
        )
    return redirect(url_for("texts.edit", name=name, language=language), code=303)


def _text(name: str) -> Text:
    text = TEXTS_BY_NAME.get(name)
    if text is None:
        abort(404)
    return text


def _page(
    text: Text, language: str, form: TextForm, newest: Version | None, words: Words
) -> ResponseReturnValue:
    """`words`: those that the preview shows."""
    return form_page(
        "messages/text_edit.html",
        form,
        text=text,
        language=language,
        languages=LANGUAGES,
        is_own=newest is not None and bool(newest.body),
        newest_id=newest.id if newest else 0,
        versions=versions_of(text.name, language),
        shipped=shipped(text, language),
        preview=_preview(text, language, words),
    )


def _preview(text: Text, language: str, words: Words) -> Preview:
    with in_language(language):
        values = {p.name: _(p.sample) for p in text.placeholders if text.may_hold(p)}
    values["sender"] = settings().municipality or PRODUCT
    values["contact"] = settings().contact or values.get("contact", "")
    body = fill(words.body, values)
    length = sms_length(body) if text.channel is Channel.SMS else None
    return Preview(fill(words.subject, values), body, length)
