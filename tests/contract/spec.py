"""Checks requests and answers against Stripe's description."""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Iterator
from typing import Any

import jsonschema
from jsonschema.exceptions import best_match
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

from tests.contract import description
from tests.contract.description import Schema

# Calls that Stripe has but its description does not list: the bytes of a file.
UNDESCRIBED = (("GET", re.compile(r"/v1/files/[^/]+/contents\Z")),)
# The practice server's own control surface, which is not Stripe's.
OWN = "/_practice/"
# Decoded parameters of a query or a form.
Pairs = list[tuple[str, str]]


def check_answer(method: str, path: str, status: int, body: Any) -> list[str]:
    """What is wrong with the JSON `body` of an answer; empty when it is as Stripe describes."""
    if _outside(method, path):
        return []
    found = description.operation(method, path)
    if found is None:
        return _unknown(method, path, status)
    errors = _errors(description.answer_schema(found[1], status), body)
    return errors + [error for event in _events(body) for error in _snapshot(event)]


def check_request(method: str, path: str, pairs: Pairs) -> list[str]:
    """What is wrong with the parameters of a request (query or form, as decoded pairs)."""
    if _outside(method, path):
        return []
    found = description.operation(method, path)
    if found is None:
        return _unknown(method, path, 200)
    schema = description.request_schema(method, found[0])
    try:
        given = nested(pairs)
    except ValueError as error:
        return [str(error)]
    return _errors(schema, typed(given, schema))


def _outside(method: str, path: str) -> bool:
    if path.startswith(OWN):
        return True
    return any(method == verb and pattern.match(path) for verb, pattern in UNDESCRIBED)


def _unknown(method: str, path: str, status: int) -> list[str]:
    return [] if status == 404 else [f"{method} {path} is not in Stripe's description"]


# --- schemas ---------------------------------------------------------------------------------


@functools.cache
def _registry() -> Registry[Schema]:
    """Every component reachable from Issuing, events and files, known before it is asked for."""
    wanted = [name for name in description.names() if name.startswith("issuing.")]
    wanted += ["event", "file", "error", "account", "balance_transaction"]
    resources: dict[str, Resource[Schema]] = {}
    while wanted:
        name = wanted.pop()
        if f"stripe:{name}" not in resources:
            schema = description.component(name)
            resources[f"stripe:{name}"] = DRAFT202012.create_resource(schema)
            wanted += re.findall(r'"\$ref": "stripe:([^"]+)"', json.dumps(schema))
    return Registry().with_resources(resources.items()).crawl()


@functools.lru_cache(maxsize=256)
def _validator(schema: str) -> jsonschema.Draft202012Validator:
    return jsonschema.Draft202012Validator(json.loads(schema), registry=_registry())


def _errors(schema: Schema, value: Any) -> list[str]:
    found = _validator(json.dumps(schema, sort_keys=True)).iter_errors(value)
    return sorted(_told(error) for error in found)


def _told(error: jsonschema.ValidationError) -> str:
    """The innermost cause of an error, without the value when that is long."""
    inner = best_match(iter([error])) or error
    place = ".".join(str(part) for part in inner.absolute_path) or "(whole)"
    return f"{place}: {inner.message[:300]}"


# --- events ----------------------------------------------------------------------------------


def _events(body: Any) -> Iterator[dict[str, Any]]:
    if isinstance(body, dict):
        for item in body.get("data", ()) if body.get("object") == "list" else (body,):
            if isinstance(item, dict) and item.get("object") == "event":
                yield item


def _snapshot(event: dict[str, Any]) -> list[str]:
    """The description leaves `data.object` open; its own kind of object says what it holds."""
    shown = event["data"]["object"]
    errors = _errors({"$ref": f"stripe:{shown['object']}"}, shown)
    return [f"{event['type']}: {error}" for error in errors]


# --- form encoding ---------------------------------------------------------------------------


def nested(pairs: Pairs) -> dict[str, Any]:
    """Pairs such as `shipping[address][city]=Bonn` as nested objects and lists."""
    tree: dict[str, Any] = {}
    for key, value in pairs:
        name, *steps = re.findall(r"[^\[\]]+|(?<=\[)(?=\])", key)
        at, last = tree, name
        for step in steps:
            at = at.setdefault(last, {})
            if not isinstance(at, dict):
                raise ValueError(f"{key}: {last} is a value and an object")
            last = step or str(len(at))
        if last in at:
            raise ValueError(f"{key}: given twice")
        at[last] = value
    return tree


def typed(value: Any, schema: Schema) -> Any:
    """Texts of a form as the numbers, booleans and lists that `schema` asks for.

    What cannot be converted stays a text, so that validation names it.
    """
    if "anyOf" in schema:
        tries = [typed(value, choice) for choice in schema["anyOf"]]
        fits = (one for one, choice in zip(tries, schema["anyOf"], strict=True)
                if not _errors(choice, one))  # fmt: skip
        return next(fits, tries[0])
    kind = schema.get("type")
    if isinstance(value, dict):
        if kind == "array":
            return [typed(value[key], schema["items"]) for key in sorted(value, key=_index)]
        inner = schema.get("properties", {})
        rest = schema.get("additionalProperties")
        other = rest if isinstance(rest, dict) else {}
        return {key: typed(item, inner.get(key, other)) for key, item in value.items()}
    if kind == "integer" and re.fullmatch(r"-?\d+", value):
        return int(value)
    if kind == "number" and re.fullmatch(r"-?\d+(\.\d+)?", value):
        return float(value)
    if kind == "boolean" and value in ("true", "false"):
        return value == "true"
    return value


def _index(key: str) -> int:
    return int(key) if key.isdigit() else 0
