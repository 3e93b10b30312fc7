"""The tour's dispute, complaint and month."""

from __future__ import annotations

import csv
import struct
import zlib
from pathlib import Path
from typing import Any

from PySide6.QtWidgets import QPlainTextEdit, QWidget

from supportdesk.tour.call import SHOP, CardSteps, Differs, same
from supportdesk.tour.hands import Hands, until
from supportdesk.tour.stripe_side import StripeSide

EXPLANATION = (
    "The cardholder did not take part in this purchase, does not know the shop and had the card "
    "stolen the evening before. The card was reported and cancelled."
)
COMPLAINT = "I still have no money back, this is the third time that I call."
BUSINESS = "Acme Trading GmbH"
REPORT_COLUMNS = 20


def a_png(width: int = 900, height: int = 760) -> bytes:
    """A small picture to give as evidence, made here: dark lines as on a receipt."""

    def line(y: int) -> bytes:
        ink = y % 24 < 8
        return bytes(30 if ink and x % 40 < 28 else 240 for x in range(width))

    rows = b"".join(b"\x00" + line(y) for y in range(height))

    def chunk(kind: bytes, data: bytes) -> bytes:
        body = kind + data
        return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))

    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(rows))
        + chunk(b"IEND", b"")
    )


class CaseSteps:
    """Dispute with a file, complaint, month, settings."""

    def __init__(self, hands: Hands, stripe: StripeSide, cards: CardSteps, out: Path) -> None:
        self._hands = hands
        self._stripe = stripe
        self._cards = cards
        self._out = out

    async def dispute(self) -> None:
        """Dispute the purchase the caller did not make, with a file, submitted once."""
        hands = self._hands
        await hands.press("F1")
        await hands.choose_row("activity_list", lambda text: SHOP in text, SHOP)
        await hands.click("person_dispute")
        for answer in ("part_no", "known_nobody", "possession_stolen", "details_no"):
            await hands.click(f"talk_{answer}")
        await hands.click("dispute_told_today")
        note = await self._note("evidence_explanation")
        await hands.type_into(note, EXPLANATION, clear=True)  # the desk has drafted one
        evidence = self._out / "receipt.png"
        evidence.write_bytes(a_png())
        await hands.drop("dispute_drop", evidence)
        await hands.find_text("kept on this desk ✓")
        await hands.find_text("not yet at Stripe")  # what was typed is kept too
        evidence.unlink()
        await hands.picture("dispute")
        await hands.click("dispute_save")
        transaction = await self._disputed("unsubmitted")
        await hands.click("dispute_submit")
        await hands.find("readback_confirm")
        await hands.picture("read-back")
        await hands.click("readback_confirm")
        await until(lambda: hands.seen("readback_confirm", QWidget) is None, "the answer")
        submitted = await self._disputed("submitted")
        same("the disputed purchase", submitted["transaction"], transaction["transaction"])
        given = submitted["evidence"]["fraudulent"]
        same("explanation", given["explanation"], EXPLANATION)
        file = await self._stripe.get(f"files/{given['additional_documentation']}")
        same("purpose of the file", file["purpose"], "dispute_evidence")
        await hands.find_text("submitted")
        await hands.find("case_purchase")  # the whole case was read
        await hands.picture("dispute-submitted")

    async def _note(self, name: str) -> QWidget:
        field = await self._hands.find(name)
        return field.findChild(QPlainTextEdit) or field

    async def _disputed(self, status: str) -> dict[str, Any]:
        """Wait until the practice Stripe holds the caller's dispute in this status."""
        for _ in range(300):
            found = await self._stripe.list("issuing/disputes", status=status)
            for dispute in found:
                purchase = await self._stripe.get(f"issuing/transactions/{dispute['transaction']}")
                mine = purchase["cardholder"] == self._cards.cardholder
                if mine and purchase["merchant_data"]["name"] == SHOP:
                    return dispute
            await self._hands.rest()
        raise Differs(f"no {status} dispute over the purchase at {SHOP}")

    async def complaint(self) -> None:
        """Log what the caller says, acknowledge it."""
        hands = self._hands
        await hands.press("F1")
        await hands.click("person_complain")
        note = await self._note("complaint_verbatim")
        await hands.type_into(note, COMPLAINT)
        await hands.choose_first("complaint_complaint_channel")
        await hands.choose_first("complaint_complaint_category")
        await hands.choose_first("complaint_complaint_sub_category")
        await hands.segment("complaint_alleges_UDAP_or_discrimination", "no")
        await hands.segment("complaint_systemic_issue_identified", "no")
        await hands.find("hint_keep_0")
        await hands.picture("complaint")
        await hands.click("hint_keep_0")
        await hands.click("complaint_save")
        await hands.click("complaint_acknowledge")
        await hands.choose_first("complaint_acknowledged_medium")
        await hands.click("complaint_step_confirm")
        await hands.find("complaint_resolve")
        await hands.picture("complaint-acknowledged")

    async def month(self) -> None:
        """Export this month for Stripe and read the file back."""
        hands = self._hands
        await hands.click("month_export")
        await hands.answer_file_dialog(self._out)

        def files() -> list[Path]:
            return list(self._out.glob("*.csv"))

        await until(lambda: len(files()) == 1, "the month's file")
        path = files()[0]
        await hands.picture("month")
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.reader(file))
        same("columns of the report", len(rows[0]), REPORT_COLUMNS)
        same("rows of the report", len(rows) > 1, True)
        same("business in the report", rows[1][2], BUSINESS)
        if any("Hoffmann" in cell for row in rows for cell in row):
            raise Differs("the report names the cardholder")

    async def settings(self) -> None:
        """Name the business for Stripe's complaint report."""
        hands = self._hands
        await hands.press("Ctrl+,")
        await hands.type("settings_business_name", BUSINESS)
        await hands.picture("settings")
        await hands.click("settings_save")
        await until(
            lambda: hands.window.desk.settings.business_name == BUSINESS, "the settings to be saved"
        )
        await hands.press("Esc")
        await until(lambda: hands.window.current_tab() is not None, "the way back to the tabs")
