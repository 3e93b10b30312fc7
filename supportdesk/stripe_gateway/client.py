"""The calls the desk makes to Stripe: raw JSON, decoded once, handed out as the desk's types."""

from __future__ import annotations

import io
import ssl
from collections.abc import Callable, Mapping, Sequence
from copy import copy
from functools import partial
from typing import Any

from supportdesk.domain.records import (
    Answer,
    Authorization,
    Card,
    Cardholder,
    Design,
    Dispute,
    Event,
    Page,
    StripeFile,
    Token,
    Transaction,
)
from supportdesk.stripe_gateway import convert
from supportdesk.stripe_gateway.form import form
from supportdesk.stripe_gateway.wire import SLOWEST_UPLOAD, Reach, Span, Wire

__all__ = ["Gateway", "Reach", "Span"]

_CARDHOLDERS = "/v1/issuing/cardholders"
_CARDS = "/v1/issuing/cards"
_AUTHORIZATIONS = "/v1/issuing/authorizations"
_TRANSACTIONS = "/v1/issuing/transactions"
_DISPUTES = "/v1/issuing/disputes"
_DESIGNS = "/v1/issuing/personalization_designs"
_TOKENS = "/v1/issuing/tokens"
_FILES = "/v1/files"
_EVENTS = "/v1/events"
_MULTIPART = {"content_type": "multipart/form-data", "base": "files"}
_PATIENCE = 60.0  # seconds for one call of a patient gateway
_FILE_ENDINGS = {"application/pdf": "pdf", "image/jpeg": "jpg", "image/png": "png"}


