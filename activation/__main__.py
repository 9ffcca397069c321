"""`python -m activation`: the same as `activation`."""

import sys

from activation.cli import main

if __name__ == "__main__":
    sys.exit(main())
