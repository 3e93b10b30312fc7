"""Purchases in words: a row of the list, how it was bought, why it was declined."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from PySide6.QtWidgets import QLabel

from supportdesk.domain.activity import lines
from supportdesk.domain.declines import Answer
from supportdesk.domain.records import Authorization, Transaction
from supportdesk.ui.activity_rows import row
from supportdesk.ui.lookup.decline import DeclineAnswer
from supportdesk.ui.lookup.line_words import facts
from tests.ui.conftest import Loop


def test_amounts_and_what_is_open_are_written_as_people_read_them(loop: Loop) -> None:
    def moved(kind: str, amount: int, currency: str = "eur", **more: Any) -> Transaction:
        return Transaction(
            id=f"ipi_{amount}", type=kind, amount=amount, currency=currency, created=1, **more
        )

    def written(*moved: Transaction, status: str = "") -> tuple[str, str, str]:
        held = Authorization(id="iauth_1", amount=90_000, currency="eur", approved=True)
        known = [replace(held, status=status, created=1)] if status else []
        (line,) = lines(known, moved)
        made = row(line, None, None)
        return made.chip, made.trailing, made.note

    of: dict[str, Any] = {"authorization_id": "iauth_1"}
    assert written(moved("refund", 500)) == ("refund", "+€5.00", "")
    assert written(moved("refund", -500)) == ("refund taken back", "€5.00", "")
    abroad: dict[str, Any] = {"merchant_amount": -1_234, "merchant_currency": "jpy"}
    assert written(moved("capture", -800, **abroad))[1] == "€8.00 (JP¥1,234)"
    assert written(moved("capture", -12_345, "kwd"))[1] == "KWD\xa012.345"
    assert written(moved("capture", -800))[2] == "charged without an authorisation"
    assert written(moved("capture", -91_500, **of), status="closed")[2] == (
        "€15.00 more than was approved"
    )
    assert written(moved("capture", -10_000, **of), status="pending") == (
        "settled",
        "€100.00",
        "€800.00 more is held, not charged yet",
    )


def test_cash_is_told_with_how_it_was_bought(loop: Loop) -> None:
    drawn = Authorization(id="iauth_1", amount=10_250, currency="eur", approved=True, atm_fee=250)
    taken = Transaction(id="ipi_1", type="capture", amount=-5_130, currency="eur", cashback=2_000)
    for line in lines([drawn], [taken]):
        said = dict(facts(line, network_risk=False))["Cash"]
        assert said in (
            "€2.50 of it is the cash machine's fee",
            "€20.00 of it was paid out in cash at the till",
        )
    (plain,) = lines([replace(drawn, atm_fee=0)], [])
    assert "Cash" not in dict(facts(plain, network_risk=False))


def test_one_failed_check_is_told_beside_any_other_reason(loop: Loop) -> None:
    check = "The security code (CVC) did not match."
    for reason, told in (("suspected_fraud", True), ("verification_failed", False)):
        made = DeclineAnswer(Answer(reason=reason, what="What happened.", checks=(check,)))
        said = [label.text() for label in made.findChildren(QLabel)]
        assert (f"· {check}" in said) is told  # of the latter it is the answer itself
        made.deleteLater()
