"""What WTForms itself says, in words of ours, so that one catalogue holds every text of the product."""

from flask_babel import gettext

from models.texts import N_

# WTForms' own English → ours. Whatever is missing here is shown as WTForms wrote it.
INSTEAD = {
    "This field is required.": N_("This must be filled in."),
    "Not a valid choice.": N_("Choose one from the list."),
    "Not a valid choice": N_("Choose one from the list."),
    "Invalid Choice: could not coerce.": N_("Choose one from the list."),
    "Invalid choice(s): one or more data inputs could not be coerced.": N_("Choose from the list."),
    "'%(value)s' is not a valid choice for this field.": N_("Choose from the list."),
    "Invalid input.": N_("This cannot be used. Write it another way."),
    "Field must be equal to %(other_name)s.": N_("The two are not the same."),
    "Invalid CSRF Token.": N_("The page was open for too long. Load it again."),
    "CSRF token missing.": N_("The page was open for too long. Load it again."),
    "CSRF failed.": N_("The page was open for too long. Load it again."),
    "CSRF token expired.": N_("The page was open for too long. Load it again."),
}


class Texts:
    """The translations object of every form."""

    def gettext(self, text: str) -> str:
        found: str = gettext(INSTEAD.get(text, text))
        return found

    def ngettext(self, singular: str, plural: str, n: int) -> str:
        """WTForms fills in its own `%(value)s` afterwards: nothing is filled in here."""
        return self.gettext(singular if n == 1 or singular in INSTEAD else plural)
