"""How it stands with an agreement on a day. Pure: dates in, answers out."""

from datetime import date, timedelta

from models.enums import Labelled
from models.texts import N_

# From this long before its end an agreement is shown as ending soon: time to meet and sign anew.
SOON = timedelta(days=60)


class AgreementState(Labelled):
    """Derived from the last day of the agreement signed last, never stored."""

    MISSING = "missing", N_("No agreement"), "warning"
    IN_FORCE = "in_force", N_("In force"), "success"
    EXPIRING = "expiring", N_("Expires soon"), "warning"
    EXPIRED = "expired", N_("Expired"), "danger"


def agreement_state(signed_on: date | None, valid_to: date | None, *, today: date) -> AgreementState:
    """How it stands with an agreement signed on a day (None: there is none) and valid through another (None: on)."""
    if signed_on is None:
        return AgreementState.MISSING
    if valid_to is None:
        return AgreementState.IN_FORCE
    if valid_to < today:
        return AgreementState.EXPIRED
    return AgreementState.EXPIRING if valid_to <= today + SOON else AgreementState.IN_FORCE
