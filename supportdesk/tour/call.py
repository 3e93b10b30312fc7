"""The steps of the tour's call, each with the question whether it really happened."""

from __future__ import annotations

from typing import Any

from PySide6.QtWidgets import QApplication, QPlainTextEdit, QWidget

from supportdesk.tour.hands import Hands, until
from supportdesk.tour.stripe_side import StripeSide
from supportdesk.ui.widgets.row_list import RowList

CALLER = "Lena Hoffmann"
TYPED = "lena hof"
SHOP = "Gamer's Hub Ltd"


class Differs(Exception):
    """The practice Stripe says something else than the step should have done."""


def same(what: str, found: object, wanted: object) -> None:
    """Raise Differs unless Stripe's answer is what it should be."""
    if found != wanted:
        raise Differs(f"{what}: {found!r} instead of {wanted!r}")


class CardSteps:
    """Search, open, freeze, unfreeze, stolen with replacement."""

    def __init__(self, hands: Hands, stripe: StripeSide) -> None:
        self._hands = hands
        self._stripe = stripe
        self.cardholder = ""
        self.card = ""

    async def _card(self, card_id: str) -> dict[str, Any]:
        return await self._stripe.get(f"issuing/cards/{card_id}")

    async def search(self) -> None:
        """Find the caller by a part of the name."""
        hands = self._hands
        await hands.press("Ctrl+K")
        await hands.type("search", TYPED)
        rows = await hands.find_as("lookup_results", RowList)
        await until(
            lambda: any(CALLER in row.title for row in rows.rows()), f"{CALLER} in the results"
        )
        await hands.picture("search")
        found = next(row for row in rows.rows() if CALLER in row.title)
        holder = await self._stripe.get(f"issuing/cardholders/{found.key}")
        same("name of the cardholder", holder["name"], CALLER)
        self.cardholder = found.key

    async def open(self) -> None:
        """Open the caller's page and wait until Stripe was asked."""
        hands = self._hands
        await hands.choose_row("lookup_results", lambda text: CALLER in text, CALLER)
        await hands.press("Return")
        focus = hands.window.focus
        await until(lambda: focus.person == self.cardholder, "the caller in focus")
        await until(lambda: focus.card != "", "a card in focus")
        mirror_has = await self._stripe.list("issuing/cards", cardholder=self.cardholder)
        active = [card["id"] for card in mirror_has if card["status"] == "active"]
        await until(lambda: focus.card in active, "the active card in focus")
        self.card = focus.card
        await hands.find("closed_verify")
        if hands.seen("activity_list", RowList) is not None:
            raise Differs("purchases are shown before the caller is verified")
        await hands.picture("person")

    async def freeze(self) -> None:
        """Freeze the card with one key."""
        await self._hands.find("card_freeze")
        await self._hands.press("F")
        await self._hands.find("card_unfreeze")
        same("status of the frozen card", (await self._card(self.card))["status"], "inactive")
        await self._hands.picture("frozen")

    async def verify(self) -> None:
        """Let the caller prove who they are, with a code from the company's own system."""
        hands = self._hands
        holder = await self._stripe.get(f"issuing/cardholders/{self.cardholder}")
        born = holder["individual"]["dob"]
        day = f"{born['year']:04d}-{born['month']:02d}-{born['day']:02d}"
        await hands.press("V")
        await hands.type("verify_dob", day)
        await hands.type("verify_postal_code", "00000")
        await hands.press("Ctrl+Return")
        await hands.find_text("No match")
        await hands.type("verify_dob", day)
        await hands.type("verify_postal_code", holder["billing"]["address"]["postal_code"])
        await hands.segment("verify_code", "yes")
        await hands.picture("asked")
        await hands.press("Ctrl+Return")
        await hands.find_text("Caller verified (level 3)")
        gone = "the questions to be put away"  # until then the keyboard is in one of them
        await until(lambda: hands.seen("verify_form", QWidget) is None, gone)
        purchases = await hands.find_as("activity_list", RowList)
        await until(lambda: len(purchases.rows()) > 5, "the caller's purchases")
        await hands.picture("verified")

    async def wrap_up(self) -> None:
        """End the call: the summary wrote itself and names no one."""
        hands = self._hands
        # The dialog that asked for a file name may still be closing; a key would go to it.
        await until(lambda: QApplication.activeModalWidget() is None, "the window alone")
        await hands.press("Ctrl+Shift+Return")
        told = await hands.find_as("wrap_up_summary", QPlainTextEdit)
        text = told.toPlainText()
        for part in (self.cardholder, "no match", "ordered a replacement", "submitted the dispute"):
            same(f"{part!r} in the summary", part in text, True)
        if "Hoffmann" in text:
            raise Differs("the summary names the cardholder")
        await hands.picture("wrap-up")
        await hands.click("wrap_up_end")
        await until(lambda: hands.window.focus.person == "", "a clear screen")
        await hands.picture("cleared")

    async def unfreeze(self) -> None:
        """Switch the card on again, which asks why."""
        await self._hands.press("F")
        await self._hands.find_text("Why switch")
        await self._hands.press("1")
        await self._hands.picture("why")
        await self._hands.press("Ctrl+Return")
        await self._hands.find("card_freeze")
        same("status of the card", (await self._card(self.card))["status"], "active")
        await self._hands.picture("switched-on")

    async def stolen(self) -> None:
        """Report the card stolen, by keyboard alone: two keys to frozen, then step by step."""
        hands, focus = self._hands, self._hands.window.focus
        await hands.press("L")  # two cards: which one is the second key
        choice = await hands.find_as("lost_choice_list", RowList)
        mine = next(at for at, row in enumerate(choice.rows(), 1) if row.key == self.card)
        await hands.press(str(mine))
        await hands.find_text("confirmed by Stripe")
        same(
            "status before anything was asked", (await self._card(self.card))["status"], "inactive"
        )
        ticked = await self._tick()
        await hands.picture("stolen-purchases")
        await hands.press("Ctrl+Return")
        await hands.find("lost_outcome")
        before = {card["id"] for card in await self._cards()}
        await hands.arrow_to("lost_outcome", "stolen")
        await hands.arrow_to("lost_replacement", "both")
        await hands.picture("stolen-order")
        await hands.press("Ctrl+Return")
        await hands.find_text("A fraud draft is kept")
        new = await self._two_new_cards(before)
        await self._after_the_order(ticked)
        await until(lambda: focus.card == new, "the new card in focus")
        await hands.find("detail_unfreeze")
        await hands.picture("replaced")

    async def _tick(self) -> int:
        """Tick the newest pending and the newest settled purchase with the Space key."""
        hands = self._hands
        rows = await hands.find_as("lost_purchases", RowList)
        await until(lambda: len(rows.rows()) > 3, "the card's purchases")
        await until(rows.hasFocus, "the keyboard in the purchases")
        ticked = 0
        await hands.press("Home")
        for wanted in ("pending", "settled"):
            below = (n for n, row in enumerate(rows.rows()) if wanted in row.subtitle)
            for _ in range(next(below) - rows.currentIndex().row()):
                await hands.press("Down")
            await hands.press("Space")
            ticked += 1
        return ticked

    async def _two_new_cards(self, before: set[str]) -> str:
        """Look at what Stripe made of the order; returns the replacement's id."""
        old = await self._card(self.card)
        same("status of the old card", old["status"], "canceled")
        same("why it was cancelled", old["cancellation_reason"], "stolen")
        made = [card for card in await self._cards() if card["id"] not in before]
        same("new cards", sorted(card["type"] for card in made), ["physical", "virtual"])
        replacing = [card for card in made if card["replacement_for"] == self.card]
        same("cards that replace the old one", [c["type"] for c in replacing], ["physical"])
        same("why", replacing[0]["replacement_reason"], "stolen")
        (virtual,) = (card for card in made if card["type"] == "virtual")
        same("status of the virtual card", virtual["status"], "active")
        found: str = replacing[0]["id"]
        return found

    async def _after_the_order(self, ticked: int) -> None:
        """Disputes, wallets and what is read back."""
        hands = self._hands
        await hands.press("Ctrl+Return")  # prepares the drafts
        claims = await hands.find_as("lost_claims", RowList)
        chips = ["draft kept", "pending, offered again"]
        await until(lambda: sorted(row.chip for row in claims.rows()) == chips, "the drafts")
        same("purchases named", len(claims.rows()), ticked)
        await hands.picture("stolen-disputes")
        await hands.press("Ctrl+Return")
        wallets = await hands.find_as("lost_wallets", RowList)
        await hands.press("S")
        await until(lambda: wallets.rows()[0].chip == "suspended", "the wallet to be suspended")
        token = await self._stripe.get(f"issuing/tokens/{wallets.rows()[0].key}")
        same("status of the wallet", token["status"], "suspended")
        await hands.picture("stolen-wallets")
        await hands.press("Ctrl+Return")
        text = await hands.find_as("lost_text", QPlainTextEdit)
        await until(lambda: "LS-" in text.toPlainText(), "a reference number")
        await hands.picture("stolen-read-back")
        await hands.press("Ctrl+Return")

    async def _cards(self) -> list[dict[str, Any]]:
        return await self._stripe.list("issuing/cards", cardholder=self.cardholder)
