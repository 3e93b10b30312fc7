"""Command line: open the desk, practice server, tour."""

from __future__ import annotations

import argparse
import sys


def _parser() -> argparse.ArgumentParser:
    from supportdesk.practice import cli as practice

    parser = argparse.ArgumentParser(prog="supportdesk", description=__doc__)
    parser.add_argument("--data-dir", help="keep everything the program stores in this folder")
    commands = parser.add_subparsers(dest="command")
    practice.add_arguments(
        commands.add_parser("practice", help="serve a practice Stripe on 127.0.0.1")
    )
    return parser


def main(argv: list[str] | None = None) -> int:
    """Run the program; returns the exit status."""
    args = _parser().parse_args(argv)
    if args.command == "practice":
        from supportdesk.practice import cli as practice

        return practice.run(args)
    return 2


if __name__ == "__main__":
    sys.exit(main())
