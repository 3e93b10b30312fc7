"""Records as JSON text and back.

Unknown names in a stored text are passed over and missing ones take their default, so a body
written by an older or newer release can still be read.
"""

from __future__ import annotations

from functools import cache
from typing import Any, TypeVar

from pydantic import TypeAdapter

T = TypeVar("T")


@cache
def _adapter(kind: Any) -> TypeAdapter[Any]:
    return TypeAdapter(kind)


def storable(value: Any) -> Any:
    """Return `value` with half surrogate pairs replaced: no database can keep them as text."""
    if isinstance(value, str):
        return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if isinstance(value, dict):
        return {storable(name): storable(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [storable(item) for item in value]
    return value


def dump(record: object, *, sparse: bool = False) -> str:
    """Return a dataclass as JSON text, with `sparse` without what is at its default."""
    kind: Any = type(record)
    adapter = _adapter(kind)
    try:
        return adapter.dump_json(record, exclude_defaults=sparse).decode()
    except ValueError:
        clean = storable(adapter.dump_python(record))
        return adapter.dump_json(adapter.validate_python(clean), exclude_defaults=sparse).decode()


def load(kind: type[T], text: str) -> T:
    """Return the dataclass `kind` kept in `text`.

    Raises:
        pydantic.ValidationError: the text is not such a record; that is a bug or a damaged file.
    """
    known: Any = kind
    record: T = _adapter(known).validate_json(text)
    return record
