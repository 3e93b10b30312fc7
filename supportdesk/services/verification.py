"""Check what a caller says, tell what that allows, and stand before every action that asks more."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from supportdesk.domain import answers, verification
from supportdesk.domain.activity import Line, lines
from supportdesk.domain.privacy import clean, mask
from supportdesk.domain.records import Card, Cardholder
from supportdesk.domain.verification import Circumstances, Policy, Refusal, Shortfall
from supportdesk.errors import UserFacing
from supportdesk.services.calls import Calls, Proof
from supportdesk.store.calls import Call
from supportdesk.store.journal import Entry, Journal
from supportdesk.store.mirror import Mirror

DAY = 86_400.0  # seconds: attempts count for the last 24 hours, so that midnight gives no new ones
_REMEMBERED = 50  # questions that were asked of late
_LOOKED_AT = 100  # newest authorisations and transactions from which purchases are picked


class Guard(Protocol):
    """Stands before an action."""

    async def allow(self, action: str, cardholder_id: str) -> str:
        """Return the id of the call an action belongs to, "" when it belongs to none.

        Raises:
            UserFacing: `level_too_low` (`field` is the action): what is still needed.
        """
        ...


class Unattended:
    """No call, so nothing is proved: what asks for proof is refused."""

    def __init__(self, policy: Policy | None = None) -> None:
        self._policy = policy or verification.built_in()

    async def allow(self, action: str, cardholder_id: str) -> str:
        """Allow what asks for nothing, or is judged in calls only."""
        if not self._policy.need(action).in_call_only:
            refuse(self._policy, frozenset(), action)
        return ""


def refuse(policy: Policy, matched: frozenset[str], action: str) -> None:
    """Raise `level_too_low` unless what matched is enough for an action."""
    short = verification.shortfall(policy, matched, action)
    if short is None:
        return
    title = f"The caller is at level {short.has}; this needs level {short.level}."
    if short.has >= short.level:
        title = f"The caller is at level {short.has}; this needs more."
    raise UserFacing(
        title,
        f"Still needed: {verification.still_needed(short)} Nothing was changed.",
        "Freezing the card is always possible.",
        code="level_too_low",
        field=action,
    )


@dataclass(frozen=True, slots=True)
class Question:
    """A factor as it is offered: `refusal` says why it cannot be used, `days` are of purchases.

    `days` holds the instants (Unix seconds) of the purchases that were picked.
    """

    kind: str
    refusal: Refusal | None = None
    days: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """Who is on the line, as far as it is known.

    Attributes:
        enabled: False when the programme verifies elsewhere: everything is open.
        call: the current call if it is about this person.
        other: the current call if it is about someone else, or about nobody yet.
        left: attempts left for this person.
        short: what is still needed, by action; allowed actions are not in it.
    """

    enabled: bool = True
    call: Call | None = None
    other: Call | None = None
    level: int = 0
    proof: Proof = field(default_factory=Proof)
    questions: tuple[Question, ...] = ()
    left: int = 0
    short: Mapping[str, Shortfall] = field(default_factory=dict)

    def allows(self, action: str) -> bool:
        """Whether an action may be done now."""
        return action not in self.short


@dataclass(frozen=True, slots=True)
class Result:
    """The answer to an attempt; which of several answers failed is not told to anyone."""

    match: bool
    level: int
    left: int


class Verification:
    """Verifies the caller of the current call.

    Args:
        policy: the programme's table.
        enabled: whether this desk verifies, now.
        journal: where overrides are marked.
    """

    def __init__(
        self,
        calls: Calls,
        mirror: Mirror,
        journal: Journal,
        policy: Policy,
        *,
        enabled: Callable[[], bool],
        agent: Callable[[], str],
    ) -> None:
        self.policy = policy
        self._calls = calls
        self._mirror = mirror
        self._journal = journal
        self._enabled = enabled
        self._agent = agent
        self._lock = asyncio.Lock()
        self._asked: dict[str, tuple[Line, ...]] = {}  # by seed: what callers were asked

    async def state(self, cardholder_id: str) -> State:
        """Tell what is known of the caller with regard to a person.

        Raises:
            UserFacing: mirror or casebook cannot be read.
        """
        current = self._calls.current
        mine = self._about(cardholder_id)
        if not self._enabled():
            return State(enabled=False, call=mine, other=None if mine else current)
        told = await self._calls.proof(mine) if mine else Proof()
        case, picked = await self._case(cardholder_id, mine, told)
        now = self._calls.now()
        questions = tuple(
            Question(
                kind,
                verification.refusal(self.policy, kind, now, case),
                tuple(line.at or 0 for line in picked) if kind == "purchases" else (),
            )
            for kind in self.policy.factors
        )
        needs = {
            action: verification.shortfall(self.policy, told.matched, action)
            for action in self.policy.needs
            if action not in told.overrides
        }
        return State(
            call=mine,
            other=None if mine else current,
            level=verification.level_of(self.policy, told.matched),
            proof=told,
            questions=questions,
            left=await self._left(cardholder_id),
            short={action: short for action, short in needs.items() if short is not None},
        )

    async def check(self, said: Mapping[str, str]) -> Result:
        """Compare what the caller of the current call says with what is on file.

        Answers are by kind; those of purchases are `purchases.0` and `purchases.1`. All must
        match, or none counts. The result is on the disk before it is told.

        Raises:
            UserFacing: `no_call`, `answer_unreadable` (`field` names it; no attempt is used up),
                `factor_refused`, `attempts_used_up`.
        """
        async with self._lock:
            call = self._calls.current
            if call is None or not call.cardholder_id:
                raise UserFacing(
                    "There is no call with a person.", "", "Open the person first.", code="no_call"
                )
            kinds = sorted({name.partition(".")[0] for name in said})
            self._readable(said, kinds)
            told = await self._calls.proof(call)
            case, picked = await self._case(call.cardholder_id, call, told)
            self._usable(kinds, case)
            if await self._left(call.cardholder_id) <= 0:
                raise _used_up(self.policy.attempts)
            person = await self._mirror.cardholder(call.cardholder_id)
            assert person is not None  # a factor was usable, so it is there
            cards = [seen.record for seen in await self._mirror.cards_of(call.cardholder_id)]
            # All are compared, so that the time taken does not tell which one failed.
            fits = [
                _same(kind, answer, person.record, cards, picked) for kind, answer in said.items()
            ]
            match = all(fits)
            await self._calls.record("verification", call, {"kinds": kinds, "match": match})
            matched = told.matched | set(kinds) if match else told.matched
            return Result(
                match,
                verification.level_of(self.policy, matched),
                await self._left(call.cardholder_id),
            )

    async def override(self, action: str, reason: str) -> None:
        """Allow an action for the rest of the call without proof; marked in journal and call.

        Raises:
            UserFacing: `no_call`, `reason_missing`, or `override_not_allowed`.
        """
        call = self._calls.current
        if call is None or not call.cardholder_id:
            raise UserFacing(
                "There is no call with a person.", "", "Open the person first.", code="no_call"
            )
        if not self.policy.need(action).override:
            raise UserFacing(
                "This cannot be done without verification.",
                "The programme's table does not allow it, whatever the reason.",
                "Verify the caller.",
                code="override_not_allowed",
            )
        why = mask(clean(reason)).strip()
        if sum(sign.isalnum() for sign in why) < 5:
            raise UserFacing("Say why.", field="reason", code="reason_missing")
        entry = Entry(
            account=call.account,
            agent=self._agent(),
            action="verification.override",
            object_id=call.cardholder_id,
            params={"action": action, "reason": why[:500]},
            at=self._calls.now(),
            call_id=call.id,
        )
        await self._journal.intend(entry)
        await self._journal.sent(entry.id)
        await self._calls.record("override", call, {"action": action, "reason": why[:500]})
        await self._journal.answered(entry.id, "confirmed", at=self._calls.now())

    async def allow(self, action: str, cardholder_id: str) -> str:
        """As `Guard.allow`; freezing never waits for the casebook."""
        call = self._about(cardholder_id)
        call_id = call.id if call else ""
        need = self.policy.need(action)
        asks = need.level > 0 or need.also
        if not asks or (need.in_call_only and call is None):
            return call_id
        if not self._enabled():
            if call is not None:  # whoever switched it off: the call says what was not asked
                await self._calls.record("unasked", call, {"action": action})
            return call_id
        told = await self._calls.proof(call) if call else Proof()
        if action not in told.overrides:
            refuse(self.policy, told.matched, action)
        return call_id

    def _about(self, cardholder_id: str) -> Call | None:
        call = self._calls.current
        return call if call is not None and cardholder_id == call.cardholder_id != "" else None

    async def _left(self, cardholder_id: str) -> int:
        since = self._calls.now() - DAY
        return max(0, self.policy.attempts - await self._calls.failures(cardholder_id, since))

    def _readable(self, said: Mapping[str, str], kinds: Sequence[str]) -> None:
        for name, answer in said.items():
            if problem := answers.problem(name.partition(".")[0], answer):
                raise UserFacing(problem, field=name, code="answer_unreadable")
        purchases = {f"purchases.{at}" for at in range(answers.PICKED)}
        others = {name for name in said if name not in purchases}
        if not kinds or ("purchases" in kinds and not purchases <= set(said)):
            raise UserFacing(
                "Type what the caller says; of the purchases, both.", code="answer_unreadable"
            )
        if unknown := others - set(verification.KINDS):
            raise KeyError(f"no such factor: {sorted(unknown)}")

    def _usable(self, kinds: Sequence[str], case: Circumstances) -> None:
        for kind in kinds:
            if verification.refusal(self.policy, kind, self._calls.now(), case) is not None:
                raise UserFacing(
                    "One of these cannot be used in this call.",
                    remedy="Ask for something else of the list.",
                    field=kind,
                    code="factor_refused",
                )

    async def _case(
        self, cardholder_id: str, call: Call | None, told: Proof
    ) -> tuple[Circumstances, tuple[Line, ...]]:
        """Put together what decides which factors can be used, and the purchases to ask about."""
        seen = await self._mirror.cardholder(cardholder_id)
        if seen is None:
            return Circumstances(), ()
        cards = [card.record for card in await self._mirror.cards_of(cardholder_id)]
        picked = await self._picked(cardholder_id) if call else ()
        opened = {
            action
            for action in self.policy.needs
            if action in told.overrides
            or verification.shortfall(self.policy, told.matched, action) is None
        }
        case = Circumstances(
            on_file=_on_file(seen.record, cards, picked),
            matched=told.matched,
            opened=frozenset(opened),
            changed=await self._mirror.contact_changes(cardholder_id),
        )
        return case, picked

    async def _picked(self, cardholder_id: str) -> tuple[Line, ...]:
        """Pick the purchases to ask about: the same in every call of a day until one fails.

        Whoever calls again, or is put through to a second call, is asked nothing easier.
        """
        now = self._calls.now()
        failed = await self._calls.failures(cardholder_id, now - DAY)
        seed = f"{cardholder_id} {now // DAY:.0f} {failed}"
        if seed in self._asked:  # more was read meanwhile, the question stays
            return self._asked[seed]
        paid = await self._mirror.authorizations_of(cardholder_id, _LOOKED_AT)
        moved = await self._mirror.transactions_of(cardholder_id, _LOOKED_AT)
        known = lines((seen.record for seen in paid), (seen.record for seen in moved))
        picked = answers.pick(known, now, self.policy.purchase_days, seed)
        if picked:
            self._asked[seed] = picked
            while len(self._asked) > _REMEMBERED:
                del self._asked[next(iter(self._asked))]
        return picked


def _on_file(person: Cardholder, cards: Sequence[Card], picked: Sequence[Line]) -> frozenset[str]:
    there = {
        "dob": person.dob is not None,
        "postal_code": bool(person.billing.postal_code),
        "phone_ending": len(answers.digits(person.phone_number)) >= answers.FEWEST_DIGITS,
        "last4": bool(_living(cards)),
        "purchases": bool(picked),
        "code": bool(person.email or person.phone_number),
        "callback": bool(person.phone_number),
    }
    return frozenset(kind for kind, is_there in there.items() if is_there)


def _living(cards: Sequence[Card]) -> list[str]:
    return [card.last4 for card in cards if card.status != "canceled" and card.last4]


def _same(
    name: str, said: str, person: Cardholder, cards: Sequence[Card], picked: Sequence[Line]
) -> bool:
    kind, _, place = name.partition(".")
    if kind == "dob":
        return answers.same_day(said, person.dob)
    if kind == "postal_code":
        return answers.same_postal_code(said, person.billing)
    if kind == "phone_ending":
        return answers.same_ending(said, person.phone_number)
    if kind == "last4":
        return answers.digits(said) in _living(cards)
    if kind == "purchases":
        return answers.same_purchase(said, picked[int(place)])
    return said == answers.YES


def _used_up(attempts: int) -> UserFacing:
    return UserFacing(
        f"{attempts} attempts failed within a day: no more are taken for this person.",
        "The card can be frozen. Tell the cardholder by the contact on file that someone tried.",
        "Try again tomorrow, or go on with a reason that is written down.",
        code="attempts_used_up",
    )
