"""Forms of attendance."""

from flask_babel import lazy_gettext as _l

from activation.web.forms import (
    BaseForm,
    BooleanField,
    ChoiceSelect,
    DateField,
    DecimalField,
    EnumRadios,
    LongTextField,
    QueryForm,
    Required,
    VersionField,
)
from models.enums import AccountWay, Labelled, Mark
from models.texts import N_


class Notified(Labelled):
    """Whether somebody told beforehand that they would be away: a question of its own beside valid or not."""

    YES = "yes", N_("Yes")
    NO = "no", N_("No")
    NOT_KNOWN = "not_known", N_("Not known")

    @classmethod
    def of(cls, stored: bool | None) -> "Notified":
        return cls.NOT_KNOWN if stored is None else cls.YES if stored else cls.NO

    @property
    def stored(self) -> bool | None:
        return None if self is Notified.NOT_KNOWN else self is Notified.YES


class MarkForm(BaseForm):
    mark = EnumRadios(Mark, _l("What was it?"), [Required()])
    hours = DecimalField(_l("Hours"), minimum=0, maximum=24)
    notified = EnumRadios(Notified, _l("Did the participant tell beforehand?"))
    certificate_on = DateField(_l("Certificate of sickness came on"))
    note = LongTextField(_l("Note"), max_length=2000, render_kw={"rows": 4})
    tried_to_ask = BooleanField(_l("I have tried to ask the participant"))
    by_phone = BooleanField(_l("The employer told me by phone"))
    version = VersionField()


class AccountForm(BaseForm):
    told_on = DateField(_l("Told on"), [Required()])
    way = EnumRadios(AccountWay, _l("How?"), [Required()])
    text = LongTextField(_l("What the participant says"), [Required()], max_length=4000)


class ReportForm(BaseForm):
    note = LongTextField(_l("What you did about it"), max_length=2000, render_kw={"rows": 3})
    # The session's, where the report is about one.
    version = VersionField()


class MonthFilter(QueryForm):
    month = ChoiceSelect(_l("Month"), coerce=str, blank=_l("The latest"))
