"""Set up, run and test Supportdesk from a checkout: `python3 packaging/dev.py --help`."""

# This file stays readable for every Python since 2.7, so that a wrong one gets a sentence.
import os
import sys

if not (3, 11) <= sys.version_info[:2] <= (3, 13):
    sys.exit(
        "Supportdesk needs Python 3.11, 3.12 or 3.13, and this is Python {}.{} ({}). "
        "Start the same command with one of those, for example: python3.12 {}".format(
            sys.version_info[0], sys.version_info[1], sys.executable, " ".join(sys.argv)
        )
    )

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from devtools.commands import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
