"""Forms of competences, work profiles, needs and top-ups."""

from collections.abc import Iterable
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import SelectMultipleField, ValidationError, widgets
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined] # newer than the stubs

from activation.matching.needs import COLUMNS, KINDS_AT_EMPLOYERS, Terms
from activation.matching.rules import TERM_LENGTH, terms_in
from activation.web.forms import (
    BaseForm,
    BooleanField,
    ChoiceSelect,
    DateField,
    DecimalField,
    EnumRadios,
    EnumSelect,
    IntegerField,
    LongTextField,
    QueryForm,
    Required,
    TextField,
    VersionField,
    WeekdaysField,
)
from models.enums import (
    CompetenceKind,
    LanguageLevel,
    Licence,
    NeedKind,
    NeedState,
    PlacementKind,
    TopUpState,
)

HAS_NONE = "none"
# The list of terms that a browser proposes while one types (templates/matching/parts.html).
FROM_LIST = {"list": "terms", "autocomplete": "off"}
SEVERAL_LENGTH = 3_000


class TermFilter(QueryForm):
    """What of the list of competences is shown."""

    q = TextField(_l("Term"), max_length=TERM_LENGTH)
    kind = EnumSelect(CompetenceKind, _l("Kind"), blank=_l("All kinds"))
    free = BooleanField(_l("Only free terms, to take up or merge"))
    inactive = BooleanField(_l("Also those out of use"))


class TermForm(BaseForm):
    """A term of the list."""

    name = TextField(_l("Swedish"), [Required()], max_length=TERM_LENGTH)
    name_en = TextField(_l("English"), max_length=TERM_LENGTH)
    kind = EnumSelect(CompetenceKind, _l("Kind"), [Required()], blank=_l("Choose"))


class ChangeTermForm(TermForm):
    """A term as it is: taken up into the list or not, in use or not."""

    on_list = BooleanField(_l("On the municipality's list"))
    active = BooleanField(_l("In use: proposed when somebody types"))

    @property
    def term(self) -> dict[str, Any]:
        """The columns of Competence."""
        return {**self.values("name", "name_en", "kind", "active"), "is_free": not self.on_list.data}


class MergeForm(BaseForm):
    into = ChoiceSelect(_l("Becomes"), [Required()], blank=_l("Choose a term"))


class CompetencesForm(BaseForm):
    """What a participant can: one from the list, several at once."""

    term = TextField(_l("Competence"), max_length=SEVERAL_LENGTH, render_kw=FROM_LIST)
    more = LongTextField(_l("Several at once"), max_length=SEVERAL_LENGTH, render_kw={"rows": 3})
    note = TextField(_l("Note"), max_length=300)

    @property
    def terms(self) -> list[str]:
        return terms_in(self.term.data, self.more.data)


class LicencesField(SelectMultipleField):
    """Classes of licence as checkboxes, and one for "has none". Nothing ticked is None: not asked."""

    widget = widgets.ListWidget(prefix_label=False)
    option_widget = widgets.CheckboxInput()

    def __init__(self, label: Any = None, validators: Any = None, **kwargs: Any) -> None:
        choices = [SelectChoice(HAS_NONE, gettext("Has none"))]
        choices += [SelectChoice(licence.value, gettext(licence.label)) for licence in Licence]
        super().__init__(label, validators, choices=choices, **kwargs)

    def process_data(self, value: list[str] | None) -> None:
        self.data = value if value is None else list(value) or [HAS_NONE]

    def process_formdata(self, valuelist: list[Any]) -> None:
        self.data = [str(value) for value in valuelist] or None

    @property
    def held(self) -> list[str] | None:
        """As the profile stores them."""
        return None if self.data is None else [value for value in self.data if value != HAS_NONE]

    def post_validate(self, _form: object, _stopped: bool) -> None:
        if self.data and HAS_NONE in self.data and len(self.data) > 1:
            raise ValidationError(gettext("Choose either classes of licence or “Has none”."))


