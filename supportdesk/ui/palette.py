"""The one table of colours, for light and for dark, and which may be put on which."""

from __future__ import annotations

from typing import Literal, get_args

Scheme = Literal["light", "dark"]
Tone = Literal["good", "warn", "bad", "info", "neutral", "accent"]
TONES: tuple[Tone, ...] = get_args(Tone)


def tone_of(name: str) -> Tone:
    """Return the tone that a list or a rule names; neutral when there is no such tone."""
    return next((known for known in TONES if known == name), "neutral")


#: name: (light, dark)
COLOURS: dict[str, tuple[str, str]] = {
    "surface": ("#EEF0F4", "#14161C"),
    "panel": ("#FFFFFF", "#1D2029"),
    "header": ("#FAFBFD", "#22262F"),
    "inset": ("#F5F6FA", "#262A35"),
    "border": ("#DEE2E9", "#353B48"),
    "line": ("#EBEEF2", "#2B303B"),
    "edge": ("#C3CAD6", "#4D5567"),
    "text": ("#171A23", "#E9EBF1"),
    "muted": ("#5C6474", "#A0A8B8"),
    "faint": ("#AFB6C3", "#5D6576"),
    "accent": ("#4F46E5", "#5B53E8"),
    "accent_hover": ("#4338CA", "#6159EA"),
    "on_fill": ("#FFFFFF", "#FFFFFF"),
    "link": ("#4338CA", "#AEB0FF"),
    "selected": ("#EFEEFD", "#2C2D4C"),
    "hover": ("#F3F4F8", "#2A2F3A"),
    "danger": ("#BE2323", "#C43636"),
    "danger_hover": ("#A31C1C", "#B22D2D"),
    "good": ("#0A6B38", "#67D6A0"),
    "good_soft": ("#E2F5E9", "#15372A"),
    "warn": ("#845003", "#F1C36B"),
    "warn_soft": ("#FDF1D2", "#3B3015"),
    "bad": ("#AE1B1B", "#FFA39B"),
    "bad_soft": ("#FDE7E5", "#451F20"),
    "bad_wash": ("#FEF3F1", "#33201F"),
    "info": ("#1A56A8", "#8FC1FF"),
    "info_soft": ("#E3EEFC", "#182F4E"),
    "neutral": ("#4D5565", "#BCC3D0"),
    "neutral_soft": ("#EBEDF2", "#303542"),
    "accent_ink": ("#5B21B6", "#C9B8FF"),
    "accent_soft": ("#EBE6FE", "#332A57"),
    "practice": ("#6D28D9", "#6D28D9"),
    "sandbox": ("#9A5B00", "#9A5B00"),
    "live": ("#0F766E", "#0F766E"),
    "dot_good": ("#16A34A", "#2FBF71"),
    "dot_warn": ("#D08700", "#E2A63B"),
    "dot_bad": ("#DC2626", "#F0605A"),
    "card": ("#4338CA", "#4338CA"),
    "card_end": ("#6A5AE6", "#6A5AE6"),
    "card_off": ("#56637A", "#4A5568"),
    "card_off_end": ("#66728A", "#5C6980"),
}

_GROUNDS = ("surface", "panel", "header", "inset", "selected", "hover")
_SIGNS = ("good", "warn", "bad", "info", "neutral")

#: Every ink with every ground it may be put on; all of them reach 4.5:1 (WCAG 2.2, 1.4.3).
PAIRS: frozenset[tuple[str, str]] = frozenset(
    [(ink, ground) for ink in ("text", "muted", "link") for ground in _GROUNDS]
    + [(sign, ground) for sign in (*_SIGNS, "accent_ink") for ground in _GROUNDS]
    + [(ink, f"{sign}_soft") for sign in (*_SIGNS, "accent") for ink in ("text", "muted", "link")]
    + [(sign, f"{sign}_soft") for sign in _SIGNS]
    + [(ink, "bad_wash") for ink in ("text", "muted")]
    + [("accent_ink", "accent_soft")]
    + [("on_fill", fill) for fill in ("accent", "accent_hover", "danger", "danger_hover")]
    + [("on_fill", fill) for fill in ("practice", "sandbox", "live")]
    + [("on_fill", fill) for fill in ("card", "card_end", "card_off", "card_off_end")]
)


def value(name: str, scheme: Scheme) -> str:
    """Return `#RRGGBB` of a colour in a scheme; KeyError for a name that is not in the table."""
    return COLOURS[name][scheme == "dark"]


def ink_of(tone: Tone) -> str:
    """Return the name of the text colour of a tone."""
    return "accent_ink" if tone == "accent" else tone


def ground_of(tone: Tone) -> str:
    """Return the name of the soft background of a tone."""
    return f"{tone}_soft"
