"""Why a purchase was declined: the figures, what may be said, and what can be done now.

Source: request_history and verification_data of the Authorization object. The words are data, see
`decline_texts`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo

from babel import Locale

from supportdesk.domain import cards
from supportdesk.domain.decline_texts import Texts, Wording, fill
from supportdesk.domain.limit_words import basis, limit_sentence, write_time
from supportdesk.domain.limits import PER_PURCHASE, Barrier, Purchase, Use, purchase_of
from supportdesk.domain.money import format_money
from supportdesk.domain.records import Authorization, Card, Cardholder, Decision

FAILED = ("mismatch", "failed", "required")
#: After three failed attempts in a short time Stripe switches 3DS off for the card for an hour.
#: How short is not documented: an hour is taken. Source: docs.stripe.com/issuing/3d-secure.
ATTEMPTS_3DS = 3
OFF_3DS_SECONDS = 3600
_SECURE = "three_d_secure"
_NO_STRIPE_REASON = "missing"
_UNKNOWN = "unknown"
_DUE = "requirements.past_due"
_HOLDER_OFF = ("cardholder_blocked", "cardholder_inactive")


@dataclass(frozen=True, slots=True, kw_only=True)
class Switch:
    """The last time this desk switched the card off or on before the purchase.

    Attributes:
        off: whether it was frozen then, else switched on.
        at: Unix seconds of Stripe's answer.
        why: the reason given, "" when none was.
    """

    off: bool
    agent: str
    at: float
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Circumstances:
    """What the desk knows about a declined purchase besides the authorisation itself.

    Attributes:
        successor: the card that replaced `card`, if it did.
        rules: rules, as they are set now, that stand against the purchase.
        measured: all limits the purchase is measured by, as they stood.
        switch: None when the journal of this desk has nothing about the card.
        failed_3ds: Unix seconds of the failed 3DS attempts of the hour before, this one included.
        used_before: whether the card had an approved purchase before, as far as is known.
        now: Unix seconds.
    """

    now: float
    card: Card | None = None
    successor: Card | None = None
    cardholder: Cardholder | None = None
    rules: tuple[Barrier, ...] = ()
    measured: tuple[Use, ...] = ()
    switch: Switch | None = None
    failed_3ds: tuple[int, ...] = ()
    used_before: bool = True


@dataclass(frozen=True, slots=True)
class Act:
    """A step the desk offers: its kind, the card it is about, why it is to be replaced.

    Of limits `reason` is whose they are: the card's or the cardholder's.
    """

    kind: str
    card_id: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What an agent needs to answer "why was it declined?".

    Attributes:
        what: what happened, with its figures; never meant for the caller as it is.
        checks: which checks failed, a sentence each.
        notes: what the answer rests on and what cannot be known.
        say: what the caller may be told.
        do: what helps now.
        never_say: what the caller must not be told.
    """

    reason: str
    what: str
    checks: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    say: str = ""
    do: str = ""
    never_say: str = ""
    acts: tuple[Act, ...] = ()


def declined_by(authorization: Authorization) -> Decision | None:
    """Return the latest refusal; None when it was approved.

    An approved purchase whose increment was refused was refused as well, in part.
    """
    latest = authorization.latest_decision
    if authorization.approved and (latest is None or latest.approved):
        return None
    return latest or Decision(approved=False)


def asked(authorization: Authorization, decision: Decision) -> Purchase:
    """Return the purchase that was judged."""
    amount = authorization.amount if decision.amount is None else decision.amount
    return purchase_of(authorization, amount)


def failed_checks(authorization: Authorization) -> tuple[tuple[str, str], ...]:
    """Return the checks that did not pass, with their results; 3DS last."""
    every = (*sorted(authorization.checks.items()), (_SECURE, authorization.three_d_secure))
    return tuple((name, result) for name, result in every if result in FAILED)


def check_sentences(authorization: Authorization, texts: Texts) -> tuple[str, ...]:
    """Return a sentence for each check that did not pass; an unknown one as Stripe wrote it."""
    return tuple(
        texts.checks.get(f"{name}.{result}", f"{name}: {result}")
        for name, result in failed_checks(authorization)
    )


def explain(
    authorization: Authorization,
    known: Circumstances,
    texts: Texts,
    *,
    locale: str = "en_GB",
    zone: tzinfo | None = None,
) -> Answer | None:
    """Explain the latest refusal; None when there was none.

    A reason without words of ours is shown as Stripe wrote it: new ones appear without notice.

    Args:
        locale: how amounts and dates are written.
        zone: time zone of the instants, the machine's own by default.
    """
    decision = declined_by(authorization)
    if decision is None:
        return None
    return _Telling(authorization, decision, known, texts, locale, zone).answer()


