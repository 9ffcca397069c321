"""Filters of the ledger."""

from flask_babel import lazy_gettext as _l

from activation.messages.ledger import Standing
from activation.web.forms import DateField, EnumSelect, QueryForm
from models.enums import Channel, MessageKind


class LedgerFilter(QueryForm):
    day = DateField(_l("Day"))
    channel = EnumSelect(Channel, _l("Channel"), blank=_l("All channels"))
    kind = EnumSelect(MessageKind, _l("Message"), blank=_l("All messages"))
    standing = EnumSelect(Standing, _l("State"), blank=_l("All states"))
