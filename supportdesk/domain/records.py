"""What Stripe tells us, in the desk's own types.

Amounts are integers in the smallest unit of their currency (minor units), instants are Unix
seconds. Enumerations stay plain strings: Stripe adds values without notice and an unknown one
must reach the screen unchanged. A text Stripe did not send is "", a number or instant None.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Generic, Literal, TypeVar


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """A postal address; `country` is ISO 3166-1 alpha-2."""

    line1: str = ""
    line2: str = ""
    city: str = ""
    postal_code: str = ""
    state: str = ""
    country: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SpendingLimit:
    """At most `amount` (minor units) per `interval`, for all or for some merchant categories."""

    amount: int
    interval: str
    categories: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SpendingControls:
    """Where and how much may be spent; an empty tuple means the control is not set."""

    limits: tuple[SpendingLimit, ...] = ()
    limits_currency: str = ""
    allowed_categories: tuple[str, ...] = ()
    blocked_categories: tuple[str, ...] = ()
    allowed_merchant_countries: tuple[str, ...] = ()
    blocked_merchant_countries: tuple[str, ...] = ()
    allowed_card_presences: tuple[str, ...] = ()
    blocked_card_presences: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Cardholder:
    """A person or company that holds cards. `status`: active, inactive or blocked."""

    id: str
    name: str = ""
    type: str = ""
    status: str = ""
    email: str = ""
    phone_number: str = ""
    created: int | None = None
    billing: Address = field(default_factory=Address)
    first_name: str = ""
    last_name: str = ""
    dob: date | None = None
    preferred_locales: tuple[str, ...] = ()
    disabled_reason: str = ""
    past_due: tuple[str, ...] = ()
    spending_controls: SpendingControls = field(default_factory=SpendingControls)
    livemode: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Shipping:
    """Where a physical card goes and how far it is."""

    name: str = ""
    address: Address = field(default_factory=Address)
    phone_number: str = ""
    service: str = ""
    type: str = ""
    status: str = ""
    carrier: str = ""
    eta: int | None = None
    shipped_at: int | None = None
    delivered_at: int | None = None
    tracking_number: str = ""
    tracking_url: str = ""
    validation_mode: str = ""
    validation_result: str = ""
    normalized_address: Address | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """A card. `status`: active, inactive (frozen or never activated) or canceled (final).

    `beside`: id of the lost card that this one was ordered besides the replacement of; kept in the
    card's metadata, for Stripe knows no second replacement.
    """

    id: str
    cardholder_id: str = ""
    brand: str = ""
    last4: str = ""
    exp_month: int | None = None
    exp_year: int | None = None
    currency: str = ""
    type: str = ""
    status: str = ""
    cancellation_reason: str = ""
    replacement_for: str = ""
    replaced_by: str = ""
    replacement_reason: str = ""
    created: int | None = None
    shipping: Shipping | None = None
    spending_controls: SpendingControls = field(default_factory=SpendingControls)
    fraud_warning: str = ""
    fraud_warning_at: int | None = None
    second_line: str = ""
    personalization_design: str = ""
    apple_pay_eligible: bool | None = None
    google_pay_eligible: bool | None = None
    beside: str = ""
    livemode: bool = False

    @property
    def network(self) -> str:
        """Name of the card network in lower case, "" when it is not known."""
        return self.brand.lower().replace(" ", "")

    @property
    def brand_name(self) -> str:
        """The brand as it writes itself; Stripe says MasterCard for some cards."""
        return "Mastercard" if self.network == "mastercard" else self.brand


@dataclass(frozen=True, slots=True, kw_only=True)
class Design:
    """How physical cards look; only an active one is produced."""

    id: str
    name: str = ""
    status: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Merchant:
    """The shop as the network names it."""

    name: str = ""
    category: str = ""
    category_code: str = ""
    city: str = ""
    country: str = ""
    network_id: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """One entry of an authorisation's request history."""

    approved: bool
    reason: str = ""
    reason_message: str = ""
    amount: int | None = None
    currency: str = ""
    created: int | None = None
    network_risk_score: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Authorization:
    """A merchant's request. `amount` (minor units, never negative) is the cardholder's side.

    `atm_fee` and `cashback` are parts of it: what the cash machine asks, what was paid out.
    """

    id: str
    card_id: str = ""
    cardholder_id: str = ""
    amount: int = 0
    currency: str = ""
    merchant_amount: int = 0
    merchant_currency: str = ""
    merchant: Merchant = field(default_factory=Merchant)
    approved: bool = False
    status: str = ""
    created: int | None = None
    method: str = ""
    card_presence: str = ""
    wallet: str = ""
    token_id: str = ""
    checks: Mapping[str, str] = field(default_factory=dict)
    three_d_secure: str = ""
    decisions: tuple[Decision, ...] = ()
    fraud_challenges: tuple[str, ...] = ()
    network_transaction_id: str = ""
    atm_fee: int = 0
    cashback: int = 0
    livemode: bool = False

    @property
    def latest_decision(self) -> Decision | None:
        """The last entry of the request history by time; of one second the one told last."""
        return max(reversed(self.decisions), key=lambda d: d.created or 0, default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Transaction:
    """Money that moved. Captures are negative, refunds positive (minor units).

    `atm_fee` and `cashback` are parts of it, as with an authorisation.
    """

    id: str
    type: str = ""
    amount: int = 0
    currency: str = ""
    merchant_amount: int = 0
    merchant_currency: str = ""
    merchant: Merchant = field(default_factory=Merchant)
    card_id: str = ""
    cardholder_id: str = ""
    authorization_id: str = ""
    dispute_id: str = ""
    created: int | None = None
    wallet: str = ""
    token_id: str = ""
    processing_date: str = ""
    network_transaction_id: str = ""
    atm_fee: int = 0
    cashback: int = 0
    livemode: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class BalanceEntry:
    """A movement on the Issuing balance (minor units, signed)."""

    id: str
    amount: int = 0
    currency: str = ""
    type: str = ""
    created: int | None = None


EvidenceValue = str | int | bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Dispute:
    """A dispute at Stripe. `balance` is None when it was not asked for."""

    id: str
    transaction_id: str = ""
    amount: int = 0
    currency: str = ""
    status: str = ""
    loss_reason: str = ""
    reason: str = ""
    evidence: Mapping[str, EvidenceValue] = field(default_factory=dict)
    created: int | None = None
    balance: tuple[BalanceEntry, ...] | None = None
    livemode: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """A wallet or network token of a card."""

    id: str
    card_id: str = ""
    status: str = ""
    network: str = ""
    wallet_provider: str = ""
    last4: str = ""
    device_name: str = ""
    device_type: str = ""
    created: int | None = None
    network_updated_at: int | None = None
    livemode: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class StripeFile:
    """An uploaded file; `expires_at` is nine months after upload for dispute evidence."""

    id: str
    size: int = 0
    type: str = ""
    purpose: str = ""
    created: int | None = None
    expires_at: int | None = None


Record = Cardholder | Card | Authorization | Transaction | Dispute | Token
R = TypeVar("R")


How = Literal["read", "list", "event"]


@dataclass(frozen=True, slots=True)
class Seen(Generic[R]):
    """A record with the instant (Unix seconds) at which Stripe last told us so.

    `how`: it was read for itself or among a person's, in a long list, or an event brought it; the
    instant of an event is Stripe's, the others are of this computer's clock.
    """

    record: R
    read_at: float
    how: How = "read"


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Stripe's note that an object changed, at `created` (Unix seconds, Stripe's clock).

    `record` is what the object was then, in the form of `api_version`; None for an object the
    desk does not keep. `changed` names what of a cardholder's dob, address, phone and email was
    another before.
    """

    id: str
    type: str = ""
    created: int = 0
    api_version: str = ""
    object_id: str = ""
    record: Record | None = None
    changed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Page(Generic[R]):
    """One page of a Stripe list, newest first; `last_id` is the cursor for the next one."""

    records: tuple[R, ...]
    has_more: bool
    last_id: str = ""


@dataclass(frozen=True, slots=True)
class Answer(Generic[R]):
    """Stripe's answer to a change, with its request id (`req_...`).

    `replayed`: it is the stored answer to an earlier request with the same idempotency key, and
    no try of this call can have been that request.
    """

    record: R
    request_id: str
    replayed: bool = False