class ProfileForm(BaseForm):
    """What matters for finding a place. Blank is: not asked."""

    language_level = EnumSelect(LanguageLevel, _l("Swedish"), blank=_l("Not asked"))
    licences = LicencesField(_l("Driving licence"))
    hours_per_week = DecimalField(_l("Hours a week"), minimum=0, maximum=80)
    can_start_on = DateField(_l("Can start on"))
    wishes = LongTextField(_l("Wishes"), max_length=2_000, render_kw={"rows": 4})
    version = VersionField()

    @property
    def profile(self) -> dict[str, Any]:
        """The columns of WorkProfile."""
        return {**self.values(), "licences": self.licences.held}


class NeedFilter(QueryForm):
    """What of the needs is shown."""

    q = TextField(_l("Title, workplace or employer"), max_length=100)
    state = EnumSelect(NeedState, _l("State"), blank=_l("All, open first"))
    kind = EnumSelect(NeedKind, _l("Kind"), blank=_l("Job or placement"))
    starts_by = DateField(_l("Starts by"))


class NeedForm(BaseForm):
    """What an employer asks for."""

    kind = EnumRadios(NeedKind, _l("What is it?"), [Required()])
    placement_kind = EnumSelect(
        PlacementKind, _l("Kind of placement or subsidy"), blank=_l("Any"), only=KINDS_AT_EMPLOYERS
    )
    title = TextField(_l("What is asked for"), [Required()], max_length=160)
    tasks = LongTextField(_l("Work tasks"), max_length=5_000, render_kw={"rows": 4})
    positions = IntegerField(_l("How many people"), [Required()], minimum=1, maximum=999)
    hours_per_week = DecimalField(_l("Hours a week"), minimum=1, maximum=80)
    weekdays = WeekdaysField(_l("Weekdays"))
    starts_on = DateField(_l("First day"))
    ends_on = DateField(_l("Last day"))
    required_one = TextField(_l("Required competence"), max_length=SEVERAL_LENGTH, render_kw=FROM_LIST)
    required = LongTextField(_l("All that are required"), max_length=SEVERAL_LENGTH, render_kw={"rows": 3})
    wished_one = TextField(_l("Wished-for competence"), max_length=SEVERAL_LENGTH, render_kw=FROM_LIST)
    wished = LongTextField(_l("All that are wished for"), max_length=SEVERAL_LENGTH, render_kw={"rows": 3})
    language_level = EnumSelect(LanguageLevel, _l("Swedish, at least"), blank=_l("Not said"))
    licence = EnumSelect(Licence, _l("Driving licence"), blank=_l("None needed"))
    version = VersionField()

    @property
    def need(self) -> dict[str, Any]:
        """The columns of Need."""
        return self.values(*COLUMNS)

    @property
    def terms(self) -> Terms:
        return Terms(
            required=terms_in(self.required.data, self.required_one.data),
            wished=terms_in(self.wished.data, self.wished_one.data),
        )


class NeedStateForm(BaseForm):
    """A need is filled, withdrawn or opened again."""

    reason = TextField(_l("Reason"), max_length=300)
    version = VersionField()


class TopUpForm(BaseForm):
    """What closes a gap."""

    what = TextField(_l("What"), [Required()], max_length=200)
    place = TextField(_l("Where"), max_length=200)
    starts_on = DateField(_l("First day"), [Required()])
    ends_on = DateField(_l("Last day"))
    cost = DecimalField(_l("Cost"), minimum=0, maximum=10_000_000)
    version = VersionField()

    TOP_UP = ("what", "place", "starts_on", "ends_on", "cost")


class NewTopUpForm(TopUpForm):
    competence = TextField(_l("Competence"), [Required()], max_length=TERM_LENGTH, render_kw=FROM_LIST)


class EndTopUpForm(BaseForm):
    """How a top-up ended."""

    state = EnumRadios(
        TopUpState, _l("How did it end?"), [Required()], only=[TopUpState.DONE, TopUpState.INTERRUPTED]
    )
    ended_on = DateField(_l("When"), [Required()])
    reason = TextField(_l("Note, or why it was interrupted"), max_length=300)
    version = VersionField()


def lines_of(terms: Iterable[str]) -> str:
    """Terms as they stand in a field of several."""
    return "\n".join(terms)
