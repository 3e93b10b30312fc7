"""What may be sent to Stripe, and how to say "clear this"."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

FORBIDDEN_EXPANSIONS = frozenset({"number", "cvc"})
FORBIDDEN_FIELDS = frozenset({"pin", "number", "cvc"})


class SecretOfACard(Exception):
    """A programming error: a full card number, CVC or PIN must never enter the program."""


def form(params: Mapping[str, Any]) -> dict[str, Any]:
    """Return `params` for stripe-python; an empty list or mapping becomes "", which clears.

    stripe-python leaves empty lists and mappings out, so that nothing would be cleared.

    Raises:
        SecretOfACard: the parameters would read or set a card's number, CVC or PIN.
    """
    for name in params.get("expand", ()):
        if name.rsplit(".", 1)[-1] in FORBIDDEN_EXPANSIONS:
            raise SecretOfACard(f"expand of {name} is refused")
    if secret := FORBIDDEN_FIELDS & params.keys():
        raise SecretOfACard(f"{sorted(secret)[0]} is never sent")
    return {name: _value(value) for name, value in params.items()}


def _value(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {name: _value(inner) for name, inner in value.items()} or ""
    if isinstance(value, list | tuple):
        return [_value(inner) for inner in value] or ""
    return value
