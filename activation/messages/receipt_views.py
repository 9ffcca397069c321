"""Where the SMS provider tells what became of an SMS. The address is the key: nobody signs in, no cookie counts."""

from flask import Blueprint, abort, request
from flask.typing import ResponseReturnValue

from activation.messages.receipts import GarbledReceipt, UnknownReceipt, take_receipt
from activation.web.edge import now
from activation.web.json_body import json_body

hooks = Blueprint("hooks", __name__)


@hooks.post("/hooks/sms/<token>")
def sms_receipt(token: str) -> ResponseReturnValue:
    """Form fields as 46elks sends them, or the same names as JSON. Any 2xx tells the provider not to come again."""
    said = request.form.to_dict() or json_body()
    if not isinstance(said, dict):
        said = {}
    try:
        take_receipt(
            token,
            status=str(said.get("status", "")),
            provider_id=str(said.get("id", "")),
            delivered=str(said.get("delivered", "")),
            now=now(),
        )
    except UnknownReceipt:
        abort(404)
    except GarbledReceipt:
        abort(400)
    return "", 204
