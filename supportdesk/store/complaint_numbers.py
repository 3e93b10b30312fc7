"""Numbers of complaints: the next one of an account and year, without gaps, and the counters."""

from __future__ import annotations

from sqlalchemy import text
from sqlmodel import Session

from supportdesk.domain.chain import Break
from supportdesk.domain.complaints import PER_YEAR
from supportdesk.store.complaint_tables import HISTORY

# Both databases know this form; it holds the write lock, so two windows get two numbers, and a
# complaint that is not saved gives its number back.
_NEXT = text(
    "INSERT INTO complaint_numbers (account, year, last) VALUES (:account, :year, 1) "
    "ON CONFLICT (account, year) DO UPDATE SET last = complaint_numbers.last + 1 RETURNING last"
)
_TAKEN = text("SELECT 1 FROM complaints WHERE account = :account AND number = :number")
_SET = text("UPDATE complaint_numbers SET last = :last WHERE account = :account AND year = :year")
_HIGHEST = (
    f"SELECT account, place / {PER_YEAR} AS year, max(place) % {PER_YEAR} AS last FROM complaints"
    " GROUP BY 1, 2"
)
_LAST = text(f"SELECT last FROM ({_HIGHEST}) WHERE account = :account AND year = :year")
_WRONG = text(
    f"SELECT h.year FROM ({_HIGHEST}) h LEFT JOIN complaint_numbers n"
    " ON n.account = h.account AND n.year = h.year WHERE n.last IS NULL OR n.last <> h.last"
    " UNION SELECT year FROM complaint_numbers n WHERE last <> 0 AND NOT EXISTS"
    f" (SELECT 1 FROM complaints c WHERE c.account = n.account AND c.place / {PER_YEAR} = n.year)"
)


def next_number(session: Session, account: str, year: int) -> str:
    """Draw the next number of an account and year, such as CMP-2026-0117.

    A counter that somebody turned back goes on behind the highest number there is.
    """
    whose = {"account": account, "year": year}
    number = _number(year, session.execute(_NEXT, whose).scalar_one())
    if session.execute(_TAKEN, {"account": account, "number": number}).first() is not None:
        session.execute(_SET, {**whose, "last": session.execute(_LAST, whose).scalar_one()})
        number = _number(year, session.execute(_NEXT, whose).scalar_one())
    return number


def _number(year: int, last: int) -> str:
    return f"CMP-{year}-{last:04}"


def check_numbers(session: Session, after: int) -> tuple[int | None, list[Break]]:
    """Compare the counters with the complaints, all at once; as `complaint_care.check_records`."""
    years = session.execute(_WRONG).all()
    return None, [Break(0, "changed", HISTORY.name, 0, f"CMP-{year}") for (year,) in years]
