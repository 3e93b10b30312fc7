"""Stored documents to Stripe's answers: embedded objects, `expand`, includable fields."""

from __future__ import annotations

import copy
from typing import Any

from supportdesk.practice.errors import ParameterRefusal
from supportdesk.practice.state import Doc, State

Tree = dict[str, Any]

MAX_DEPTH = 4

#: References that Stripe always answers with the whole object.
EMBEDDED = {"card": {"cardholder": "cardholder"}, "authorization": {"card": "card"}}

_EVIDENCE_FILES = {
    f"evidence.{reason}.additional_documentation": "file"
    for reason in (
        "canceled",
        "duplicate",
        "fraudulent",
        "merchandise_not_as_described",
        "no_valid_authorization",
        "not_received",
        "other",
        "service_not_as_described",
    )
}

#: References answered as an id unless expanded.
EXPANDABLE: dict[str, dict[str, str]] = {
    "cardholder": {
        "individual.verification.document.back": "file",
        "individual.verification.document.front": "file",
    },
    "card": {
        "personalization_design": "personalization_design",
        "replaced_by": "card",
        "replacement_for": "card",
    },
    "authorization": {"cardholder": "cardholder", "token": "token"},
    "transaction": {
        "authorization": "authorization",
        "balance_transaction": "balance_transaction",
        "card": "card",
        "cardholder": "cardholder",
        "dispute": "dispute",
        "token": "token",
    },
    "dispute": {
        "transaction": "transaction",
        **_EVIDENCE_FILES,
        "evidence.duplicate.card_statement": "file",
        "evidence.duplicate.cash_receipt": "file",
        "evidence.duplicate.check_image": "file",
    },
    "token": {"card": "card"},
    "personalization_design": {"card_logo": "file", "physical_bundle": "physical_bundle"},
}

#: Lists of whole objects inside an object, which `expand` may pass through.
CONTAINED = {"authorization": {"transactions": "transaction"}}

#: Fields left out unless expanded.
INCLUDABLE = {"dispute": ("balance_transactions",), "token": ("network_data",)}
#: Fields left out of lists unless expanded.
INCLUDABLE_IN_LISTS = {"transaction": ("purchase_details",)}

#: Never held by this server, whoever asks.
SECRET = ("number", "cvc")


def expansion(kind: str, paths: list[str], *, listed: bool) -> Tree:
    """Check `expand` paths for an object (or a list of objects) and return them as a tree."""
    tree: Tree = {}
    for path in paths:
        parts = path.split(".")
        if len(parts) > MAX_DEPTH:
            raise ParameterRefusal(
                f"You cannot expand more than {MAX_DEPTH} levels of a property. Property: {path}",
                param="expand",
            )
        if listed and parts[0] != "data":
            hint = (
                f" You may want to try expanding 'data.{path}' instead."
                if _branch(kind, parts, {})
                else ""
            )
            raise _refused(path, hint)
        inner = parts[1:] if listed else parts
        if not listed and kind == "card" and path in SECRET:
            raise ParameterRefusal(
                f"This practice server never holds card numbers or CVCs: '{path}' cannot be"
                " expanded here.",
                param="expand",
            )
        if not inner or not _branch(kind, inner, tree):
            raise _refused(path, "")
    return tree


def _refused(path: str, hint: str) -> ParameterRefusal:
    return ParameterRefusal(
        f"This property cannot be expanded ({path[:200]}).{hint}", param="expand"
    )


def _branch(kind: str, parts: list[str], tree: Tree) -> bool:
    """Add one path to the tree; False when a step of it cannot be expanded."""
    whole = EXPANDABLE.get(kind, {}) | EMBEDDED.get(kind, {}) | CONTAINED.get(kind, {})
    for length in range(1, len(parts) + 1):
        step = ".".join(parts[:length])
        rest = parts[length:]
        if step in whole:
            inner = tree.setdefault(step, {})
            return not rest or _branch(whole[step], rest, inner)
        if step in INCLUDABLE.get(kind, ()) + INCLUDABLE_IN_LISTS.get(kind, ()) and not rest:
            tree.setdefault(step, {})
            return True
    return False


class Renderer:
    """Renders the objects of one answer; equal embedded objects are read once."""

    def __init__(self, state: State, base_url: str = "") -> None:
        self._state = state
        self._base_url = base_url
        self._plain: dict[tuple[str, str], Doc] = {}

    def render(self, kind: str, doc: Doc, tree: Tree | None = None, *, listed: bool = False) -> Doc:
        """Return the document as Stripe answers it."""
        tree = tree or {}
        out = dict(doc)
        for name, target in EMBEDDED.get(kind, {}).items():
            out[name] = self._whole(target, doc[name], tree.get(name, {}))
        if kind == "file":  # files are downloaded where they were asked for
            out["url"] = f"{self._base_url}/v1/files/{doc['id']}/contents"
        if kind == "authorization":
            inner = tree.get("transactions", {})
            out["transactions"] = [
                self.render("transaction", found, inner, listed=True)
                for found in self._state.where("transaction", "authorization", doc["id"])
            ]
        hidden = INCLUDABLE.get(kind, ()) + (INCLUDABLE_IN_LISTS.get(kind, ()) if listed else ())
        for name in hidden:
            if name not in tree:
                out.pop(name, None)
        for path, target in EXPANDABLE.get(kind, {}).items():
            if path in tree:
                self._expand(out, path.split("."), target, tree[path])
        return out

    def _whole(self, kind: str, id: str, tree: Tree) -> Doc | None:
        if tree:
            found = self._state.find(kind, id)
            return self.render(kind, found, tree) if found else None
        if (kind, id) not in self._plain:
            found = self._state.find(kind, id)
            if found is None:
                return None
            self._plain[kind, id] = self.render(kind, found)
        return self._plain[kind, id]

    def _expand(self, out: Doc, parts: list[str], target: str, tree: Tree) -> None:
        holder: Any = out
        for part in parts[:-1]:
            inner = holder.get(part)
            if not isinstance(inner, dict):
                return
            holder[part] = holder = copy.copy(inner)
        id = holder.get(parts[-1])
        if isinstance(id, str):
            holder[parts[-1]] = self._whole(target, id, tree) or id
