"""The summary of a call claims no more than is so."""

from __future__ import annotations

from supportdesk.services.calls import Proof, Summary
from supportdesk.store.calls import Call, Event
from supportdesk.store.journal import Entry, State
from supportdesk.ui.calls import words

CALL = Call(account="acct", agent="M. Keller", cardholder_id="ich_1", id="c1", started_at=1_000.0)


def line(action: str, state: State, **outcome: str) -> str:
    """The line of the summary that tells of one entry of the journal."""
    entry = Entry(account="acct", agent="M. Keller", action=action, object_id="ic_1",
                  at=1_010.0, call_id="c1", state=state, outcome=outcome)  # fmt: skip
    told = Summary(call=CALL, events=(), entries=(entry,), proof=Proof(at=1_001.0))
    return words.summary(told, "", 1_060.0).splitlines()[-1].partition(": ")[2]


def test_only_what_stripe_did_was_confirmed_by_stripe() -> None:
    assert line("card.cancel", "confirmed") == "confirmed by Stripe"
    for own in ("report.lost", "report.closed", "note.freeze", "approval.ask"):
        assert line(own, "confirmed") == "kept at this desk"
    assert line("card.replacement", "confirmed") == "finished"  # its steps have their own lines
    assert line("card.replacement", "refused") == "ended"


def test_the_ticket_of_one_caller_names_no_other_person() -> None:
    views = tuple(
        Event(kind="view", cardholder_id=id, at=1_010.0, agent="M. Keller")
        for id in ("ich_1", "ich_2")
    )
    told = Summary(call=CALL, events=views, entries=(), proof=Proof())
    said = words.summary(told, "", 1_060.0)
    assert "ich_1" in said
    assert "ich_2" not in said
    assert "looked at someone else" in said


def test_what_is_not_certain_is_not_said_to_be_done() -> None:
    assert line("card.cancel", "sent") == "sent, no answer yet"
    assert line("card.cancel", "unknown") == "answer unknown"
    assert line("card.cancel", "refused") == "refused by Stripe"
    assert line("card.cancel", "refused", code="never_sent") == "never sent"
