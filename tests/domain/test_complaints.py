"""Bad input of every field, the neutral text, the report's rows and checks."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from supportdesk.domain.clocks import Programme, compute, parse_rules
from supportdesk.domain.complaint_check import LONG, SHORT, check, check_resolution
from supportdesk.domain.complaint_report import (
    COLUMNS,
    csv_file,
    entries_of,
    problems_of,
    row_hash,
    row_of,
)
from supportdesk.domain.complaint_text import clean, personal_data, scrub
from supportdesk.domain.complaints import Complaint, Reported, case_of, leading_clock
from supportdesk.domain.picklists import parse_lists
from supportdesk.errors import UserFacing

FOLDER = Path(__file__).parents[2] / "resources/complaints"
TEXT = (FOLDER / "pick-lists.json").read_text(encoding="utf-8")
LISTS = parse_lists(TEXT)
RULES = parse_rules((FOLDER / "clocks.json").read_text(encoding="utf-8"))
EU = Programme(regimes=("stripe", "eu_psd2"), country="DE", subdivision="BE")
DAY = 86_400.0
NOV_5 = 1_793_872_800.0  # 2026-11-05 10:00 UTC
NOW = NOV_5 + 60 * DAY
PAN = "4242 4242 4242 4242"

LOGGED = Complaint(
    id="1",
    number="CMP-2026-0001",
    zone="Europe/Berlin",
    date_input=NOV_5 + 60,
    date_received=NOV_5,
    user_name="Acme Spend",
    received_by="M. Keller",
    account_ID="acct_1",
    stripe_product="Issuing",
    complaint_category="Product or Service",
    complaint_sub_category="Servicing",
    complaint_channel="Phone",
    complaint_description="Refund took three weeks.",
    alleges_UDAP_or_discrimination=False,
    user_stage="Active",
    systemic_issue_identified=False,
    cardholder_name="Lena Hoffmann",
    verbatim="I still have no money back, says Lena Hoffmann.",
)
LOGGED = replace(LOGGED, clocks=compute(RULES, case_of(LOGGED), EU))
RESOLVED = replace(
    LOGGED,
    told_at=NOV_5 + 5 * DAY,
    executed_at=NOV_5 + 6 * DAY,
    outcome="Upheld",
    redress_reqd=True,
    redress_amount=1500,
    redress_currency="eur",
    description_of_corrective_action="Goodwill credit.",
    root_cause="Agent error",
)


def wrong(complaint: Complaint) -> set[str]:
    return {problem.field for problem in check(complaint, LISTS, NOW)}


def test_a_filled_complaint_has_nothing_wrong() -> None:
    assert check(LOGGED, LISTS, NOW) == []
    assert check(RESOLVED, LISTS, NOW) == []
    assert problems_of(LOGGED, LISTS) == ()
    assert problems_of(RESOLVED, LISTS) == ()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("verbatim", ""),
        ("verbatim", " \n"),
        ("verbatim", "x" * (LONG + 1)),
        ("verbatim", f"my card {PAN} was"),
        ("complaint_description", PAN.replace(" ", "")),
        ("received_by", PAN),
        ("received_by", "x" * (SHORT + 1)),
        ("user_name", PAN),
        ("internal_links", f"https://intern.example/{PAN.replace(' ', '')}"),
        ("account_ID", "cus_1"),
        ("date_received", NOW + DAY),
        ("date_received", 0.0),
        ("acknowledged_at", NOV_5 - 2 * DAY),
        ("acknowledged_at", NOW + DAY),
        ("stripe_notified_at", NOW + DAY),
        ("complaint_channel", ""),
        ("complaint_channel", "Pigeon"),
        ("complaint_category", ""),
        ("complaint_sub_category", "Fraud"),
        ("stripe_product", "Treasury 9000"),
        ("user_stage", "Rocket"),
        ("complaint_classification", "urgent"),
        ("executive_basis", ("Because",)),
    ],
)
def test_each_field_says_what_is_wrong_with_it(field: str, value: object) -> None:
    assert field in wrong(replace(LOGGED, **{field: value}))  # type: ignore[arg-type]


def test_what_makes_a_complaint_executive() -> None:
    executive = replace(LOGGED, complaint_classification="executive")
    assert wrong(executive) == {"executive_basis"}
    assert wrong(replace(executive, executive_basis=("Attorney general",))) == set()
    assert wrong(replace(LOGGED, alleges_UDAP_or_discrimination=True)) == {
        "complaint_classification"
    }
    legal = replace(
        LOGGED,
        complaint_category="Legal or Regulatory",
        complaint_sub_category="Threat of legal action",
    )
    assert wrong(legal) == {"complaint_classification"}
    assert wrong(replace(LOGGED, executive_basis=("Attorney general",))) == {
        "complaint_classification"
    }


def test_an_inquiry_needs_its_reason() -> None:
    assert wrong(replace(LOGGED, is_complaint=False)) == {"decision_reason"}


def test_a_value_that_left_the_list_stays_where_it_was() -> None:
    old = replace(LOGGED, complaint_channel="Telex")
    assert check(replace(old, owner="Ann"), LISTS, NOW, before=old) == []
    assert {p.field for p in problems_of(old, LISTS)} == {"complaint_channel"}


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("told_at", None),
        ("executed_at", None),
        ("outcome", ""),
        ("redress_reqd", None),
        ("redress_amount", None),
        ("redress_amount", 0),
        ("redress_amount", 10**15),
        ("redress_currency", ""),
        ("redress_reqd", False),
        ("description_of_corrective_action", ""),
        ("root_cause", ""),
        ("systemic_issue_identified", None),
    ],
)
def test_what_stripe_asks_for_after_resolution(field: str, value: object) -> None:
    incomplete = replace(RESOLVED, **{field: value})  # type: ignore[arg-type]
    named = {problem.field for problem in check_resolution(incomplete)}
    assert named == {"redress_amount" if field == "redress_reqd" and value is False else field}


def test_a_late_resolution_must_say_why() -> None:
    last_day = replace(RESOLVED, executed_at=NOV_5 + 21 * DAY)  # 26 Nov, the 15th business day
    assert check_resolution(last_day) == []
    late = replace(RESOLVED, executed_at=NOV_5 + 22 * DAY)
    assert [p.field for p in check_resolution(late)] == ["reason_exceeded_15_days"]
    assert [p.field for p in problems_of(late, LISTS)] == ["reason_exceeded_15_days"]
    assert check_resolution(replace(late, reason_exceeded_15_days="Courier strike")) == []


def test_the_earliest_clock_leads_until_nothing_is_left_to_do() -> None:
    def leads(complaint: Complaint) -> str:
        clock = leading_clock(complaint)
        return clock.rule if clock is not None else ""

    assert leads(LOGGED) == "stripe.acknowledge"
    assert leads(replace(LOGGED, acknowledged_at=NOV_5 + DAY)) == "eu.reply"
    assert leads(RESOLVED) == ""
    assert leads(replace(LOGGED, is_complaint=False)) == ""
    assert RESOLVED.date_resolved == RESOLVED.executed_at
    assert replace(RESOLVED, told_at=None).date_resolved is None


def test_scrubbing_takes_people_out() -> None:
    text = (
        "Lena Hoffmann (lena.hoffmann@mail.example, +49 170 1234567, 0170 1234567 or "
        f"(415) 555-0132) paid EUR 1,312.50 on 2026-11-03 with {PAN}; HOFFMANN called."
    )
    neutral = scrub(text, ["Lena Hoffmann"])
    assert personal_data(neutral, ["Lena Hoffmann"]) == ()
    assert "EUR 1,312.50 on 2026-11-03" in neutral
    assert "4242 4242 4242" not in neutral
    assert personal_data(text, ["Lena Hoffmann"]) == (
        "a card number",
        "an e-mail address",
        "a phone number",
        "the cardholder's name",
    )


def test_a_companys_common_words_are_no_names() -> None:
    assert scrub("The Ltd told us", ["Muster Ltd"]) == "The Ltd told us"
    assert scrub("Muster called", ["Muster Ltd"]) == "[cardholder] called"


@given(st.text(), st.lists(st.text(max_size=20), max_size=2))
def test_any_text_can_be_cleaned_scrubbed_and_stored(text: str, names: list[str]) -> None:
    neutral = scrub(clean(text), names)
    assert neutral.encode().decode() == neutral
    assert "\x00" not in neutral


def cells(data: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(data.decode(), newline="")))


def test_the_file_has_stripes_twenty_columns_in_order() -> None:
    assert len(COLUMNS) == 20
    header, row = cells(csv_file([row_of(RESOLVED)]))
    assert tuple(header) == COLUMNS
    filled = dict(zip(header, row, strict=True))
    assert filled["date_received"] == "2026-11-05"
    assert filled["date_resolved"] == "2026-11-11"
    assert filled["alleges_UDAP_or_discrimination"] == "no"
    assert filled["redress_reqd"] == "yes"
    assert filled["reason_exceeded_15_days"] == ""
    assert csv_file([row_of(RESOLVED)]) == csv_file([row_of(RESOLVED)])


def test_a_day_is_counted_at_the_programmes_place() -> None:
    late_evening = replace(LOGGED, date_received=NOV_5 + 13.5 * 3600)  # 23:30 UTC
    assert row_of(late_evening)[1] == "2026-11-06"
    assert row_of(replace(late_evening, zone="America/New_York"))[1] == "2026-11-05"


@given(st.text(max_size=60))
def test_no_cell_is_a_formula_or_names_the_cardholder(text: str) -> None:
    typed = f"{text} Lena Hoffmann lena@mail.example {PAN} {text}"
    one = replace(
        RESOLVED, complaint_description=clean(typed), description_of_corrective_action=clean(text)
    )
    (_, row) = cells(csv_file([row_of(one)]))
    assert not [cell for cell in row if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]
    assert not [cell for cell in row if "Hoffmann" in cell or "lena@" in cell]
    assert "4242 4242 4242 4242" not in " ".join(row)
    assert len(row) == 20


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t=", " =", "＝", "\r\n="])
def test_formulas_are_disarmed(start: str) -> None:
    (_, row) = cells(csv_file([row_of(replace(LOGGED, user_name=f"{start}cmd|' /C calc'!A0"))]))
    assert row[2].startswith("'")


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"user_name": ""}, "user_name"),
        ({"account_ID": ""}, "account_ID"),
        ({"account_ID": "cus_1"}, "account_ID"),
        ({"alleges_UDAP_or_discrimination": None}, "alleges_UDAP_or_discrimination"),
        ({"systemic_issue_identified": None}, "systemic_issue_identified"),
        ({"date_received": NOV_5 + 3 * DAY}, "date_received"),
        ({"redress_reqd": True}, "redress_reqd"),
        ({"alleges_UDAP_or_discrimination": True}, "complaint_classification"),
        (
            {"complaint_classification": "executive", "executive_basis": ("Attorney general",)},
            "stripe_notified_at",
        ),
        ({"complaint_description": "Ms Hoffmann waited"}, "complaint_description"),
        ({"user_name": "HOFFMANN, Lena"}, "user_name"),
        ({"internal_links": "lena@mail.example"}, "internal_links"),
    ],
)
def test_the_months_check_names_what_is_missing_or_contradicts(
    change: dict[str, object], field: str
) -> None:
    broken = replace(LOGGED, **change)  # type: ignore[arg-type]
    assert [problem.field for problem in problems_of(broken, LISTS)] == [field]


def test_what_belongs_into_a_month() -> None:
    sent = Reported("2026-11", row_hash(row_of(LOGGED)), NOW)
    december = replace(LOGGED, date_received=NOV_5 + 30 * DAY, date_input=NOV_5 + 31 * DAY)
    cases = {
        "CMP-2026-0001": LOGGED,
        "CMP-2026-0002": replace(LOGGED, reported_in=(sent,)),
        "CMP-2026-0003": replace(RESOLVED, reported_in=(sent,)),
        "CMP-2026-0004": december,
        "CMP-2026-0005": replace(december, is_complaint=False, decision_reason="only asked"),
    }
    complaints = [replace(one, number=number) for number, one in cases.items()]

    def found(month: str, closed: set[str]) -> list[tuple[str, str]]:
        entries = entries_of(month, complaints, closed, LISTS)
        return [(entry.complaint.number[-1], entry.why) for entry in entries]

    assert found("2026-11", set()) == [("1", "new"), ("2", "new"), ("3", "new")]
    assert found("2026-12", set()) == [("3", "changed"), ("4", "new")]
    assert found("2026-12", {"2026-11"}) == [("1", "missed"), ("3", "changed"), ("4", "new")]
    assert found("2026-10", set()) == []


def test_rows_stand_in_the_order_of_their_numbers() -> None:
    counts = [*range(1, 30_000, 613), 9_999, 10_000]
    logged = [replace(LOGGED, id=str(n), number=f"CMP-2026-{n:04}") for n in counts[::-1]]
    rows = entries_of("2026-11", logged, [], LISTS)
    assert [int(entry.complaint.id) for entry in rows] == sorted(counts)


def test_own_lists_replace_ours_by_name() -> None:
    own = parse_lists(TEXT, '{"complaint_channel": ["Carrier pigeon"]}')
    assert own.complaint_channel == ("Carrier pigeon",)
    assert own.root_cause == LISTS.root_cause
    assert own.version == f"{LISTS.version}+own"


@pytest.mark.parametrize(
    "text", ["{", "[]", '{"outcome": 3}', '{"categories": {"A": []}}', '"x"', '{"categories": {}}']
)
def test_unusable_own_lists_name_the_file(text: str) -> None:
    with pytest.raises(UserFacing) as caught:
        parse_lists(TEXT, text)
    assert caught.value.code == "pick_lists_unreadable"
    assert "pick-lists.json" in caught.value.remedy


def test_an_id_that_looks_like_a_card_number_is_none() -> None:
    number = "41899913-3036-1481-1004"
    assert wrong(replace(LOGGED, verbatim=number)) == {"verbatim"}
    assert wrong(replace(LOGGED, id=number, call_id=number)) == set()
