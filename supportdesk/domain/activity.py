"""What a caller means by "the purchase": an authorisation and its captures as one line."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace

from supportdesk.domain.records import Authorization, Transaction

Moved = tuple[Transaction, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One purchase, refund or attempt.

    Attributes:
        state: declined, pending, settled, refunded, part_refunded, disputed, reversed, expired,
            refund (money back without a known purchase), refund_taken_back (the same undone), or
            Stripe's own unknown word.
        amount: minor units of `currency` as a person reads it: positive for a purchase, and
            for a refund the amount that came back. Settled: what was captured.
        at: Unix seconds of the first thing known about it; None when Stripe gave none.
        how: ways it was made: wallet, then method (chip, contactless, online, ...), then 3DS.
    """

    key: str
    state: str
    merchant: str
    amount: int
    currency: str
    merchant_amount: int
    merchant_currency: str
    at: int | None
    card_id: str
    how: tuple[str, ...] = ()
    authorization: Authorization | None = None
    captures: tuple[Transaction, ...] = ()
    refunds: tuple[Transaction, ...] = ()

    @property
    def captured(self) -> int:
        """Money that was charged, in minor units."""
        return _charged(self.captures)

    @property
    def refunded(self) -> int:
        """Money that came back, in minor units."""
        return sum(t.amount for t in self.refunds)

    @property
    def held(self) -> int:
        """What is still held beside what was captured already, in minor units."""
        authorization = self.authorization
        if authorization is None or authorization.status != "pending" or not self.captures:
            return 0
        return max(0, authorization.amount - self.captured)

    @property
    def over(self) -> int:
        """How much more was captured than was approved, such as a tip, in minor units."""
        authorization = self.authorization
        if authorization is None or not authorization.approved or not self.captures:
            return 0
        return max(0, self.captured - authorization.amount)

    @property
    def unasked(self) -> bool:
        """Whether the shop charged it without an authorisation (a forced capture)."""
        return bool(self.captures) and not any(t.authorization_id for t in self.captures)


def lines(
    authorizations: Iterable[Authorization], transactions: Iterable[Transaction]
) -> list[Line]:
    """Merge authorisations with their captures and refunds, newest first.

    Transactions without an authorisation (forced captures, unlinked refunds) are lines of their
    own. Those of one that is not known (older than what was read, or it may not be read) are one.
    """
    of_authorization: dict[str, list[Transaction]] = defaultdict(list)
    alone: list[Transaction] = []
    for transaction in transactions:
        if transaction.authorization_id:
            of_authorization[transaction.authorization_id].append(transaction)
        else:
            alone.append(transaction)
    each = {a.id: a for a in authorizations}.values()
    merged = [_purchase(a, of_authorization.pop(a.id, [])) for a in each]
    for some in of_authorization.values():
        captures, refunds = _apart(some)
        if captures:
            merged.append(_of_unknown(captures, refunds))
        else:
            alone += refunds
    merged += [_single(t) for t in alone]
    return sorted(merged, key=lambda line: (line.at or 0, line.key), reverse=True)


def _how(wallet: str, method: str = "", three_d_secure: str = "") -> tuple[str, ...]:
    secured = "3ds" if three_d_secure in ("authenticated", "attempt_acknowledged") else ""
    return tuple(word for word in (wallet, method, secured) if word)


def _purchase(authorization: Authorization, transactions: list[Transaction]) -> Line:
    captures, refunds = _apart(transactions)
    captured = _charged(captures)
    captured_abroad = -sum(t.merchant_amount for t in captures)
    refunded = sum(t.amount for t in refunds)
    if not authorization.approved and authorization.status != "pending":
        state = "declined"
    elif captures:
        state = _settled_state(captures, captured, refunded)
    else:
        state = authorization.status
    return Line(
        key=authorization.id,
        state=state,
        merchant=authorization.merchant.name,
        amount=captured if captures else _asked(authorization),
        currency=authorization.currency,
        merchant_amount=captured_abroad if captures else authorization.merchant_amount,
        merchant_currency=authorization.merchant_currency,
        at=authorization.created,
        card_id=authorization.card_id,
        how=_how(authorization.wallet, authorization.method, authorization.three_d_secure),
        authorization=authorization,
        captures=captures,
        refunds=refunds,
    )


def _asked(authorization: Authorization) -> int:
    """The amount asked for: a declined authorisation's own amount may be 0."""
    latest = authorization.latest_decision
    return authorization.amount or (latest.amount if latest else None) or 0


def _settled_state(captures: Moved, captured: int, refunded: int) -> str:
    if any(t.dispute_id for t in captures):
        return "disputed"
    if refunded >= captured > 0:
        return "refunded"
    return "part_refunded" if refunded > 0 else "settled"


def _apart(transactions: Iterable[Transaction]) -> tuple[Moved, Moved]:
    """Return captures and refunds.

    A kind that Stripe added since moves money as well; its own word is among the steps.
    """
    some = tuple(transactions)
    captures = tuple(t for t in some if t.type != "refund")
    return captures, tuple(t for t in some if t.type == "refund")


def _charged(captures: Moved) -> int:
    return -sum(t.amount for t in captures)


def _of_unknown(captures: Moved, refunds: Moved) -> Line:
    """Return the line of captures of an authorisation that is not known, and their refunds."""
    captures = tuple(sorted(captures, key=lambda t: (t.created or 0, t.id)))
    captured = _charged(captures)
    return replace(
        _single(captures[0]),
        state=_settled_state(captures, captured, sum(t.amount for t in refunds)),
        amount=captured,
        merchant_amount=-sum(t.merchant_amount for t in captures),
        captures=captures,
        refunds=refunds,
    )


def _single(transaction: Transaction) -> Line:
    refund = transaction.type == "refund"
    captures = () if refund else (transaction,)
    back = refund and transaction.amount >= 0
    state = "refund" if back else "refund_taken_back"
    if not refund:
        state = _settled_state(captures, -transaction.amount, 0)
    sign = 1 if back else -1
    return Line(
        key=transaction.id,
        state=state,
        merchant=transaction.merchant.name,
        amount=sign * transaction.amount,
        currency=transaction.currency,
        merchant_amount=sign * transaction.merchant_amount,
        merchant_currency=transaction.merchant_currency,
        at=transaction.created,
        card_id=transaction.card_id,
        how=_how(transaction.wallet),
        captures=captures,
        refunds=(transaction,) if refund else (),
    )
