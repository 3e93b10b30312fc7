"""Form bodies and query strings with Stripe's nested keys: `a[b][0]=x`, `a[]=x`."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any
from urllib.parse import parse_qsl

from supportdesk.practice.errors import ParameterRefusal

MAX_FIELDS = 2_000
MAX_DEPTH = 8
_KEY = re.compile(r"([^\[\]]+)((?:\[[^\[\]]*\])*)\Z")


def pairs(encoded: bytes) -> list[tuple[str, str]]:
    """Split an urlencoded string into its pairs; refuse what is no UTF-8 or absurdly long."""
    try:
        return parse_qsl(
            encoded.decode(),
            keep_blank_values=True,
            errors="strict",
            max_num_fields=MAX_FIELDS,
        )
    except ValueError as error:
        raise _unreadable("the parameters are not valid UTF-8 form data") from error


def nest(flat: Iterable[tuple[str, str]]) -> dict[str, Any]:
    """Turn flat pairs into nested hashes and arrays; numbered keys stay hashes here."""
    tree: dict[str, Any] = {}
    for key, value in flat:
        match = _KEY.match(key)
        if not match:
            raise _unreadable(f"the key {key[:100]!r} is not well formed")
        inner = match[2][1:-1].split("][") if match[2] else []
        if len(inner) >= MAX_DEPTH:
            raise _unreadable("the parameters are nested too deeply")
        _put(tree, [match[1], *inner], value)
    return tree


def _put(node: dict[str, Any], keys: list[str], value: str) -> None:
    key, rest = keys[0], keys[1:]
    if not rest:
        if isinstance(node.get(key), dict | list):
            raise _mixed(key)
        node[key] = value
    elif rest[0] == "":
        items = node.setdefault(key, [])
        if not isinstance(items, list):
            raise _mixed(key)
        _append(items, rest[1:], value)
    else:
        child = node.setdefault(key, {})
        if not isinstance(child, dict):
            raise _mixed(key)
        _put(child, rest, value)


def _append(items: list[Any], rest: list[str], value: str) -> None:
    """Add to `a[]`: a plain value, or a field of the last hash until a field comes again."""
    if not rest:
        items.append(value)
        return
    last = items[-1] if items else None
    starts_anew = not isinstance(last, dict) or (len(rest) == 1 and rest[0] in last)
    if starts_anew:
        last = {}
        items.append(last)
    assert isinstance(last, dict)
    _put(last, rest, value)


def _mixed(key: str) -> ParameterRefusal:
    return _unreadable(f"the parameter {key[:100]!r} is given both as a value and as a hash")


def _unreadable(why: str) -> ParameterRefusal:
    return ParameterRefusal(f"Invalid request (could not read the parameters): {why}.")
