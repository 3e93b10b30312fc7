"""How far the mirror is and what was asked of Stripe, in words."""

from __future__ import annotations

from supportdesk.services.progress import Progress
from supportdesk.services.reads import Reads, pause
from supportdesk.ui.text import age, number, tr


def filling(progress: Progress, up_to_date: float | None) -> tuple[str, float | None]:
    """Return what to say of the mirror, and how much of 1 is read: 0 if nobody knows, None if all.

    Args:
        up_to_date: seconds since all changes were known; None if they never were.
    """
    if progress.problem is not None:
        return progress.problem.title, None
    if progress.kind:
        return _reading(progress), _share(progress)
    if up_to_date is not None:
        return tr("up to date {age}", age=age(up_to_date)), None
    return tr("not read yet"), None


def _reading(progress: Progress) -> str:
    counts = dict(progress.counts) or {progress.kind: progress.count}
    kinds = _kinds()
    each = (tr("{n} {kind}", n=number(n), kind=kinds.get(kind, kind)) for kind, n in counts.items())
    so_far = ", ".join(each)
    if progress.state == "paused":
        return tr("reading is paused, so far {what}", what=so_far)
    if progress.state == "stopped":
        return tr("reading was stopped, so far {what}", what=so_far)
    words = tr("reading from Stripe, so far {what}", what=so_far)
    if progress.rate:
        words += tr(" · {n} a second", n=number(round(progress.rate)))
    if progress.left is not None:
        words += tr(" · about {time} left", time=_time(progress.left))
    return words


def filling_in_short(progress: Progress) -> str:
    """Return the same in a few words for a narrow window; "" if there is nothing to shorten."""
    if progress.problem is not None or not progress.kind:
        return ""
    if progress.state == "paused":
        return tr("paused")
    if progress.state == "stopped":
        return tr("stopped")
    if progress.left is None:
        return tr("reading from Stripe")
    return tr("reading, about {time} left", time=_time(progress.left))


def _share(progress: Progress) -> float:
    if progress.left is None or not progress.rate:
        return 0.0
    read = sum(progress.counts.values())
    return read / max(1.0, read + progress.left * progress.rate)


def _time(seconds: float) -> str:
    if seconds < 90:
        return tr("{n} s", n=number(max(1, round(seconds))))
    if seconds < 5400:
        return tr("{n} min", n=number(round(seconds / 60)))
    return tr("{n} h", n=number(round(seconds / 3600)))


def reads(read: Reads, now: float) -> str:
    """Return what this desk has read from Stripe, today and this month, and how often it looks.

    Args:
        now: Unix seconds.
    """
    words = tr(
        "Read from Stripe today: {today} requests. This month: {month} of {allowed}.",
        today=number(read.today),
        month=number(read.month - read.filling),
        allowed=number(read.allowed),
    )
    if read.filling:
        words += " " + tr("Filling the mirror took {n} more.", n=number(read.filling))
    if read.month - read.filling >= read.allowed:
        words += " " + tr("This month's reads are used up, so the desk looks as seldom as it can.")
    return f"{words} {_pace(read, now)}"


def _pace(read: Reads, now: float) -> str:
    often, seldom = (_time(pause(now, read, attended=attended)) for attended in (True, False))
    return tr(
        "It looks for what is new every {often} while a person is open, else every {seldom}; "
        "not while it is locked or nobody has used it for a while.",
        often=often,
        seldom=seldom,
    )


def _kinds() -> dict[str, str]:
    return {
        "cardholders": tr("cardholders"),
        "cards": tr("cards"),
        "disputes": tr("disputes"),
        "transactions": tr("purchases"),
        "authorizations": tr("authorisations"),
    }
