"""What can be asked of a practice server on the command line.

Apart from the server, so that a command line that asks for none need not load it.
"""

from __future__ import annotations

import argparse
import datetime


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of the practice server."""
    parser.add_argument("--port", type=int, default=0, help="0 takes any free port (default)")
    parser.add_argument("--seed", type=int, default=1, help="same seed and date, same programme")
    parser.add_argument(
        "--date", type=datetime.date.fromisoformat, help="YYYY-MM-DD, default today (UTC)"
    )
    parser.add_argument("--cardholders", type=int, default=200, help="size of the programme")
    parser.add_argument("--rate-limit", choices=("live", "sandbox", "off"), default="off")
    parser.add_argument("--latency", type=int, default=0, metavar="MS", help="added to each answer")
    parser.add_argument(
        "--automatic-shipping", action="store_true", help="parcels travel by the clock"
    )
    parser.add_argument(
        "--parent-pipe", action="store_true", help="end when standard input is closed"
    )
