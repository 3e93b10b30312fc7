"""Disputes: what cardholders say, what they attach and how it ends."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from .keyed import identifier
from .life import Life
from .money import balance_transaction, dispute
from .programme import DAY, Programme, Story

Doc = dict[str, Any]

EXPLANATIONS = {
    "fraudulent": "The cardholder had the card with them and does not know this merchant.",
    "no_valid_authorization": "Charged after the card was cancelled; nobody approved it.",
    "not_received": "The parcel never came. The shop has not answered three e-mails.",
    "canceled": "Cancelled within the period the shop names, and charged nevertheless.",
    "merchandise_not_as_described": "The jacket that came is of another colour and torn.",
    "service_not_as_described": "The room had no heating and no window, unlike the offer.",
    "duplicate": "Charged twice for one purchase on the same day.",
    "other": "The shop agreed to lower the price and charged the old one.",
}
LOSSES = {
    "fraudulent": (
        "transaction_3ds_required", "cardholder_authentication_issuer_liability",
        "transaction_electronically_read", "excess_disputes_in_timeframe",
        "transaction_approved_after_prior_fraud_dispute", "eci5_token_transaction_with_tavv",
        "transaction_qualifies_for_visa_easy_payment_service", "transaction_unattended",
    ),
    "no_valid_authorization": ("invalid_no_authorization", "transaction_authorized"),
    "not_received": ("merchandise_delivered_or_shipped", "refund_issued"),
    "canceled": ("not_cancelled", "submitted_beyond_allowable_time_limit"),
    "merchandise_not_as_described": ("merchandise_or_service_as_described",),
    "service_not_as_described": (
        "merchandise_or_service_as_described",
        "has_not_met_the_minimum_dispute_amount_requirements",
    ),
    "duplicate": ("invalid_duplicate_dispute", "invalid_incorrect_amount_dispute"),
    "other": ("invalid_use_of_disputes", "other"),
}  # fmt: skip
EVIDENCE_FILES = (
    ("order-confirmation.pdf", "Order confirmation 20417"),
    ("letter-to-merchant.pdf", "Letter to the merchant"),
    ("bank-statement.pdf", "Statement of the month"),
    ("photo-of-goods.pdf", "Photograph of the goods"),
    ("cancellation.pdf", "Cancellation of the booking"),
    ("receipt.pdf", "Till receipt"),
)
FILE_LIFE = 270 * DAY  # Stripe keeps evidence for nine months


def evidence(life: Life, paid: Doc, reason: str, file: str | None) -> Doc:
    """Evidence as the reason needs it; dates are taken from the capture `paid`."""
    bought = paid["created"] - DAY
    goods = {"product_type": "merchandise", "product_description": "Winter jacket, size M"}
    service = {"product_type": "service", "product_description": "Double room for one night"}
    said: Doc = {"explanation": EXPLANATIONS[reason], "additional_documentation": file}
    match reason:
        case "not_received":
            said |= goods | {"expected_at": bought + 2 * DAY}
        case "canceled":
            said |= service | {
                "canceled_at": bought + DAY, "cancellation_policy_provided": True,
                "cancellation_reason": "Plans changed", "expected_at": bought + 3 * DAY,
                "return_status": None, "returned_at": None,
            }  # fmt: skip
        case "merchandise_not_as_described":
            said |= {
                "received_at": bought + 2 * DAY, "return_status": "merchant_rejected",
                "return_description": "Offered to send it back; the shop refused it.",
                "returned_at": bought + 3 * DAY,
            }  # fmt: skip
        case "service_not_as_described":
            said |= {
                "received_at": bought + DAY, "canceled_at": bought + DAY,
                "cancellation_reason": "Left after one hour",
            }  # fmt: skip
        case "duplicate":
            said |= {
                "card_statement": None, "cash_receipt": None, "check_image": None,
                "original_transaction": _earlier(life, paid),
            }  # fmt: skip
        case "other":
            said |= service
    return {"reason": reason, reason: said}


def _earlier(life: Life, paid: Doc) -> str | None:
    """The capture that `paid` is the double of."""
    for other in reversed(life.programme.docs["transaction"]):
        alike = all(other[key] == paid[key] for key in ("card", "amount", "merchant_currency"))
        if alike and other["id"] != paid["id"]:
            return str(other["id"])
    return None


def contest(
    life: Life,
    paid: Doc,
    reason: str,
    outcome: str,
    *,
    wait: float = 4,
    file: int | None = None,
    part: float = 1,
) -> Story:
    """File a dispute `wait` days from now; `outcome` is the status it reaches in the end."""
    yield life.later(wait)
    programme = life.programme
    attached = file_id(programme, file) if file is not None else None
    amount = round(-paid["amount"] * part)
    said = evidence(life, paid, reason, attached)
    case = dispute(paid, id=life.new_id("idp"), amount=amount, evidence=said, at=programme.now)
    programme.add("dispute", case)
    programme.change(paid, dispute=case["id"])
    if outcome == "unsubmitted":
        return
    if outcome == "expired":
        yield paid["created"] + 110 * DAY
        programme.change(case, "closed", status="expired")
        return
    yield life.later(1.2)
    _book(life, case, "issuing_dispute_provisional_credit", amount)
    programme.change(case, "submitted", status="submitted")
    programme.tell(case, "funds_reinstated")
    if outcome == "submitted":
        return
    yield life.later(life.rng.uniform(28, 40))
    _book(life, case, "issuing_dispute_provisional_credit_reversal", -amount)
    if outcome == "lost":
        loss = life.rng.choice(LOSSES[reason])
        programme.change(case, "funds_rescinded", status="lost", loss_reason=loss)
    else:
        _book(life, case, "issuing_dispute", amount)
        programme.change(case, "funds_reinstated", status="won")
    programme.tell(case, "closed")


def _book(life: Life, case: Doc, kind: str, amount: int) -> None:
    movement = balance_transaction(
        case, id=life.new_id("txn"), kind=kind, amount=amount, at=life.programme.now
    )
    case["balance_transactions"] = [*case["balance_transactions"], movement]


# --- files -----------------------------------------------------------------------------------


def file_id(programme: Programme, number: int) -> str:
    """The id of one of the evidence files."""
    return identifier("file", programme.seed, "evidence", number)


def uploads(programme: Programme) -> Story:
    """The evidence files, all uploaded long before their disputes."""
    for number, (name, title) in enumerate(EVIDENCE_FILES):
        created = programme.end - (170 - number) * DAY
        yield created
        id = file_id(programme, number)
        links = {
            "object": "list",
            "data": [],
            "has_more": False,
            "url": f"/v1/file_links?file={id}",
        }
        programme.add(
            "file",
            {
                "id": id,
                "object": "file",
                "created": created,
                "expires_at": created + FILE_LIFE,
                "filename": name,
                "links": links,
                "purpose": "dispute_evidence",
                "size": len(pdf(title)),
                "title": title,
                "type": "pdf",
                "url": f"/v1/files/{id}/contents",
            },
        )


def contents(seed: int) -> Iterator[tuple[str, bytes]]:
    """Id and bytes of every evidence file."""
    for number, (_, title) in enumerate(EVIDENCE_FILES):
        yield identifier("file", seed, "evidence", number), pdf(title)


def pdf(line: str) -> bytes:
    """A one-page PDF showing one line of ASCII text."""
    text = f"BT /F1 18 Tf 72 760 Td ({line}) Tj ET"
    bodies = (
        "<< /Type /Catalog /Pages 2 0 R >>",
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R"
        " /Resources << /Font << /F1 5 0 R >> >> >>",
        f"<< /Length {len(text)} >>\nstream\n{text}\nendstream",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    )
    out, places = "%PDF-1.4\n", []
    for number, body in enumerate(bodies, start=1):
        places.append(len(out))
        out += f"{number} 0 obj\n{body}\nendobj\n"
    rows = "".join(f"{place:010d} 00000 n \n" for place in places)
    count = len(bodies) + 1
    trailer = f"trailer\n<< /Size {count} /Root 1 0 R >>\nstartxref\n{len(out)}\n%%EOF\n"
    return f"{out}xref\n0 {count}\n0000000000 65535 f \n{rows}{trailer}".encode("ascii")
