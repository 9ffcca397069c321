"""Forms of incorrect payments and reclaims."""

from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l

from activation.payment_errors.service import COLUMNS
from activation.web.forms import (
    BaseForm,
    ChoiceSelect,
    DateField,
    DecimalField,
    EnumSelect,
    IntegerField,
    LongTextField,
    MonthField,
    QueryForm,
    Required,
    VersionField,
)
from models.enums import AidWarning, PaymentErrorCause, PaymentErrorKind


class ErrorFilter(QueryForm):
    year = IntegerField(_l("Found in the year"), minimum=2000, maximum=2100)
    kind = EnumSelect(PaymentErrorKind, _l("What it was"), blank=_l("All"))


class ErrorForm(BaseForm):
    kind = EnumSelect(PaymentErrorKind, _l("What it was"), [Required()])
    period_from = MonthField(_l("First month"), [Required()])
    period_to = MonthField(_l("Final month"), [Required()])
    amount = DecimalField(_l("Amount"), [Required()], minimum=0, maximum=9_999_999)
    cause = EnumSelect(PaymentErrorCause, _l("Cause"), [Required()], blank=_l("Choose"))
    found_on = DateField(_l("Discovered on"), [Required()])
    found_by = ChoiceSelect(_l("Found by the warning"), blank=_l("Otherwise"), coerce=str)
    note = LongTextField(_l("Note"), max_length=2000, render_kw={"rows": 3})
    reclaim_decided_on = DateField(_l("Reclaim decided on"))
    reclaim_amount = DecimalField(_l("Amount reclaimed"), minimum=0, maximum=9_999_999)
    version = VersionField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.found_by.offer((warning.value, gettext(warning.label)) for warning in AidWarning)

    @property
    def columns(self) -> dict[str, Any]:
        """What is typed, as columns of PaymentError."""
        return {
            **self.values(*COLUMNS),
            "found_by": self.found_by.data or "",
            "note": (self.note.data or "").strip(),
        }


class RepaymentForm(BaseForm):
    """`seen`: how many repayments the page showed."""

    repaid_on = DateField(_l("Paid back on"), [Required()])
    repaid = DecimalField(_l("Amount paid back"), [Required()], minimum=0, maximum=9_999_999)
    seen = VersionField()
