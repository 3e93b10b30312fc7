"""The lists that dispute intake lives by, read from `resources/disputes/*.json`.

Reasons and their evidence fields follow Stripe's API, windows and waits the networks' rules as
Stripe's documentation states them, outcomes are our words for Stripe's values.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from pydantic import TypeAdapter

from supportdesk.domain.dispute_talk import Conversation
from supportdesk.domain.refund_clocks import RefundRules

Kind = Literal["text", "long", "date", "bool", "choice", "file", "transaction"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One value Stripe takes, with its word for people and its sentence for the network."""

    value: str
    label: str
    says: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldText:
    """What a field is, whatever the reason.

    Attributes:
        future: "refuse", or "wait" when the day may lie ahead.
        says: the field as an English sentence for the network, with `{value}`.
    """

    kind: Kind
    label: str
    hint: str = ""
    choices: tuple[Choice, ...] = ()
    future: Literal["refuse", "wait"] = "refuse"
    says: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceField:
    """A field of one reason; `when` names the answers that make it apply."""

    field: str
    needed: bool = False
    when: Mapping[str, str] = dataclasses.field(default_factory=dict)

    def applies(self, answers: Mapping[str, str]) -> bool:
        """Return whether the given answers ask for this field."""
        return all(answers.get(name) == value for name, value in self.when.items())


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """One of Stripe's reasons.

    Attributes:
        one_of: exactly one of these fields has to be given.
        helps: what makes a case of this reason stronger.
        merchant_first: the cardholder has to try the merchant before.
    """

    reason: str
    label: str
    short: str
    ask: str
    fields: tuple[EvidenceField, ...]
    one_of: tuple[str, ...] = ()
    one_of_label: str = ""
    helps: tuple[str, ...] = ()
    merchant_first: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Reasons:
    """All reasons, the wording of their fields, and the length Stripe allows for a text."""

    version: str
    basis: str
    text_limit: int
    fields: Mapping[str, FieldText]
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """Calendar days of a network rule; no networks or no reasons means all of them.

    `when` and `unless` name answers of the conversation that must, or must not, have been given.
    """

    networks: tuple[str, ...]
    reasons: tuple[str, ...]
    days: int
    start: tuple[str, ...]
    basis: str
    when: Mapping[str, str] = dataclasses.field(default_factory=dict)
    unless: Mapping[str, str] = dataclasses.field(default_factory=dict)

    def covers(self, network: str, reason: str, answers: Mapping[str, str]) -> bool:
        """Return whether the rule speaks about this network, reason and conversation."""
        return (
            (not self.networks or network in self.networks)
            and (not self.reasons or reason in self.reasons)
            and all(answers.get(name) == value for name, value in self.when.items())
            and not any(answers.get(name) == value for name, value in self.unless.items())
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Small:
    """Below how many units of a currency an amount is pointed at as small."""

    basis: str
    units: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Windows:
    """Time limits (first match holds), waiting times, and the networks' limit on fraud.

    Attributes:
        file_before_days: our own line, days after clearing, well before Stripe's.
    """

    basis: str
    unsubmitted_expires_days: int
    warn_days: int
    fraud_count: int
    fraud_days: int
    file_before_days: int
    small: Small
    windows: tuple[Span, ...]
    waits: tuple[Span, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusText:
    """A status in plain words; `days` is how long it usually lasts (calendar days, 0 unknown)."""

    label: str
    tone: str = "neutral"
    next: str = ""
    days: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcomes:
    """Words for statuses and for the reasons the network gives when a dispute is lost."""

    version: str
    basis: str
    statuses: Mapping[str, StatusText]
    meaning: Mapping[str, str]
    loss_reasons: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """Everything dispute intake knows as data."""

    reasons: Reasons
    windows: Windows
    outcomes: Outcomes
    conversation: Conversation
    refunds: RefundRules

    def reason(self, name: str) -> Reason | None:
        """Return the rules of a reason, None for one we do not know."""
        return next((entry for entry in self.reasons.reasons if entry.reason == name), None)

    def reason_label(self, name: str) -> str:
        """Return the short plain word of a reason; an unknown one as Stripe wrote it."""
        known = self.reason(name)
        return known.short if known else name

    def field(self, name: str) -> FieldText:
        """Return what a field is; one we do not know is a text named as Stripe named it."""
        return self.reasons.fields.get(name) or FieldText(kind="text", label=name)


def load(folder: Path, own: Path | None = None) -> Rules:
    """Read the lists of `folder`, each from `own` instead where that has a file of its name.

    Raises:
        pydantic.ValidationError: a file has the wrong shape.
        OSError: one cannot be read.
    """

    def text(name: str) -> bytes:
        theirs = own / f"{name}.json" if own is not None else None
        path = theirs if theirs is not None and theirs.exists() else folder / f"{name}.json"
        return path.read_bytes()

    return Rules(
        reasons=TypeAdapter(Reasons).validate_json(text("reasons")),
        windows=TypeAdapter(Windows).validate_json(text("windows")),
        outcomes=TypeAdapter(Outcomes).validate_json(text("outcomes")),
        conversation=TypeAdapter(Conversation).validate_json(text("conversation")),
        refunds=TypeAdapter(RefundRules).validate_json(text("refunds")),
    )
