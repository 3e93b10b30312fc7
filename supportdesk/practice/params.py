"""Parameter tables: each endpoint describes what it takes, and one function checks it.

The wording of the refusals follows Stripe's.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from supportdesk.practice.errors import ParameterRefusal

#: Largest magnitude of any integer; beyond it neither JSON readers nor SQLite keep it exactly.
MAX_INTEGER = 2**53 - 1
#: Stripe's general ceiling for amounts: eight digits of minor units.
MAX_AMOUNT = 99_999_999


@dataclass(frozen=True)
class Spec:
    """One parameter: its kind and limits. `clearable`: an empty value unsets (read as None)."""

    kind: str
    required: bool = False
    clearable: bool = False
    choices: tuple[str, ...] = ()
    max_length: int = 5_000
    minimum: int = -MAX_INTEGER
    maximum: int = MAX_INTEGER
    fields: Mapping[str, Spec] = field(default_factory=dict)
    item: Spec | None = None


def text(max_length: int = 5_000) -> Spec:
    """Return a string of at most `max_length` characters."""
    return Spec("string", max_length=max_length)


def integer(minimum: int = -MAX_INTEGER, maximum: int = MAX_INTEGER) -> Spec:
    """Return a whole number within bounds, both included."""
    return Spec("integer", minimum=minimum, maximum=maximum)


def amount(minimum: int = 0) -> Spec:
    """Return an amount in minor units."""
    return integer(minimum, MAX_AMOUNT)


def timestamp() -> Spec:
    """Return Unix seconds."""
    return integer(0, 253_402_300_799)


def boolean() -> Spec:
    """Return `true` or `false`."""
    return Spec("boolean")


def decimal() -> Spec:
    """Return a decimal string."""
    return Spec("decimal")


def choice(*values: str) -> Spec:
    """Return one of the named values."""
    return Spec("enum", choices=values)


def nested(**fields: Spec) -> Spec:
    """Return a hash of named parameters."""
    return Spec("hash", fields=fields)


def array(item: Spec) -> Spec:
    """Return a list of equal items."""
    return Spec("array", item=item)


def metadata() -> Spec:
    """Return metadata: up to 50 keys of at most 40, values of at most 500 characters."""
    return Spec("metadata", clearable=True)


def created() -> Spec:
    """Return a moment or a range of moments."""
    return Spec("created")


def req(spec: Spec) -> Spec:
    """Return the parameter as a required one."""
    return replace(spec, required=True)


def clear(spec: Spec) -> Spec:
    """Return the parameter as one that an empty value unsets."""
    return replace(spec, clearable=True)


def check(fields: Mapping[str, Spec], given: Mapping[str, Any], path: str = "") -> dict[str, Any]:
    """Return the checked and typed parameters; raise ParameterRefusal at the first fault."""
    unknown = [_join(path, name) for name in given if name not in fields]
    if unknown:
        label = "parameter" if len(unknown) == 1 else "parameters"
        raise ParameterRefusal(
            f"Received unknown {label}: {', '.join(unknown)[:500]}",
            code="parameter_unknown",
            param=unknown[0][:500],
        )
    checked: dict[str, Any] = {}
    for name, spec in fields.items():
        where = _join(path, name)
        if name not in given:
            if spec.required:
                raise missing_param(where)
            continue
        checked[name] = _value(spec, given[name], where)
    return checked


def missing_param(param: str) -> ParameterRefusal:
    """Return the refusal of an absent required parameter."""
    return ParameterRefusal(
        f"Missing required param: {param}.", code="parameter_missing", param=param
    )


def _value(spec: Spec, value: Any, where: str) -> Any:
    if value == "":
        if spec.clearable or spec.kind == "array":
            return [] if spec.kind == "array" else None
        raise ParameterRefusal(
            f"You passed an empty string for '{where}'. We assume empty values are an attempt to"
            f" unset a parameter; however '{where}' cannot be unset. You should remove '{where}'"
            " from your request or supply a non-empty value.",
            code="parameter_invalid_empty",
            param=where,
        )
    return _READERS[spec.kind](spec, value, where)


def _string(spec: Spec, value: Any, where: str) -> str:
    if not isinstance(value, str):
        raise ParameterRefusal("Invalid string: expected a string, not a hash.", param=where)
    if len(value) > spec.max_length:
        raise ParameterRefusal(
            f"Invalid string: {value[:10]}...{value[-4:]}; must be at most"
            f" {spec.max_length} characters",
            param=where,
        )
    if "\x00" in value:
        raise ParameterRefusal("Invalid string: null characters are not allowed", param=where)
    return value


def _integer(spec: Spec, value: Any, where: str) -> int:
    digits = value.strip() if isinstance(value, str) else ""
    if not re.fullmatch(r"[+-]?[0-9]{1,40}", digits):
        raise _invalid_integer(f"Invalid integer: {_short(value)}", where)
    number = int(digits)
    if number < spec.minimum:
        raise _invalid_integer(
            f"This value must be greater than or equal to {spec.minimum}.", where
        )
    if number > spec.maximum:
        raise _invalid_integer(f"This value must be less than or equal to {spec.maximum}.", where)
    return number


def _invalid_integer(message: str, where: str) -> ParameterRefusal:
    return ParameterRefusal(message, code="parameter_invalid_integer", param=where)


def _boolean(spec: Spec, value: Any, where: str) -> bool:
    if value not in ("true", "false"):
        raise ParameterRefusal(f"Invalid boolean: {_short(value)}", param=where)
    return bool(value == "true")


def _decimal(spec: Spec, value: Any, where: str) -> str:
    if not isinstance(value, str) or not re.fullmatch(r"-?[0-9]{1,15}(\.[0-9]{1,12})?", value):
        raise ParameterRefusal(f"Invalid decimal: {_short(value)}", param=where)
    return value


def _enum(spec: Spec, value: Any, where: str) -> str:
    if not isinstance(value, str) or value not in spec.choices:
        listed = [c for c in spec.choices if c]
        last = f", or {listed[-1]}" if len(listed) > 2 else f" or {listed[-1]}"
        allowed = ", ".join(listed[:-1]) + last if len(listed) > 1 else listed[0]
        raise ParameterRefusal(f"Invalid {where}: must be one of {allowed}", param=where)
    return value


def _hash(spec: Spec, value: Any, where: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise ParameterRefusal("Invalid object", param=where)
    return check(spec.fields, value, where)


def _array(spec: Spec, value: Any, where: str) -> list[Any]:
    assert spec.item is not None
    if isinstance(value, dict) and all(re.fullmatch(r"[0-9]{1,6}", key) for key in value):
        value = [value[key] for key in sorted(value, key=int)]
    if not isinstance(value, list):
        raise ParameterRefusal("Invalid array", param=where)
    return [_value(spec.item, item, f"{where}[{n}]") for n, item in enumerate(value)]


def _metadata(spec: Spec, value: Any, where: str) -> dict[str, str]:
    if not isinstance(value, dict):
        raise ParameterRefusal("Invalid hash", param=where)
    for key, item in value.items():
        if not isinstance(item, str):
            raise ParameterRefusal("Metadata values must be strings.", param=f"{where}[{key}]")
        if len(key) > 40:
            raise ParameterRefusal("Metadata keys must be at most 40 characters long.", param=where)
        if len(item) > 500:
            raise ParameterRefusal(
                "Metadata values must be at most 500 characters long.", param=f"{where}[{key}]"
            )
    return value


_RANGE = {name: timestamp() for name in ("gt", "gte", "lt", "lte")}


def _created(spec: Spec, value: Any, where: str) -> dict[str, int]:
    if isinstance(value, dict):
        return check(_RANGE, value, where)
    moment = _integer(timestamp(), value, where)
    return {"gte": moment, "lte": moment}


_READERS = {
    "string": _string,
    "integer": _integer,
    "boolean": _boolean,
    "decimal": _decimal,
    "enum": _enum,
    "hash": _hash,
    "array": _array,
    "metadata": _metadata,
    "created": _created,
}


def _join(path: str, name: str) -> str:
    return f"{path}[{name}]" if path else name


def _short(value: Any) -> str:
    return value[:50] if isinstance(value, str) else type(value).__name__
