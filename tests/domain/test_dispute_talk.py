from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from supportdesk.domain.dispute_talk import Conversation, Question, Reply, talk, ways
from supportdesk.domain.disputes_rules import load
from supportdesk.domain.records import EvidenceValue
from supportdesk.services.dispute_words import read_rules

RULES = load(Path(__file__).parents[2] / "resources" / "disputes")
CONVERSATION = RULES.conversation
VALUES = st.sampled_from([r.value for q in CONVERSATION.questions for r in q.answers] + ["", "?"])
ANSWERS = st.dictionaries(st.sampled_from([q.id for q in CONVERSATION.questions]), VALUES)


def test_every_reason_of_stripe_is_reached_and_each_end_says_why() -> None:
    led = {talk(CONVERSATION, answers).reason for answers in ways(CONVERSATION)}
    assert led - {""} == {entry.reason for entry in RULES.reasons.reasons}
    for answers in ways(CONVERSATION):
        ended = talk(CONVERSATION, answers)
        assert ended.reason or ended.stop
        assert ended.why


def test_who_took_part_never_comes_to_fraud() -> None:
    """docs.stripe.com/issuing/purchases/disputes: victims of a scam who paid took part."""
    for answers in ways(CONVERSATION):
        if answers["part"] in ("yes", "tricked") or answers.get("known") in ("person", "shop"):
            assert talk(CONVERSATION, answers).reason != "fraudulent"


def test_what_answers_set_are_fields_of_their_reason() -> None:
    for answers in ways(CONVERSATION):
        ended = talk(CONVERSATION, answers)
        reason = RULES.reason(ended.reason)
        for name, value in ended.sets.items():
            assert reason is not None
            if name == "proof":
                assert value in reason.one_of
            else:
                assert name in {entry.field for entry in reason.fields}
                assert value in {choice.value for choice in RULES.field(name).choices}


@given(ANSWERS)
def test_any_answers_make_a_conversation_with_at_most_one_way(answers: dict[str, str]) -> None:
    made = talk(CONVERSATION, answers)
    asked = [step.question.id for step in made.steps]
    assert len(asked) == len(set(asked))
    assert asked[0] == CONVERSATION.start
    assert made.complete == (all(s.reply for s in made.steps) and bool(made.reason or made.stop))
    values: dict[str, EvidenceValue] = dict(made.sets)
    assert set(values) <= {*RULES.reasons.fields, "proof"}


def test_going_back_keeps_what_was_answered_on_the_other_way() -> None:
    answers = {"part": "no", "known": "nobody", "matter": "twice"}
    assert talk(CONVERSATION, answers).reason == "fraudulent"
    assert talk(CONVERSATION, {**answers, "part": "yes"}).reason == "duplicate"


def test_another_reason_asks_its_own_last_questions() -> None:
    asked = talk(CONVERSATION, {"part": "yes", "matter": "else"}, "fraudulent")
    assert [s.question.id for s in asked.steps][-2:] == ["possession", "details"]
    assert asked.reason == "other"


def question(name: str, *replies: Reply) -> Question:
    return Question(id=name, ask="?", answers=replies)


@pytest.mark.parametrize(
    ("questions", "says"),
    [
        ((question("a", Reply(value="x", label="x", next="b")),), "no such question: b"),
        ((question("a", Reply(value="x", label="x", next="a")),), "back to itself"),
        ((question("a", Reply(value="x", label="x")),), "leads nowhere"),
    ],
)
def test_a_conversation_that_leads_nowhere_is_refused(
    questions: tuple[Question, ...], says: str
) -> None:
    with pytest.raises(ValueError, match=says):
        Conversation(version="1", basis="", start="a", questions=questions, then={})
    with pytest.raises(ValueError, match="no such question"):
        replace(CONVERSATION, then={"fraudulent": ("nobody asks this",)})


def test_a_programme_s_own_lists_replace_ours_and_broken_ones_are_named(tmp_path: Path) -> None:
    ours = Path(__file__).parents[2] / "resources" / "disputes"
    rules, problem = read_rules(ours, tmp_path / "nothing there")
    assert (rules, problem) == (RULES, None)
    own = json.loads((ours / "windows.json").read_text("utf-8")) | {"fraud_count": 15}
    (tmp_path / "windows.json").write_text(json.dumps(own))
    rules, problem = read_rules(ours, tmp_path)
    assert (rules.windows.fraud_count, problem) == (15, None)
    text = (ours / "conversation.json").read_text("utf-8")
    (tmp_path / "conversation.json").write_text(text.replace('"next": "known"', '"next": "part"'))
    rules, problem = read_rules(ours, tmp_path)
    assert rules == RULES
    assert problem is not None
    assert "leads back to itself" in problem.detail
