"""How limits are written: by name, by what is left, by what the count rests on."""

from __future__ import annotations

from datetime import UTC, datetime, tzinfo

from babel.dates import format_datetime

from supportdesk.domain.decline_texts import Texts, fill
from supportdesk.domain.limits import PER_PURCHASE, Purchase, Use
from supportdesk.domain.money import format_money


def write_time(unix: float, pattern: str, locale: str, zone: tzinfo | None = None) -> str:
    """Write an instant (Unix seconds) by a babel pattern, in the machine's zone by default."""
    at = datetime.fromtimestamp(unix, UTC).astimezone(zone)
    return format_datetime(at, pattern, tzinfo=at.tzinfo, locale=locale)


def limit_name(use: Use, texts: Texts, locale: str) -> str:
    """Return a limit by name, such as "Monthly limit of €2,000.00"."""
    amount = format_money(use.limit.amount, use.currency, locale)
    name = fill(texts.intervals.get(use.limit.interval, use.limit.interval), {"limit": amount})
    if use.limit.categories:
        kinds = ", ".join(category.replace("_", " ") for category in use.limit.categories)
        name = fill(texts.notes["limit_categories"], {"name": name, "categories": kinds})
    if use.owner == "cardholder":
        name = fill(texts.notes["limit_all_cards"], {"name": name})
    return name


def resets(use: Use, texts: Texts, locale: str) -> str:
    """Say when a limit begins anew; the day in UTC, as Stripe counts."""
    if use.resets is None:
        return texts.notes["never_resets"]
    day = write_time(use.resets, "d MMM", locale, UTC)
    return fill(texts.notes["resets"], {"day": day})


def limit_sentence(use: Use, purchase: Purchase, texts: Texts, locale: str) -> str:
    """Say by how much a purchase goes beyond a limit."""
    kind = "limit_per_authorization" if use.limit.interval == PER_PURCHASE else "limit"
    places = {
        "name": limit_name(use, texts, locale),
        "used": format_money(use.used, use.currency, locale),
        "asked": format_money(purchase.amount, purchase.currency, locale),
        "left": format_money(use.left, use.currency, locale),
        "resets": resets(use, texts, locale),
    }
    return fill(texts.controls[kind], places)


def basis(use: Use, texts: Texts, locale: str, zone: tzinfo | None = None) -> str:
    """Say what the used part of a limit rests on, and what may be missing."""
    notes = texts.notes
    said = [notes["estimate"]]
    if not use.complete:
        since = use.known_since
        known = since is not None and since > (use.began or 0)
        day = write_time(since or 0, "d MMM y", locale, zone)
        said.append(fill(notes["known_since" if known else "known_in_part"], {"day": day}))
    if use.unsure:
        amount = format_money(use.unsure, use.currency, locale)
        said.append(fill(notes["unsure"], {"amount": amount}))
    if use.net < 0:
        amount = format_money(-use.net, use.currency, locale)
        said.append(fill(notes["came_back"], {"amount": amount}))
    if use.mixed:
        said.append(fill(notes["mixed"], {"currency": use.currency.upper()}))
    return " ".join(said)
