"""Every record that Stripe can tell us survives being kept."""

from __future__ import annotations

import json
from dataclasses import fields
from typing import Any, get_args

from hypothesis import given, settings
from hypothesis import strategies as st

from supportdesk.domain import records
from supportdesk.store import body
from supportdesk.store.mirror_tables import ROW, values

KINDS = get_args(records.Record)
MAPPINGS = {
    "checks": st.dictionaries(st.text(), st.text(), max_size=3),
    "evidence": st.dictionaries(
        st.text(), st.one_of(st.text(), st.integers(), st.booleans(), st.none()), max_size=5
    ),
}


def anything(kind: Any) -> st.SearchStrategy[Any]:
    return st.builds(kind, **{each.name: MAPPINGS.get(each.name, ...) for each in fields(kind)})


ANY = st.one_of(*map(anything, KINDS))
few = settings(max_examples=40, deadline=None)


@few
@given(ANY)
def test_a_record_comes_back_the_same(record: records.Record) -> None:
    assert body.load(type(record), body.dump(record)) == record


@few
@given(ANY)
def test_numbers_and_truths_do_not_turn_into_each_other(record: records.Record) -> None:
    again = body.load(type(record), body.dump(record))
    assert repr(again) == repr(record)


@few
@given(ANY, st.dictionaries(st.text(min_size=1), st.integers(), max_size=3))
def test_names_of_a_later_release_are_passed_over(
    record: records.Record, later: dict[str, int]
) -> None:
    kept = json.loads(body.dump(record))
    text = json.dumps({f"later_{name}": value for name, value in later.items()} | kept)
    assert body.load(type(record), text) == record


def test_what_an_earlier_release_did_not_know_has_its_default() -> None:
    assert body.load(records.Card, '{"id": "ic_1"}') == records.Card(id="ic_1")


def test_half_a_surrogate_pair_does_not_stop_the_desk() -> None:
    holder = records.Cardholder(
        id="ich_\ud800",
        name="A\udfffB",
        past_due=("\ud800",),
        billing=records.Address(city="\ud83d"),
    )
    again = body.load(records.Cardholder, body.dump(holder))
    assert (again.id, again.name, again.past_due) == ("ich_\ufffd", "A\ufffdB", ("\ufffd",))
    assert again.billing.city == "\ufffd"
    dispute = records.Dispute(
        id="idp_1", evidence={"reason\ud800": "\ud800", "amount": 1, "x": True}
    )
    assert body.load(records.Dispute, body.dump(dispute)).evidence == {
        "reason\ufffd": "\ufffd",
        "amount": 1,
        "x": True,
    }


@few
@given(ANY)
def test_every_kind_has_a_row_with_all_its_columns(record: records.Record) -> None:
    row = ROW[type(record)]
    columns = {name for name in row.model_fields if name != "seq"}
    assert set(values(record, 1.0)) == columns
