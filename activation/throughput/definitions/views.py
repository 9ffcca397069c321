"""The page that says what each figure counts."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from activation.throughput.definitions import present

definitions = Blueprint("definitions", __name__)


@definitions.get("/throughput/definitions")
def page() -> ResponseReturnValue:
    return render_template("throughput/definitions.html", areas=present.areas(), splits=present.splits())
