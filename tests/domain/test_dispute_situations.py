"""Intake situations with what the desk has to say to each, and where that is written.

Sources: S = docs.stripe.com/issuing/purchases/disputes; API = Stripe's dispute object;
Q = the networks' waiting times as Quavo's notes give them (secondary); E = 12 CFR 1005.11;
Z = 12 CFR 1026.13; P = PSD2 art. 71 and 73; U = PSRs 2017 reg. 74 and 76; D = the desk's own line.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from supportdesk.domain.clocks import Programme
from supportdesk.domain.days import format_day
from supportdesk.domain.dispute_talk import talk
from supportdesk.domain.disputes import Draft, new_draft, read
from supportdesk.domain.disputes_checks import Case, ceiling, deadline, wait_until
from supportdesk.domain.disputes_preflight import Known, checks
from supportdesk.domain.disputes_rules import load
from supportdesk.domain.records import (
    Authorization,
    Card,
    Cardholder,
    Decision,
    Dispute,
    Merchant,
    Transaction,
)
from supportdesk.domain.refund_clocks import circumstances, refunds

RULES = load(Path(__file__).parents[2] / "resources" / "disputes")
BOUGHT = date(2026, 11, 2)  # a Monday without a holiday near
AT = int(datetime(2026, 11, 2, 12, tzinfo=UTC).timestamp())
DAY = 86_400
PLACES = {
    "EU": Programme(regimes=("stripe", "eu_psd2"), country="DE"),
    "UK": Programme(regimes=("stripe", "uk_psrs"), country="GB"),
    "US": Programme(regimes=("stripe", "us_reg_e"), country="US"),
    "US credit": Programme(regimes=("stripe", "us_reg_z"), country="US"),
    "none": Programme(regimes=("stripe",), country="DE"),
}


@dataclass(frozen=True, kw_only=True)
class S:
    """One situation of dispute_situations.json.

    `answers` as "question=answer ..."; days count from the day of the purchase. Expected: the
    reason, parts of warnings that must (or, after "-", must not) be there, the last day, the day
    to wait for, the day the first refund clock is due, and what is left (minor units).
    """

    answers: str
    reason: str
    source: str
    network: str = "visa"
    place: str = "EU"
    method: str = "online"
    secure: str = ""
    wallet: str = ""
    card: str = "canceled"
    shop_country: str = "DE"
    account_age: int = 400
    refunded: int = 0
    authorised: int = 24900
    dispute: str = ""
    amount: int = 24900
    fraud: int = 0
    reported: bool = False
    typed: Mapping[str, int] = field(default_factory=dict)
    chosen: str = ""
    today: int = 2
    says: Sequence[str] = ()
    refused: bool = False
    last: int | None = 110
    wait: int | None = None
    refund: int | None = None
    left: int = 24900


_ROWS = json.loads((Path(__file__).parent / "dispute_situations.json").read_text("utf-8"))
SITUATIONS = [S(**row) for row in _ROWS]


def built(row: S) -> tuple[Case, Draft, Cardholder]:
    bought = Transaction(
        id="ipi_1", type="capture", amount=-row.amount, currency="eur",
        merchant=Merchant(name="Gamer's Hub", country=row.shop_country), card_id="ic_1",
        authorization_id="iauth_1", created=AT, processing_date=BOUGHT.isoformat(),
    )  # fmt: skip
    back = replace(bought, id="ipi_2", type="refund", amount=row.refunded, created=AT + DAY)
    paid = Authorization(
        id="iauth_1", approved=True, method=row.method, wallet=row.wallet,
        three_d_secure=row.secure, decisions=(Decision(approved=True, amount=row.authorised),),
    )  # fmt: skip
    case = Case(
        transaction=bought,
        card=Card(id="ic_1", brand=row.network, last4="4242", status=row.card),
        authorization=paid,
        related=(bought, back) if row.refunded else (bought,),
        dispute=Dispute(id="idp_1", status=row.dispute) if row.dispute else None,
        fraud_disputes=row.fraud,
        reported_before=row.reported,
    )
    draft = new_draft(bought, ceiling(bought, case.related).left, "en_GB")
    draft = replace(
        draft,
        answers=dict(part.split("=") for part in row.answers.split()),
        told_us_on=format_day(BOUGHT + timedelta(row.today)),
        evidence={n: format_day(BOUGHT + timedelta(d)) for n, d in row.typed.items()},
    )
    return case, draft, Cardholder(id="ich_1", created=AT - row.account_age * DAY)


@pytest.mark.parametrize(
    "row", SITUATIONS, ids=[f"{n}-{row.reason}" for n, row in enumerate(SITUATIONS)]
)
def test_situation(row: S) -> None:
    case, draft, holder = built(row)
    today = BOUGHT + timedelta(row.today)
    said = talk(RULES.conversation, draft.answers, row.chosen)
    assert said.reason == row.reason
    settled = {**said.sets, **draft.evidence}
    draft = replace(draft, reason=row.chosen or said.reason, evidence=settled)
    left = ceiling(case.transaction, case.related).left
    assert left == row.left
    reading = read(draft, case.transaction, left, RULES, today=today, locale="en_GB")
    known = Known(case=case, draft=draft, reading=reading, talk=said, rules=RULES, today=today,
                  locale="en_GB")  # fmt: skip
    found = checks(known)
    text = "\n".join(f"{check.text} {check.remedy}" for check in found)
    for part in row.says:
        assert (part[1:] not in text) if part.startswith("-") else (part in text), part
    assert ("refuse" in {check.level for check in found}) == row.refused
    place = (case.transaction, case.network, draft.reason, reading.days, RULES, today)
    end = deadline(*place, draft.answers)
    assert end is not None
    assert row.last is not None
    assert (end.day - BOUGHT).days == row.last
    wait = wait_until(*place, draft.answers)
    assert (None if wait is None else (wait[0] - BOUGHT).days) == row.wait
    programme = PLACES[row.place]
    around = circumstances(
        case.transaction, case.authorization, holder, RULES.refunds, programme.country
    )
    told = reading.days["told_us_on"]
    law = refunds(RULES.refunds, programme, draft.reason, told, BOUGHT, around)
    due = (law.clocks[0].due - BOUGHT).days if law.clocks else None
    assert due == row.refund


def test_there_are_enough_situations_and_every_reason_is_among_them() -> None:
    assert len(SITUATIONS) >= 60
    assert {row.reason for row in SITUATIONS} >= {r.reason for r in RULES.reasons.reasons}
    assert all(row.source for row in SITUATIONS)
