"""Records as JSON text and back.

Unknown names in a stored text are passed over and missing ones take their default, so a body
written by an older or newer release can still be read.
"""

from __future__ import annotations

from collections.abc import Hashable
from functools import cache
from typing import Any, TypeVar

from pydantic import TypeAdapter

T = TypeVar("T")


@cache
def _adapter(kind: Hashable) -> TypeAdapter[Any]:
    return TypeAdapter(kind)


def _storable(value: Any) -> Any:
    """Return `value` with half surrogate pairs replaced: no database can keep them as text."""
    if isinstance(value, str):
        return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if isinstance(value, dict):
        return {_storable(name): _storable(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [_storable(item) for item in value]
    return value


def dump(record: object) -> str:
    """Return a dataclass as JSON text."""
    adapter = _adapter(type(record))
    try:
        return adapter.dump_json(record).decode()
    except ValueError:
        clean = _storable(adapter.dump_python(record))
        return adapter.dump_json(adapter.validate_python(clean)).decode()


def load(kind: type[T], text: str) -> T:
    """Return the dataclass `kind` kept in `text`.

    Raises:
        pydantic.ValidationError: the text is not such a record; that is a bug or a damaged file.
    """
    record: T = _adapter(kind).validate_json(text)
    return record
