"""`python -m scheduler`: the scheduler as a process of its own, as `activation scheduler`."""

import os
import sys

from activation.config import SettingsError, settings_from
from activation.core import create_core
from scheduler.process import serve


def main() -> int:
    try:
        settings = settings_from(os.environ)
        settings.require_serving()
    except SettingsError as error:
        print(error, file=sys.stderr)  # noqa: T201 - a message to whoever starts it
        return 2
    serve(create_core(settings))
    return 0


if __name__ == "__main__":
    sys.exit(main())
