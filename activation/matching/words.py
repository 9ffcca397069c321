"""How a requirement and what is known of it are written: the heads of a match's columns and the texts of its cells."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from flask_babel import gettext as _

from activation.matching.match import Cell
from activation.matching.rules import Asked
from activation.web.filters import date_text, label_of, number_text
from models.enums import LanguageLevel, Licence


def heading(asked: Asked, names: Mapping[int, str]) -> str:
    """The requirement in words. `names`: of the competences."""
    match asked.value:
        case LanguageLevel() as level:
            return str(_("Swedish: %(level)s", level=label_of(level)))
        case Licence() as licence:
            return str(_("Driving licence: %(licence)s", licence=label_of(licence)))
        case Decimal() as hours:
            return str(_("%(hours)s hours a week", hours=number_text(hours)))
        case date() as day:
            return str(_("Can start %(day)s", day=date_text(day)))
        case competence_id:
            return names[competence_id]


def said(cell: Cell) -> str:
    """What is known of the person, where it is more than has or has not; else ""."""
    match cell.said:
        case None:
            return ""
        case LanguageLevel() as level:
            return label_of(level)
        case Decimal() as hours:
            return str(_("%(hours)s hours a week", hours=number_text(hours)))
        case date() as day:
            return str(_("from %(day)s", day=date_text(day)))
        case licences:
            return ", ".join(label_of(licence) for licence in licences) or str(_("Has none"))
