"""Letters to complainants and notices to Stripe: prepared, checked, and noted when they leave."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Literal

from babel.dates import format_date

from supportdesk.domain.complaint_replies import (
    TO_CALLER,
    Letter,
    Purpose,
    absolutes,
    fill,
)
from supportdesk.domain.complaint_text import clean, neutral
from supportdesk.domain.complaints import Complaint, Sent
from supportdesk.domain.document import Document, Paragraph
from supportdesk.domain.money import format_amount
from supportdesk.domain.privacy import refusal
from supportdesk.errors import UserFacing
from supportdesk.services.complaint_steps import refuse_hold, wrong

if TYPE_CHECKING:
    from supportdesk.services.complaints import Complaints

Medium = Literal["copied", "pdf"]
_REPLY = frozenset(
    {"resolve", "holding_reply"}
)  # milestones whose clock tells when an answer is due
_NO_REDRESS = {"en": "none", "de": "keiner", "fr": "aucun", "es": "ninguna", "it": "nessuno"}


class Replies:
    """Prepares what is written; a person sends it."""

    def __init__(self, complaints: Complaints) -> None:
        self._complaints = complaints

    def languages(self, purpose: Purpose) -> tuple[str, ...]:
        """The languages there is a letter in."""
        return self._complaints.basis.replies.languages(purpose)

    def prepare(self, complaint: Complaint, purpose: Purpose, language: str = "") -> Letter:
        """The letter for a purpose, in the complainant's language when there is one.

        What goes to Stripe holds no cardholder's data.

        Raises:
            UserFacing: `reply_missing`: there is no template.
        """
        settings = self._complaints.settings()
        wanted = language or self._complaints.intake.language(complaint.verbatim)
        template = self._complaints.basis.replies.choose(purpose, settings.regimes, wanted)
        if template is None:
            raise UserFacing("There is no template for this reply.", code="reply_missing")
        known = self._known(complaint, template.language)
        return fill(template, known, settings.ombudsman)

    def _known(self, complaint: Complaint, language: str) -> dict[str, str]:
        settings = self._complaints.settings()

        def day(at: float | None) -> str:
            return "" if at is None else written(complaint.day(at))

        def written(value: date) -> str:
            place = "en_US" if settings.programme_country == "US" else "en_GB"
            return format_date(value, "long", locale=place if language == "en" else language)

        answers = [
            clock.due
            for clock in complaint.clocks
            if _REPLY & {*clock.met_by} and "acknowledge" not in clock.met_by
            if clock.role == "duty" and not clock.only_after
        ]
        due = min(answers, default=None)
        redress = ""
        if complaint.redress_reqd is False:
            redress = _NO_REDRESS.get(language, _NO_REDRESS["en"])
        elif complaint.redress_amount is not None and complaint.redress_currency:
            amount = format_amount(complaint.redress_amount, complaint.redress_currency, language)
            redress = f"{amount} {complaint.redress_currency.upper()}"
        return {
            "number": complaint.number,
            "name": complaint.cardholder_name,
            "received": day(complaint.date_received),
            "due": written(due) if due is not None else "",
            "agent": settings.agent,
            "programme": settings.programme_name,
            "business": complaint.user_name,
            "account": complaint.account_ID,
            "basis": ", ".join(complaint.executive_basis),
            "category": f"{complaint.complaint_category}, {complaint.complaint_sub_category}",
            "description": neutral(complaint.complaint_description, complaint),
            "reason": complaint.holding_reason,
            "until": day(complaint.holding_until),
            "outcome": complaint.outcome,
            "action": complaint.description_of_corrective_action,
            "redress": redress,
        }

    def warnings(self, text: str, language: str) -> tuple[str, ...]:
        """Words in a letter that promise something absolute."""
        return absolutes(text, self._complaints.basis.replies, language)

    def check(self, complaint: Complaint, letter: Letter, text: str) -> None:
        """Refuse a letter that may not leave.

        Raises:
            UserFacing: `complaint_on_hold`, it holds a card number, has gaps left or promises
                something absolute.
        """
        if letter.purpose in TO_CALLER:
            refuse_hold(complaint, "reply")
            if found := self.warnings(text, letter.language):
                raise wrong("reply", f"This promises too much: {', '.join(found)}.")
        if said := refusal(text):
            raise wrong("reply", said)
        if "…" in text or not text.strip():
            raise wrong("reply", "Fill what is marked with … first.")

    async def left(
        self, complaint: Complaint, letter: Letter, text: str, medium: Medium
    ) -> Complaint:
        """Note that a letter leaves the desk, with its words; raises as `check`."""
        self.check(complaint, letter, text)
        sent = Sent(
            self._complaints.now(),
            self._complaints.agent(),
            letter.purpose,
            letter.version,
            letter.language,
            medium,
        )
        done = replace(complaint, replies=(*complaint.replies, sent))
        return await self._complaints.edit(done, why=clean(text), action=f"reply {letter.purpose}")

    def document(self, complaint: Complaint, subject: str, text: str) -> Document:
        """The letter as it is printed."""
        parts = [Paragraph(part) for part in text.split("\n\n")]
        return Document(subject, parts, footer=complaint.number)
