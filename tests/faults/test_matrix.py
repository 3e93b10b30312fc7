"""Whatever strikes, desks and Stripe never contradict each other; and the comparison can tell."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from supportdesk.domain.cards import BESIDE
from supportdesk.practice.drills import KINDS
from supportdesk.practice.process import PracticeProcess
from supportdesk.services.actions import FLOW
from supportdesk.store.journal import Entry, State
from tests.faults.agent import Told
from tests.faults.matrix import DESKS, run
from tests.faults.storm import STORM
from tests.faults.truth import Truth
from tests.support.practice_api import Api

FLOWS, KILLS, SEED = 18, 2, 20  # `dev.py bench --only faults` runs as many as one likes


def test_nothing_contradicts_under_random_drills_and_kills(tmp_path: Path) -> None:
    outcome = run(tmp_path, FLOWS, SEED, KILLS)
    assert outcome.contradictions == []
    assert {kind for _chance, kind, _own in STORM} == set(KINDS)
    # It did hurt, and work was done all the same.
    assert 0 < outcome.killed.total() <= KILLS * DESKS
    assert outcome.settled > 0
    assert sum(outcome.hits.values()) > FLOWS
    assert outcome.entries["confirmed"] > FLOWS
    assert len(outcome.told.replacements) > FLOWS // 10
    assert len(outcome.told.submitted) > FLOWS // 10


@pytest.fixture(scope="module")
def stripe() -> Iterator[Api]:
    process = PracticeProcess(("--cardholders", "0"))
    client = Api(process.start())
    yield client
    client.http.close()
    process.stop()


def entry(action: str, object_id: str, state: State, id: str = "") -> Entry:
    return Entry(
        id=f"{action} {object_id}",
        at=0.0,
        agent="",
        account="",
        call_id="",
        flow_id="",
        step=0,
        object_id=object_id,
        action=action,
        params={},
        idempotency_key="",
        state=state,
        outcome={"id": id},
    )


def test_a_second_replacement_is_found(stripe: Api) -> None:
    old = stripe.card()
    order = {"replacement_for": old["id"], "replacement_reason": "damaged"}
    first = stripe.card(old["cardholder"]["id"], status="inactive", **order)["id"]
    honest = Told(replacements={old["id"]: first})
    assert list(Truth(stripe).against(honest)) == []
    confirmed = entry("card.replace", old["id"], "confirmed", first)
    assert list(Truth(stripe).against_journal([confirmed])) == []
    stripe.card(old["cardholder"]["id"], status="inactive", **order)
    assert len(list(Truth(stripe).against(honest))) == 2
    assert list(Truth(stripe).against_journal([confirmed]))
    assert list(Truth(stripe).against_journal([replace(confirmed, state="refused")]))


def test_a_card_that_is_only_said_to_be_cancelled_is_found(stripe: Api) -> None:
    card = stripe.card()["id"]
    truth = Truth(stripe)
    assert list(truth.against(Told(canceled={card})))
    assert list(truth.against_journal([entry("card.cancel", card, "confirmed")]))
    assert list(truth.against_journal([entry("card.cancel", card, "unknown")]))
    assert list(truth.against_journal([entry("card.cancel", card, "sent")]))
    stripe.post(f"/v1/issuing/cards/{card}", status="canceled")
    truth = Truth(stripe)
    assert not [found for found in truth.against(Told(canceled={card})) if card in found]
    assert list(truth.against_journal([entry("card.cancel", card, "refused")]))


def test_a_dispute_that_differs_is_found(stripe: Api) -> None:
    paid = stripe.purchase()["id"]
    made = stripe.post("/v1/issuing/disputes", transaction=paid)["id"]
    truth = Truth(stripe)
    assert list(truth.against(Told(submitted={made})))
    create = entry("dispute.create", paid, "confirmed", made)
    assert list(truth.against_journal([create])) == []
    assert list(truth.against_journal([replace(create, outcome={"id": "idp_other"})]))
    assert list(truth.against_journal([replace(create, state="refused")]))


def test_a_virtual_card_besides_that_differs_is_found(stripe: Api) -> None:
    old = stripe.card()
    order = {"replacement_for": old["id"], "replacement_reason": "damaged", "status": "inactive"}
    first = stripe.card(old["cardholder"]["id"], **order)["id"]
    flow = replace(entry(FLOW, old["id"], "confirmed", first), params={"also_virtual": True})
    assert list(Truth(stripe).against_journal([flow]))  # it is said to be done, and is not
    mark = {f"metadata[{BESIDE}]": old["id"]}
    besides = stripe.card(old["cardholder"]["id"], **mark)["id"]
    told, made = Told(besides={old["id"]: besides}), entry("card.beside", old["id"], "confirmed")
    honest = replace(made, outcome={"id": besides})
    replaced = entry("card.replace", old["id"], "confirmed", first)
    assert not [found for found in Truth(stripe).against(told) if old["id"] in found]
    assert list(Truth(stripe).against_journal([replaced, honest, flow])) == []
    assert list(Truth(stripe).against_journal([replaced, replace(honest, state="refused")]))
    stripe.card(old["cardholder"]["id"], **mark)
    assert len([found for found in Truth(stripe).against(told) if old["id"] in found]) == 2