class Gateway:
    """One Stripe account as seen with one key; belongs to one event loop.

    Reads raise UserFacing. Changes raise UserFacing when it is certain that nothing was done,
    and OutcomeUnknown when the change was sent and no sure answer came.

    Args:
        key: a secret or restricted key.
        stripe_account: a connected account to act for.
        base_url: where Stripe is, if not at Stripe; for uploads too.
        share: part of the account's rate limits to use, above 0 and at most 1.
        deadline: seconds for one call, waiting and trying again included.
        on_reach: told after every try whether Stripe answered.
        first_pause: seconds before the second try; doubles, with jitter.
        certificates: what to trust instead of the operating system's certificate store.
    """

    def __init__(
        self,
        key: str,
        *,
        stripe_account: str = "",
        base_url: str | None = None,
        share: float = 0.5,
        deadline: float = 20.0,
        on_reach: Callable[[Reach], None] | None = None,
        first_pause: float = 0.3,
        certificates: ssl.SSLContext | None = None,
    ) -> None:
        self._make_wire = partial(
            Wire,
            key,
            stripe_account=stripe_account,
            base_url=base_url,
            share=share,
            first_pause=first_pause,
            certificates=certificates,
        )
        self._wire = self._make_wire(deadline=deadline, on_reach=on_reach)

    def patient(
        self, concurrent: int, *, on_reach: Callable[[Reach], None] | None = None
    ) -> Gateway:
        """Return a second gateway to the same account, for reading much on another event loop.

        Both stay below the limits together, and this one lets the other go first.

        Args:
            concurrent: most requests under way at once.
            on_reach: told after every try, in that loop's thread.
        """
        twin = copy(self)
        twin._wire = self._make_wire(
            deadline=_PATIENCE,
            on_reach=on_reach,
            allowance=self._wire.allowance,
            patient=concurrent,
        )
        return twin

    @property
    def api_version(self) -> str:
        """The version of Stripe's API that answers come in."""
        return self._wire.api_version

    @property
    def ahead(self) -> float:
        """Seconds that Stripe's clock is ahead of this computer's, by its last answer."""
        return self._wire.ahead

    @property
    def reads(self) -> Mapping[bool, int]:
        """How many requests read since the start; True counts those of patient gateways."""
        return self._wire.allowance.reads

    @property
    def restricted(self) -> bool:
        """Tell whether the key is a restricted one."""
        return self._wire.restricted

    async def aclose(self) -> None:
        """Close all connections."""
        await self._wire.aclose()

    async def cardholders(
        self,
        *,
        email: str = "",
        phone_number: str = "",
        status: str = "",
        type: str = "",
        created: Span | None = None,
        limit: int = 100,
        starting_after: str = "",
    ) -> Page[Cardholder]:
        """List cardholders, newest first; filters match exactly."""
        wanted = {"email": email, "phone_number": phone_number, "status": status, "type": type}
        return await self._wire.page(
            _CARDHOLDERS, convert.cardholder, wanted, created, limit, starting_after
        )

    async def cards(
        self,
        *,
        cardholder: str = "",
        last4: str = "",
        status: str = "",
        type: str = "",
        created: Span | None = None,
        limit: int = 100,
        starting_after: str = "",
    ) -> Page[Card]:
        """List cards, newest first."""
        wanted = {"cardholder": cardholder, "last4": last4, "status": status, "type": type}
        return await self._wire.page(_CARDS, convert.card, wanted, created, limit, starting_after)

    async def authorizations(
        self,
        *,
        cardholder: str = "",
        card: str = "",
        status: str = "",
        created: Span | None = None,
        limit: int = 100,
        starting_after: str = "",
    ) -> Page[Authorization]:
        """List authorisations, newest first."""
        wanted = {"cardholder": cardholder, "card": card, "status": status}
        return await self._wire.page(
            _AUTHORIZATIONS, convert.authorization, wanted, created, limit, starting_after
        )

    async def transactions(
        self,
        *,
        cardholder: str = "",
        card: str = "",
        type: str = "",
        created: Span | None = None,
        limit: int = 100,
        starting_after: str = "",
    ) -> Page[Transaction]:
        """List transactions (captures and refunds), newest first."""
        wanted = {"cardholder": cardholder, "card": card, "type": type}
        return await self._wire.page(
            _TRANSACTIONS, convert.transaction, wanted, created, limit, starting_after
        )

    async def disputes(
        self,
        *,
        transaction: str = "",
        status: str = "",
        created: Span | None = None,
        limit: int = 100,
        starting_after: str = "",
    ) -> Page[Dispute]:
        """List disputes, newest first, with their balance entries."""
        wanted: dict[str, str | list[str]] = {"transaction": transaction, "status": status}
        wanted["expand"] = ["data.balance_transactions"]
        return await self._wire.page(
            _DISPUTES, convert.dispute, wanted, created, limit, starting_after
        )

    async def tokens(
        self,
        card: str,
        *,
        status: str = "",
        created: Span | None = None,
        limit: int = 100,
        starting_after: str = "",
    ) -> Page[Token]:
        """List the wallet and network tokens of a card, newest first."""
        wanted = {"card": card, "status": status}
        return await self._wire.page(_TOKENS, convert.token, wanted, created, limit, starting_after)

    async def designs(self) -> Page[Design]:
        """List the card designs that can be produced."""
        wanted = {"status": "active"}
        return await self._wire.page(_DESIGNS, convert.design, wanted, None, 100, "")

    async def events(
        self,
        types: Sequence[str],
        *,
        created: Span | None = None,
        limit: int = 100,
        starting_after: str = "",
    ) -> Page[Event]:
        """List what changed in the last 30 days, newest first; `types` are at most 20 names."""
        return await self._wire.page(
            _EVENTS, convert.event, {"types": list(types)}, created, limit, starting_after
        )

    async def cardholder(self, id: str) -> Cardholder:
        """Read one cardholder."""
        return await self._wire.read(_CARDHOLDERS, id, convert.cardholder)

    async def card(self, id: str) -> Card:
        """Read one card."""
        return await self._wire.read(_CARDS, id, convert.card)

    async def authorization(self, id: str) -> Authorization:
        """Read one authorisation."""
        return await self._wire.read(_AUTHORIZATIONS, id, convert.authorization)

    async def transaction(self, id: str) -> Transaction:
        """Read one transaction."""
        return await self._wire.read(_TRANSACTIONS, id, convert.transaction)

    async def dispute(self, id: str) -> Dispute:
        """Read one dispute with its balance entries."""
        return await self._wire.read(
            _DISPUTES, id, convert.dispute, {"expand": ["balance_transactions"]}
        )

    async def token(self, id: str) -> Token:
        """Read one wallet or network token."""
        return await self._wire.read(_TOKENS, id, convert.token)

    async def file(self, id: str) -> StripeFile:
        """Read what Stripe knows of an uploaded file, not its content."""
        return await self._wire.read(_FILES, id, convert.file)

    async def update_cardholder(
        self, id: str, params: Mapping[str, Any], *, key: str
    ) -> Answer[Cardholder]:
        """Change a cardholder; `key` is the idempotency key."""
        return await self._wire.change(_CARDHOLDERS, id, params, key, convert.cardholder)

    async def create_card(self, params: Mapping[str, Any], *, key: str) -> Answer[Card]:
        """Create a card; `key` is the idempotency key."""
        return await self._wire.change(_CARDS, "", params, key, convert.card)

    async def update_card(self, id: str, params: Mapping[str, Any], *, key: str) -> Answer[Card]:
        """Change a card; `key` is the idempotency key."""
        return await self._wire.change(_CARDS, id, params, key, convert.card)

    async def create_dispute(self, params: Mapping[str, Any], *, key: str) -> Answer[Dispute]:
        """Create a dispute; `key` is the idempotency key."""
        return await self._wire.change(_DISPUTES, "", params, key, convert.dispute)

    async def update_dispute(
        self, id: str, params: Mapping[str, Any], *, key: str
    ) -> Answer[Dispute]:
        """Change a dispute that is not submitted yet; `key` is the idempotency key."""
        return await self._wire.change(_DISPUTES, id, params, key, convert.dispute)

    async def submit_dispute(self, id: str, *, key: str) -> Answer[Dispute]:
        """Submit a dispute, which is final; `key` is the idempotency key."""
        return await self._wire.change(_DISPUTES, id, {}, key, convert.dispute, action="/submit")

    async def update_token(self, id: str, params: Mapping[str, Any], *, key: str) -> Answer[Token]:
        """Change a token; the network may refuse. `key` is the idempotency key."""
        return await self._wire.change(_TOKENS, id, params, key, convert.token)

    async def upload_evidence(
        self, content: bytes, content_type: str, *, key: str
    ) -> Answer[StripeFile]:
        """Upload a file of evidence under a neutral name: people name files after people.

        Args:
            content: at most 5 MB.
            content_type: application/pdf, image/jpeg or image/png.
            key: the idempotency key.
        """
        name = f"evidence.{_FILE_ENDINGS[content_type]}"

        def body() -> dict[str, Any]:
            part = io.BytesIO(content)
            part.name = name
            return {"purpose": "dispute_evidence", "file": part}

        return await self._wire.change(
            _FILES,
            "",
            body,
            key,
            convert.file,
            options=_MULTIPART,
            extra=len(content) / SLOWEST_UPLOAD,
        )

    async def probe(self, path: str, params: Mapping[str, Any]) -> object:
        """Read `path` and return the JSON as it came; for `permissions` and `proof`."""
        return (await self._wire.call("get", path, path, lambda: form(params))).data
