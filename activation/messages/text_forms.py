"""The form of a text."""

from flask_babel import lazy_gettext

from activation.web.forms import BaseForm, LongTextField, TextField, VersionField


class TextForm(BaseForm):
    """`version` is the id of the newest version when the form was opened, 0 where only the shipped text is."""

    subject = TextField(lazy_gettext("Subject"), max_length=200)
    body = LongTextField(lazy_gettext("Text"), max_length=5000)
    version = VersionField()
