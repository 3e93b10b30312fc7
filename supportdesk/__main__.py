"""Command line: open the desk, practice server, tour."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path


def _parser() -> argparse.ArgumentParser:
    from supportdesk.practice.arguments import add_arguments

    parser = argparse.ArgumentParser(
        prog="supportdesk", description="The desk of a Stripe Issuing support team."
    )
    parser.add_argument(
        "--data-dir", type=Path, help="keep everything the program stores in this folder"
    )
    parser.add_argument("--practice", action="store_true", help="open the practice desk")
    commands = parser.add_subparsers(dest="command", title="instead of opening the desk")
    add_arguments(commands.add_parser("practice", help="serve a practice Stripe on 127.0.0.1"))
    tour = commands.add_parser("tour", help="play one call, photograph and check each step")
    tour.add_argument("--out", type=Path, required=True, help="folder for the pictures")
    tour.add_argument("--theme", choices=("light", "dark"), default="light")
    tour.add_argument("--size", type=_size, default=(1360, 860), metavar="WxH")
    tour.add_argument(
        "--check-at",
        default="",
        metavar="URL",
        help="ask this practice Stripe what happened, instead of the one the desk works with",
    )
    return parser


def _size(text: str) -> tuple[int, int]:
    width, _, height = text.partition("x")
    try:
        size = int(width), int(height)
    except ValueError:
        raise argparse.ArgumentTypeError("width and height in pixels, such as 1360x860") from None
    if not all(200 <= side <= 8000 for side in size):
        raise argparse.ArgumentTypeError("between 200 and 8000 pixels each way")
    return size


def _has_display() -> bool:
    """Whether Qt can open a window; without a display it would end the process at once."""
    named = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    return not sys.platform.startswith("linux") or any(os.environ.get(name) for name in named)


def main(argv: list[str] | None = None) -> int:
    """Run the program; returns the exit status."""
    if (sys.argv[1:] if argv is None else argv) == ["evidence"]:  # started by the desk itself
        from supportdesk.services.evidence_child import main as evidence

        return evidence()
    args = _parser().parse_args(argv)
    if args.command == "practice":
        from supportdesk.practice import cli as practice

        return practice.run(args)
    if args.command == "tour":
        if not _has_display():
            os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
        from supportdesk.tour.run import TourOptions
        from supportdesk.tour.run import run as tour

        return tour(
            TourOptions(
                out=args.out,
                theme=args.theme,
                size=args.size,
                check_at=args.check_at,
                data_dir=args.data_dir,
            )
        )
    if not _has_display():
        print("There is no display here: Supportdesk needs a desktop session.", file=sys.stderr)
        return 1
    from supportdesk.app import run as desk
    from supportdesk.options import Options

    return desk(Options(data_dir=args.data_dir, practice=args.practice))


if __name__ == "__main__":
    sys.exit(main())