class _Telling:
    """Puts one answer together."""

    def __init__(
        self,
        authorization: Authorization,
        decision: Decision,
        known: Circumstances,
        texts: Texts,
        locale: str,
        zone: tzinfo | None,
    ) -> None:
        self.authorization = authorization
        self.decision = decision
        self.known = known
        self.texts = texts
        self.locale = locale
        self.zone = zone
        self.purchase = asked(authorization, decision)
        self.at = decision.created or authorization.created or 0

    def answer(self) -> Answer:
        reason = self.decision.reason
        words = self.texts.reasons.get(reason)
        if words is None:
            words = self.texts.reasons[_UNKNOWN if reason else _NO_STRIPE_REASON]
        words = words.variant(self._variant(reason)).variant(self._rule_variant())
        places = self._places()
        what = [fill(words.what, places)]
        if self.decision.reason_message:
            what.append(fill(self.texts.notes["message"], places))
        return Answer(
            reason=reason,
            what=" ".join(part for part in what if part),
            checks=check_sentences(self.authorization, self.texts),
            notes=tuple(self._notes(places)),
            say=fill(words.say, places),
            do=fill(words.do, places),
            never_say=fill(words.never_say, places),
            acts=tuple(self._acts(words)),
        )

    # --- what it is about --------------------------------------------------------------------

    def _variant(self, reason: str) -> str:
        card = self.known.card
        if reason == "card_inactive":
            switch = self.known.switch
            if switch is not None:
                return "frozen_here" if switch.off else "switched_off_since"
            return "not_known" if self.known.used_before else "maybe_never_activated"
        if reason == "card_canceled" and card is not None:
            return "replaced" if card.replaced_by else card.cancellation_reason
        if reason == "card_expired" and card is not None and card.replaced_by:
            return "replaced"
        if reason == "cardholder_verification_required" and self.known.cardholder is not None:
            return self._holder_variant(self.known.cardholder)
        if reason == "spending_controls":
            return "rule" if self.known.rules else "not_known"
        if reason == "suspected_fraud" and self.authorization.fraud_challenges:
            return f"challenge_{self.authorization.fraud_challenges[-1]}"
        if reason == "verification_failed":
            return self._check_variant()
        return ""

    def _rule_variant(self) -> str:
        """Return what would have helped against the rules: nothing, or a smaller purchase."""
        if not self.known.rules or any(rule.use is None for rule in self.known.rules):
            return "forbidden"
        return "limit" if self._fits() > 0 else "used_up"

    def _fits(self) -> int:
        """Return the largest amount that no limit would have stood against, in minor units."""
        return min((rule.use.left for rule in self.known.rules if rule.use), default=0)

    def _holder_variant(self, holder: Cardholder) -> str:
        if holder.past_due:
            return "past_due"
        if holder.disabled_reason in ("", _DUE):
            return holder.disabled_reason or "settled"
        known = self.texts.reasons["cardholder_verification_required"].variants
        return holder.disabled_reason if holder.disabled_reason in known else _UNKNOWN

    def _check_variant(self) -> str:
        failed = failed_checks(self.authorization)
        if (_SECURE, "failed") in failed and len(self.known.failed_3ds) >= ATTEMPTS_3DS:
            on_again = self.known.now >= _on_again(self.known.failed_3ds)
            return "three_d_secure_was_off" if on_again else "three_d_secure_off"
        return failed[-1][0] if failed else "not_known"

    def _places(self) -> dict[str, str]:
        known, authorization = self.known, self.authorization
        places = {
            "asked": self._money(self.purchase.amount, self.purchase.currency),
            "shop": authorization.merchant.name,
            "message": self.decision.reason_message,
            "reason": self.decision.reason,
            "method": authorization.method.replace("_", " "),
            "declined_at": self._when(self.at),
            "rules": " ".join(self._rule(rule) for rule in known.rules),
            "fits": self._money(self._fits(), self.purchase.currency),
            "card": self.texts.notes["this_card"],
            "successor": self.texts.notes["unknown_card"],
            "expired_on": self.texts.notes["unknown_day"],
        }
        if known.card is not None:
            last = cards.expires_on(known.card)
            noon = datetime(last.year, last.month, last.day, 12, tzinfo=UTC) if last else None
            if known.card.last4:
                places["card"] = f"•••• {known.card.last4}"
            if noon is not None:
                places["expired_on"] = self._day(noon.timestamp())
            if known.card.created is not None:
                places["issued"] = self._day(known.card.created)
        if known.successor is not None:
            places["successor"] = f"•••• {known.successor.last4}"
        if (switch := known.switch) is not None:
            places["agent"] = switch.agent or self.texts.notes["unknown_agent"]
            places["switched_at"] = self._when(switch.at)
            places["why"] = f" (“{switch.why}”)" if switch.why else ""
        if known.cardholder is not None:
            due = (self.texts.requirements.get(r, r) for r in known.cardholder.past_due)
            places["past_due"] = ", ".join(dict.fromkeys(due))
            places["disabled_reason"] = known.cardholder.disabled_reason
        if known.failed_3ds:
            span = known.failed_3ds[-1] - known.failed_3ds[0]
            places["attempts"] = str(len(known.failed_3ds))
            places["minutes"] = str(max(1, round(span / 60)))
            places["until"] = self._when(_on_again(known.failed_3ds))
        return places

    def _rule(self, rule: Barrier) -> str:
        owner = self.texts.owners[rule.owner]
        if rule.use is None:
            kind = rule.kind.partition("_")[0]
            places = {"owner": owner, "value": self._value(kind, rule.value)}
            return fill(self.texts.controls[rule.kind], places)
        return limit_sentence(rule.use, self.purchase, self.texts, self.locale)

    def _value(self, kind: str, value: str) -> str:
        if kind == "country":
            return str(Locale.parse(self.locale).territories.get(value, value))
        if kind == "presence":
            return self.texts.presences.get(value, value)
        return value.replace("_", " ")

    # --- what it rests on --------------------------------------------------------------------

    def _notes(self, places: dict[str, str]) -> Iterable[str]:
        notes, reason = self.texts.notes, self.decision.reason
        if self.authorization.approved:
            yield fill(notes["increment"], places)
        if reason == "spending_controls":
            limits = [r.use for r in self.known.rules if r.use] or list(self.known.measured)
            yield notes["rules_now"]
            said = (basis(u, self.texts, self.locale, self.zone) for u in _not_exact(limits))
            yield from dict.fromkeys(said)  # mostly the same of all
        if reason == "card_inactive" and (card := self.known.card) is not None:
            yield notes.get(f"now_{card.status}", "")
        holder = self.known.cardholder
        if reason in _HOLDER_OFF and holder is not None and holder.status == "active":
            yield notes["holder_now_active"]

    # --- what can be done --------------------------------------------------------------------

    def _acts(self, words: Wording) -> Iterable[Act]:
        card = self.known.card
        for kind in words.actions or ():
            if kind == "complaint":
                yield Act(kind, card.id if card else "")
            elif kind == "limits":
                yield from self._limit_acts()
            elif kind == "requirements":
                if self.known.cardholder is not None and self.known.cardholder.past_due:
                    yield Act(kind)
            elif card is not None and self._may(kind, card):
                yield Act(kind, card.id, _why_replace(card, self.decision.reason))

    def _limit_acts(self) -> Iterable[Act]:
        card, limits = self.known.card, [rule for rule in self.known.rules if rule.use]
        if card is not None and card.status != "canceled" and limits:
            yield Act("limits", card.id, limits[0].owner)

    def _may(self, kind: str, card: Card) -> bool:
        if kind == "switch_on":
            return cards.may_activate(card, self.known.cardholder).allowed
        if kind == "freeze":
            return cards.may_freeze(card).allowed
        if kind == "lost":
            return cards.may_cancel(card).allowed
        if kind == "replace":
            return any(cards.may_replace(card, why).allowed for why in cards.REPLACE_REASONS)
        return False

    # --- how it is written -------------------------------------------------------------------

    def _money(self, amount: int, currency: str) -> str:
        return format_money(amount, currency, self.locale)

    def _when(self, unix: float) -> str:
        return write_time(unix, "d MMM HH:mm", self.locale, self.zone)

    def _day(self, unix: float) -> str:
        return write_time(unix, "d MMM y", self.locale, UTC)


def _on_again(failed_3ds: tuple[int, ...]) -> int:
    """Return when 3DS is on again after failed attempts: Unix seconds, to the full minute."""
    return -(-(failed_3ds[-1] + OFF_3DS_SECONDS) // 60) * 60


def _why_replace(card: Card, reason: str) -> str:
    if card.cancellation_reason in cards.CANCEL_REASONS:
        return card.cancellation_reason
    return "expired" if reason == "card_expired" else "damaged"


def _not_exact(limits: Iterable[Use]) -> list[Use]:
    return [use for use in limits if use.limit.interval != PER_PURCHASE]
