"""The tables of the mirror: columns for what is searched and sorted by, the rest as a JSON body.

`created` and `read_at` are Unix seconds; a record without an instant of creation has 0. `how` it
was read is told by `records.Seen`.
"""

from __future__ import annotations

from sqlalchemy import JSON, Index, UniqueConstraint, text
from sqlmodel import Field

from supportdesk.domain import cards, folding, records
from supportdesk.store.body import dump, storable
from supportdesk.store.tables import MirrorTable

# What may change without anyone's doing, and few rows of it: these have an index of their own.
ON_ITS_WAY = "shipping IN ('pending', 'submitted', 'shipped')"
PENDING = "status = 'pending'"
ENDING = "ends > 0"


class CardholderRow(MirrorTable, table=True):
    """A cardholder; `seq` is the number under which the search index knows it.

    `phone` and `national` are the digits of the telephone number with and without country code.
    """

    __tablename__ = "cardholders"
    __table_args__ = (
        UniqueConstraint("id"),
        Index(None, "email"),
        Index(None, "phone"),
        Index(None, "national"),
    )

    seq: int | None = Field(default=None, primary_key=True)
    id: str
    created: int
    email: str
    phone: str
    national: str
    folded: str
    read_at: float
    body: str
    how: str = Field(default="read", sa_column_kwargs={"server_default": "read"})


class ContactChangeRow(MirrorTable, table=True):
    """When a cardholder's dob, address, phone or email was last seen changing (Unix seconds).

    A trigger writes it, so that no way into the mirror passes it by.
    """

    __tablename__ = "contact_changes"

    cardholder_id: str = Field(primary_key=True)
    data: str = Field(primary_key=True)
    at: float


class CardRow(MirrorTable, table=True):
    """A card; `shipping` is how far the plastic is, "" for a virtual one.

    `ends`: the month it expires in as year * 12 + month (1 to 12); 0 when that is not known, when
    it is cancelled, and when a replacement was ordered.
    """

    __tablename__ = "cards"
    __table_args__ = (
        Index(None, "cardholder_id", "created"),
        Index("ix_cards_on_its_way", "created", sqlite_where=text(ON_ITS_WAY)),
        Index(None, "last4", "cardholder_id"),
        Index("ix_cards_ends", "ends", "id", sqlite_where=text(ENDING)),
    )

    id: str = Field(primary_key=True)
    cardholder_id: str
    last4: str
    created: int
    read_at: float
    body: str
    how: str = Field(default="read", sa_column_kwargs={"server_default": "read"})
    shipping: str = Field(default="", sa_column_kwargs={"server_default": ""})
    ends: int = Field(default=0, sa_column_kwargs={"server_default": "0"})


class AuthorizationRow(MirrorTable, table=True):
    """An authorisation."""

    __tablename__ = "authorizations"
    __table_args__ = (
        Index(None, "cardholder_id", "created", "id"),
        Index("ix_authorizations_pending", "created", sqlite_where=text(PENDING)),
    )

    id: str = Field(primary_key=True)
    cardholder_id: str
    created: int
    read_at: float
    body: str
    how: str = Field(default="read", sa_column_kwargs={"server_default": "read"})
    status: str = Field(default="", sa_column_kwargs={"server_default": ""})


class TransactionRow(MirrorTable, table=True):
    """A capture or refund."""

    __tablename__ = "transactions"
    __table_args__ = (
        Index(None, "cardholder_id", "created", "id"),
        Index(None, "authorization_id"),
    )

    id: str = Field(primary_key=True)
    cardholder_id: str
    authorization_id: str
    created: int
    read_at: float
    body: str
    how: str = Field(default="read", sa_column_kwargs={"server_default": "read"})


class DisputeRow(MirrorTable, table=True):
    """A dispute."""

    __tablename__ = "disputes"
    __table_args__ = (Index(None, "transaction_id"), Index(None, "status", "created", "id"))

    id: str = Field(primary_key=True)
    transaction_id: str
    status: str
    created: int
    read_at: float
    body: str
    how: str = Field(default="read", sa_column_kwargs={"server_default": "read"})


class TokenRow(MirrorTable, table=True):
    """A wallet or network token."""

    __tablename__ = "tokens"
    __table_args__ = (Index(None, "card_id", "created"),)

    id: str = Field(primary_key=True)
    card_id: str
    created: int
    read_at: float
    body: str
    how: str = Field(default="read", sa_column_kwargs={"server_default": "read"})


class NameWordRow(MirrorTable, table=True):
    """A word that some name had, folded, and the same word from its end to its beginning."""

    __tablename__ = "name_words"
    __table_args__ = (Index(None, "back"), {"sqlite_with_rowid": False})

    word: str = Field(primary_key=True)
    back: str


class OpenedRow(MirrorTable, table=True):
    """When a cardholder was last opened at this desk."""

    __tablename__ = "opened"

    cardholder_id: str = Field(primary_key=True)
    at: float


class StateRow(MirrorTable, table=True):
    """A named note of the program itself, such as how far the mirror has come."""

    __tablename__ = "state"

    name: str = Field(primary_key=True)
    value: object = Field(sa_type=JSON)


ROW: dict[type[records.Record], type[MirrorTable]] = {
    records.Cardholder: CardholderRow,
    records.Card: CardRow,
    records.Authorization: AuthorizationRow,
    records.Transaction: TransactionRow,
    records.Dispute: DisputeRow,
    records.Token: TokenRow,
}

_MADE = {"seq", "created", "read_at", "body", "folded", "email", "phone", "national"}
_MADE |= {"how", "shipping", "ends"}
_COPIED = {row: [name for name in row.model_fields if name not in _MADE] for row in ROW.values()}


def values(record: records.Record, read_at: float, how: records.How = "read") -> dict[str, object]:
    """Return the columns of `record`, read from Stripe at `read_at`."""
    row = ROW[type(record)]
    found: dict[str, object] = {name: storable(getattr(record, name)) for name in _COPIED[row]}
    found |= {"created": record.created or 0, "read_at": read_at, "how": how}
    found["body"] = dump(record, sparse=True)
    if isinstance(record, records.Card):
        found["shipping"] = storable(record.shipping.status) if record.shipping else ""
        found["ends"] = cards.ending_month(record)
    if isinstance(record, records.Cardholder):
        entry = folding.entry(record)
        phone, national = folding.numbers(record.phone_number)
        found |= {"email": folding.email(record.email), "folded": entry}
        found |= {"phone": phone, "national": national}
    return found
