"""How far a physical card is: a time line, tracking, the address and what Stripe thinks of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QWidget

from supportdesk.domain import cards, shipping
from supportdesk.domain.calendars import Calendar
from supportdesk.domain.records import Card, Shipping
from supportdesk.domain.shipping import LATE_AFTER, Step
from supportdesk.ui import text, theme, words
from supportdesk.ui.cards.parts import box
from supportdesk.ui.text import tr
from supportdesk.ui.widgets.button import KeyButton
from supportdesk.ui.widgets.chip import Chip, FlowLayout, StatusDot
from supportdesk.ui.widgets.label import label

_DOTS = {"done": "good", "now": "good", "failed": "bad", "ahead": "neutral"}


@dataclass(frozen=True, slots=True)
class Place:
    """Where the programme stands: its day, and which days count as business days."""

    today: date
    calendar: Calendar


def shipment_box(
    card: Card,
    place: Place,
    *,
    open_: bool,
    redirect: Callable[[], object],
    resend: Callable[[], object],
) -> QWidget | None:
    """Draw the shipment of a card, None for one that is not sent.

    Args:
        open_: whether the address may be shown.
        redirect: another address, while that is possible.
        resend: a new card in place of one that did not arrive.
    """
    parcel = card.shipping
    if parcel is None or not parcel.status:
        return None
    made, layout = box(tr("Shipment"))
    said, tone = words.shipment_state(parcel.status)
    top = QHBoxLayout()
    top.addWidget(Chip(said, tone))
    top.addWidget(label(words.delivery_service(parcel.service), "muted"))
    top.addStretch(1)
    layout.addLayout(top)
    layout.addWidget(_time_line(card))
    if said := _waits(card, parcel, place):
        layout.addWidget(label(said, "small", wrap=True))
    layout.addLayout(_facts(parcel, open_=open_))
    layout.addWidget(_steps(card, place, redirect, resend))
    return made


def step_words(step: Step) -> str:
    """A step of the time line, such as "Posted · 14 Nov 09:12"."""
    names = {
        "pending": tr("Ordered"),
        "submitted": tr("Handed to production"),
        "shipped": tr("Posted"),
        "delivered": tr("Delivered"),
        "returned": tr("Returned to sender"),
        "failure": tr("Could not be delivered"),
        "canceled": tr("Shipment cancelled"),
    }
    name = names.get(step.status) or words.shipment_state(step.status)[0]
    if step.expected and step.at is not None:
        return tr("{step} · expected {day}", step=name, day=words.on_day(step.at))
    if step.at is not None:
        return f"{name} · {text.when(step.at)}"
    return tr("{step} · to come", step=name) if step.progress == "ahead" else name


def _time_line(card: Card) -> QWidget:
    made = QWidget()
    grid = QGridLayout(made)
    px = theme.current.measures.px
    grid.setContentsMargins(0, px(0.2), 0, px(0.2))
    grid.setHorizontalSpacing(px(0.5))
    grid.setVerticalSpacing(px(0.1))
    told = []
    for row, step in enumerate(shipping.steps(card)):
        dot = StatusDot(_DOTS[step.progress])
        grid.addWidget(dot, row, 0, Qt.AlignmentFlag.AlignVCenter)
        said = step_words(step)
        role = "strong" if step.progress in ("now", "failed") else ""
        role = "muted" if step.progress == "ahead" else role
        grid.addWidget(label(said, role, wrap=True), row, 1)
        told.append(said)
    grid.setColumnStretch(1, 1)
    made.setAccessibleName(tr("Time line of the shipment: {steps}", steps="; ".join(told)))
    return made


def _waits(card: Card, parcel: Shipping, place: Place) -> str:
    """Until when a posted card may still arrive, or that it is overdue."""
    if card.status == "canceled":
        return ""
    late = shipping.late_on(card, place.calendar)
    unknown = tr("When it was posted is not known.") if parcel.shipped_at is None else ""
    if late is None:
        return unknown if parcel.status == "shipped" else ""
    if unknown:
        if place.today >= late:
            return tr("{unknown} It should be there by now.", unknown=unknown)
        day = text.day(late, today=place.today)
        return tr("{unknown} From {day} on a new card can be sent.", unknown=unknown, day=day)
    if place.today >= late:
        return tr("Not arrived {n} business days after posting.", n=LATE_AFTER)
    return tr(
        "It may still arrive. From {day} on, {n} business days after posting, a new card can be"
        " sent.",
        day=text.day(late, today=place.today),
        n=LATE_AFTER,
    )


def _facts(parcel: Shipping, *, open_: bool) -> QGridLayout:
    grid = QGridLayout()
    grid.setHorizontalSpacing(theme.current.measures.px(0.8))
    check = words.address_check(parcel.validation_result)
    if parcel.validation_result == "likely_undeliverable":
        check = tr("{check}: ask the cardholder for the right address", check=check)
    rows: list[tuple[str, str]] = [
        (tr("To"), _whereto(parcel, open_=open_)),
        (tr("Address check"), check),
    ]
    if open_ and (theirs := shipping.corrected(parcel)) is not None:
        rows.append((tr("Corrected to"), " · ".join(words.address_lines(theirs))))
    rows.append((tr("Carrier"), parcel.carrier.replace("_", " ").upper()))
    tracked = parcel.tracking_number or parcel.tracking_url
    if parcel.status in ("shipped", "delivered") and not tracked:
        rows.append((tr("Tracking"), tr("this delivery is not tracked")))
    at = 0
    for name, value in rows:
        if value:
            _fact(grid, at, name, value, wide=2)
            at += 1
    if tracked:
        _fact(grid, at, tr("Tracking"), parcel.tracking_number or tr("by link only"))
        if parcel.tracking_url.startswith(("https://", "http://")):
            grid.addWidget(_copy(parcel.tracking_url), at, 2)
    grid.setColumnStretch(1, 1)
    return grid


def _fact(grid: QGridLayout, at: int, name: str, value: str, wide: int = 1) -> None:
    grid.addWidget(label(name, "muted"), at, 0, Qt.AlignmentFlag.AlignTop)
    shown = label(value, wrap=True)
    shown.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    grid.addWidget(shown, at, 1, 1, wide)


def _copy(link: str) -> KeyButton:
    button = KeyButton(tr("Copy link"), "", "link")
    button.setObjectName("shipment_copy")
    button.setToolTip(link)

    def copy() -> None:
        QGuiApplication.clipboard().setText(link)
        button.setText(tr("Link copied"))

    button.clicked.connect(copy)
    return button


def _whereto(parcel: Shipping, *, open_: bool) -> str:
    if not open_:
        return tr("hidden until the caller is verified")
    return " · ".join([parcel.name, *words.address_lines(parcel.address)])


def _steps(
    card: Card, place: Place, redirect: Callable[[], object], resend: Callable[[], object]
) -> QWidget:
    made = QWidget()
    flow = FlowLayout(made)
    again = shipping.may_resend(card, place.today, place.calendar)
    for name, said, allowed, act in (
        (
            "shipment_redirect",
            tr("Change address"),
            card.status != "canceled" and cards.may_change_shipping(card).allowed,
            redirect,
        ),
        ("shipment_resend", tr("Send a new card"), again.allowed, resend),
    ):
        if allowed:
            button = KeyButton(said)
            button.setObjectName(name)
            button.clicked.connect(act)
            flow.addWidget(button)
    if not flow.count():
        made.hide()
    return made
