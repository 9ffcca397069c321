"""Forms of standard texts, cost standards and letters."""

from typing import Any

from flask_babel import lazy_gettext as _l

from activation.web.forms import (
    BaseForm,
    BooleanField,
    ChoiceSelect,
    DateField,
    DecimalField,
    EnumSelect,
    LongTextField,
    Required,
    TextField,
    VersionField,
)
from activation.web.language import LANGUAGE_NAMES
from models.enums import CostPer, StandardTextKind


class TextForm(BaseForm):
    kind = EnumSelect(StandardTextKind, _l("What it begins"), [Required()], blank=_l("Choose"))
    language = ChoiceSelect(_l("Language"), [Required()], coerce=str)
    name = TextField(_l("Name"), [Required()], max_length=120)
    body = LongTextField(_l("Text"), [Required()], max_length=8000, render_kw={"rows": 16})
    active = BooleanField(_l("Can be chosen"), default=True)
    version = VersionField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.language.offer(LANGUAGE_NAMES.items())


class CostForm(BaseForm):
    name = TextField(_l("Cost"), [Required()], max_length=120)
    name_en = TextField(_l("Cost, in English"), max_length=120)
    amount = DecimalField(_l("Amount"), [Required()], minimum=0, maximum=999_999)
    per = EnumSelect(CostPer, _l("Reckoned"), [Required()])
    valid_from = DateField(_l("Holds from"), [Required()])
    valid_to = DateField(_l("Last day"))
    tip = LongTextField(_l("How it can be lowered"), max_length=2000, render_kw={"rows": 4})
    tip_en = LongTextField(_l("How it can be lowered, in English"), max_length=2000, render_kw={"rows": 4})
    version = VersionField()


class LetterForm(BaseForm):
    heading = TextField(_l("Heading"), [Required()], max_length=120)
    text = LongTextField(_l("Text"), [Required()], max_length=8000, render_kw={"rows": 18})
