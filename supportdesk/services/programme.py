"""What of the settings decides clocks."""

from __future__ import annotations

from datetime import date

from supportdesk.config import Settings
from supportdesk.domain.clocks import Programme


def programme(settings: Settings) -> Programme:
    """Return the programme's regimes, place and own closing days."""
    return Programme(
        regimes=settings.regimes,
        country=settings.programme_country,
        subdivision=settings.programme_subdivision,
        handling_model=settings.handling_model,
        closed=frozenset(date.fromisoformat(day) for day in settings.closing_days),
        financial=settings.financial_calendar,
    )
