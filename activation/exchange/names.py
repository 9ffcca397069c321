"""When two names of a column, or two words of a list, are the same."""

import re
import unicodedata

JOINERS = re.compile(r"[\s\-_\u2010\u2011\u2013]+")
INVISIBLE = dict.fromkeys(map(ord, "\ufeff\u200b\u00ad"))


def fold(name: str) -> str:
    """A name without what does not matter: case, blanks around it, and whether - or _ or space joins it."""
    plain = unicodedata.normalize("NFC", name).translate(INVISIBLE).strip()
    return JOINERS.sub("_", plain).casefold()
