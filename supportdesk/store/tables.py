"""What the tables of one file have in common: each kind of file has its own metadata."""

from __future__ import annotations

from sqlalchemy import MetaData
from sqlalchemy.orm import registry
from sqlmodel import SQLModel

# Named constraints can be changed by a later migration, nameless ones cannot.
_NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
}


class MirrorTable(SQLModel, registry=registry(metadata=MetaData(naming_convention=_NAMES))):
    """Base of every table in the mirror, the copy of what Stripe told us."""


class CasebookTable(SQLModel, registry=registry(metadata=MetaData(naming_convention=_NAMES))):
    """Base of every table in the casebook, which exists nowhere else."""
