"""Dispute evidence: its fields per reason, and what submission asks for."""

from __future__ import annotations

from supportdesk.practice.errors import Refusal
from supportdesk.practice.params import Spec, boolean, choice, clear, nested, text, timestamp
from supportdesk.practice.state import Doc, State

_TEXT = clear(text(2_500))
_DATE = clear(timestamp())
_FILE = clear(text())
_PRODUCT = clear(choice("merchandise", "service"))
_RETURN = clear(choice("merchant_rejected", "successful"))

#: Fields of each reason's hash.
FIELDS: dict[str, dict[str, Spec]] = {
    "canceled": {
        "additional_documentation": _FILE,
        "canceled_at": _DATE,
        "cancellation_policy_provided": clear(boolean()),
        "cancellation_reason": _TEXT,
        "expected_at": _DATE,
        "explanation": _TEXT,
        "product_description": _TEXT,
        "product_type": _PRODUCT,
        "return_status": _RETURN,
        "returned_at": _DATE,
    },
    "duplicate": {
        "additional_documentation": _FILE,
        "card_statement": _FILE,
        "cash_receipt": _FILE,
        "check_image": _FILE,
        "explanation": _TEXT,
        "original_transaction": clear(text()),
    },
    "fraudulent": {"additional_documentation": _FILE, "explanation": _TEXT},
    "merchandise_not_as_described": {
        "additional_documentation": _FILE,
        "explanation": _TEXT,
        "received_at": _DATE,
        "return_description": _TEXT,
        "return_status": _RETURN,
        "returned_at": _DATE,
    },
    "no_valid_authorization": {"additional_documentation": _FILE, "explanation": _TEXT},
    "not_received": {
        "additional_documentation": _FILE,
        "expected_at": _DATE,
        "explanation": _TEXT,
        "product_description": _TEXT,
        "product_type": _PRODUCT,
    },
    "other": {
        "additional_documentation": _FILE,
        "explanation": _TEXT,
        "product_description": _TEXT,
        "product_type": _PRODUCT,
    },
    "service_not_as_described": {
        "additional_documentation": _FILE,
        "canceled_at": _DATE,
        "cancellation_reason": _TEXT,
        "explanation": _TEXT,
        "received_at": _DATE,
    },
}
REASONS = tuple(FIELDS)
FILES = ("additional_documentation", "card_statement", "cash_receipt", "check_image")

SPEC = nested(
    reason=choice(*REASONS),
    **{reason: clear(nested(**fields)) for reason, fields in FIELDS.items()},
)

#: What submission needs per reason (facts 4.4; Stripe's own table is not public).
REQUIRED: dict[str, tuple[str, ...]] = {
    "canceled": (
        "canceled_at",
        "cancellation_policy_provided",
        "cancellation_reason",
        "expected_at",
        "product_type",
        "product_description",
        "explanation",
    ),
    "duplicate": ("explanation",),
    "fraudulent": ("explanation",),
    "merchandise_not_as_described": (
        "received_at",
        "return_description",
        "return_status",
        "returned_at",
        "explanation",
    ),
    "no_valid_authorization": ("explanation",),
    "not_received": ("expected_at", "product_type", "product_description", "explanation"),
    "other": ("product_type", "product_description", "explanation"),
    "service_not_as_described": (
        "received_at",
        "canceled_at",
        "cancellation_reason",
        "explanation",
    ),
}
#: A canceled order of merchandise also needs these.
RETURNED = ("return_status", "returned_at")
#: Of these a duplicate needs exactly one.
PROOFS = ("original_transaction", "card_statement", "cash_receipt", "check_image")


def merged(state: State, current: Doc, given: Doc) -> Doc:
    """Return evidence after a create or update; an empty value clears a field or a whole hash."""
    after = dict(current)
    if given.get("reason"):
        after["reason"] = given["reason"]
    for reason in REASONS:
        if reason not in given:
            continue
        if given[reason] is None:
            after.pop(reason, None)
            continue
        known = after.get(reason) or dict.fromkeys(FIELDS[reason])
        after[reason] = {**known, **given[reason]}
        _check_references(state, reason, given[reason])
    after.setdefault(after["reason"], dict.fromkeys(FIELDS[after["reason"]]))
    return after


def _check_references(state: State, reason: str, given: Doc) -> None:
    for name in FILES:
        if given.get(name):
            param = f"evidence[{reason}][{name}]"
            file = state.get("file", given[name], param)
            if file["purpose"] != "dispute_evidence":
                raise Refusal(
                    f"The file '{file['id']}' has purpose {file['purpose']}; evidence needs a file"
                    " with purpose dispute_evidence.",
                    param=param,
                )
    if given.get("original_transaction"):
        param = f"evidence[{reason}][original_transaction]"
        state.get("transaction", given["original_transaction"], param)


def check_complete(evidence: Doc) -> None:
    """Refuse evidence that lacks something its reason needs, naming the first such field."""
    reason = evidence["reason"]
    given = evidence.get(reason) or {}
    needed = REQUIRED[reason]
    if reason == "canceled" and given.get("product_type") == "merchandise":
        needed = (*needed, *RETURNED)
    for name in needed:
        if given.get(name) is None:
            raise _incomplete(reason, name)
    if reason == "duplicate":
        proofs = [name for name in PROOFS if given.get(name)]
        if not proofs:
            raise _incomplete(reason, PROOFS[0])
        if len(proofs) > 1:
            raise Refusal(
                f"A duplicate dispute takes exactly one of {', '.join(PROOFS)}; found"
                f" {', '.join(proofs)}.",
                code="parameters_exclusive",
                param=f"evidence[duplicate][{proofs[1]}]",
            )


def _incomplete(reason: str, name: str) -> Refusal:
    param = f"evidence[{reason}][{name}]"
    return Refusal(
        f"This dispute cannot be submitted: {param} is required for the reason {reason}.",
        code="parameter_missing",
        param=param,
    )
