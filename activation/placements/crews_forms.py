"""Forms of crews."""

from flask_babel import lazy_gettext as _l

from activation.web.forms import BaseForm, ChoiceSelect, Required, TextField, VersionField


class CrewForm(BaseForm):
    name = TextField(_l("Name"), [Required()], max_length=120)
    supervisor_id = ChoiceSelect(_l("Supervisor"), blank=_l("The workplace's main supervisor"))


class EditCrewForm(CrewForm):
    version = VersionField()


class JoinForm(BaseForm):
    placement_id = ChoiceSelect(_l("Who"), [Required()], blank=_l("Choose"))
