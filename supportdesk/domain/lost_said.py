"""What is read back to a caller who reported a card, and the proof that they did."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from babel.dates import format_date, format_datetime

from supportdesk.domain.document import Block, Document, Facts, Heading, Paragraph, Table
from supportdesk.domain.lost import Claimed, Report, Standing, kept_until
from supportdesk.domain.lost_texts import Delivery, Service, Words
from supportdesk.domain.money import format_money


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What there is to say about a report.

    Attributes:
        pending: keys of the claimed purchases that were not settled.
        new4: last digits of the virtual card that is ready, "" for none.
        entry: id of the journal's entry of the report.
    """

    report: Report
    standing: Standing
    pending: frozenset[str] = frozenset()
    new4: str = ""
    entry: str = ""


def read_back(told: Told, words: Words, delivery: Delivery) -> str:
    """Return the text that is read to the caller, one paragraph per matter."""
    report, standing = told.report, told.standing
    parts: list[str] = []
    off_at = report.frozen_at or standing.off_at
    if off_at is not None and standing.on_at is None:
        when = _moment(off_at, words)
        parts.append(words.say("off", last4=report.last4, off_at=when))
    if standing.on_at is not None:
        parts.append(words.say("found"))
    elif standing.cancelled:
        parts.append(words.say("stolen" if report.outcome == "stolen" else "lost"))
    else:
        parts.append(words.say("not_cancelled"))
    if standing.cancelled:
        parts += _new_cards(told, words, delivery)
    parts += _claims(report.claimed, told.pending, words)
    if standing.wallets:
        name = "wallets_one" if standing.wallets == 1 else "wallets"
        parts.append(words.say(name, count=standing.wallets))
    told_at = _moment(report.reported_at, words)
    parts.append(words.say("reference", number=report.number, told_at=told_at))
    parts.append(words.say("proof", kept_until=_day(report, words)))
    return "\n\n".join(parts)


def _new_cards(told: Told, words: Words, delivery: Delivery) -> list[str]:
    report, standing = told.report, told.standing
    if not standing.replacement:
        return [words.say("none")]
    service = delivery.services.get(report.service or "standard", Service())
    days = _days(service, words)
    if report.replacement == "virtual":
        return [words.say("virtual", new4=told.new4), words.say("new_virtual")]
    if report.replacement == "both" and standing.beside:
        sent = words.say("both", days=days, new4=told.new4)
    else:
        sent = words.say("physical", days=days)
    return [sent, words.say("new_card")]


def _days(service: Service, words: Words) -> str:
    if service.least is None or service.most is None:
        return words.say("days_unknown")
    return words.say("days", least=service.least, most=service.most)


def _claims(claimed: Collection[Claimed], pending: Collection[str], words: Words) -> list[str]:
    if not claimed:
        return []
    one = len(claimed) == 1
    waiting = sum(claim.key in pending for claim in claimed)
    if waiting == len(claimed):
        return [words.say("all_pending_one" if one else "all_pending", count=waiting)]
    parts = [words.say("disputed_one" if one else "disputed", count=len(claimed))]
    if waiting:
        parts.append(words.say("pending_one" if waiting == 1 else "pending", count=waiting))
    return [" ".join(parts)]


def proof(told: Told, words: Words, *, programme: str, now: float) -> Document:
    """Return the proof of notification (PSD2 article 70(1)(c)); `now` in Unix seconds."""
    report, standing = told.report, told.standing
    say = words.say
    outcome = say(f"w_{report.outcome}" if report.outcome else "w_open")
    off_at, no = report.frozen_at or standing.off_at, say("w_no")
    noticed = " ".join(part for part in (report.noticed_on, report.noticed_at) if part.strip())
    rows = [
        (say("p_number"), report.number),
        (say("p_name"), report.name),
        (say("p_card"), f"{report.brand} •••• {report.last4}".strip()),
        (say("p_told"), _exact(report.reported_at, words)),
        (say("p_as"), outcome),
        (say("p_off"), _exact(off_at, words, no)),
        # Of what another desk did this one does not know when; then nothing is said of it.
        (
            say("p_cancelled"),
            _exact(standing.cancelled_at, words, no if not standing.cancelled else ""),
        ),
        (say("p_new"), _exact(standing.replaced_at, words, no if not standing.replacement else "")),
        (say("p_noticed"), noticed),
        (say("p_where"), report.where),
        (say("p_pin"), say(f"w_{report.pin}") if report.pin else ""),
        (say("p_phone"), say(f"w_{report.phone}") if report.phone else ""),
        (say("p_entry"), told.entry),
        (say("p_made"), _exact(now, words)),
        (say("p_kept"), _day(report, words)),
    ]
    blocks: list[Block] = [
        Paragraph(say("p_body")),
        Facts([(label, value) for label, value in rows if value]),
        Heading(say("p_claimed")),
    ]
    if report.claimed:
        head = [say("p_shop"), say("p_when"), say("p_amount")]
        lines = [_claim(claim, told.pending, words) for claim in report.claimed]
        blocks.append(Table(head, lines, frozenset({2})))
    else:
        blocks.append(Paragraph(say("p_none")))
    return Document(say("p_title"), blocks, f"{programme} · {report.number}")


def _claim(claim: Claimed, pending: Collection[str], words: Words) -> list[str]:
    shop = claim.merchant.strip() or "–"
    if claim.key in pending:
        shop += f" ({words.say('w_pending')})"
    amount = format_money(claim.amount, claim.currency, _locale(words))
    return [shop, _exact(claim.at, words, "–"), amount]


def _locale(words: Words) -> str:
    # English without a country would write the month first.
    return {"en": "en_GB"}.get(words.language, words.language)


def _moment(unix: float, words: Words) -> str:
    at = datetime.fromtimestamp(unix).astimezone()
    return format_datetime(at, "short", tzinfo=at.tzinfo, locale=_locale(words))


def _exact(unix: float | None, words: Words, unsaid: str = "") -> str:
    """An instant with seconds and its offset from UTC, so that nobody has to guess the zone."""
    if unix is None:
        return unsaid
    at = datetime.fromtimestamp(unix).astimezone()
    shown = format_datetime(at, "medium", tzinfo=at.tzinfo, locale=_locale(words))
    return f"{shown} (UTC{at:%z})"


def _day(report: Report, words: Words) -> str:
    return format_date(kept_until(report.reported_at), "long", locale=_locale(words))
