"""What an answer does to an intake, and what purchases taken in together share."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from supportdesk.domain.dispute_talk import Conversation, talk
from supportdesk.domain.disputes import Draft

OWN = frozenset({"explanation", "original_transaction"})  # evidence that is each purchase's own
PROOF = "proof"  # what an answer calls the proof of a duplicate


def answered(draft: Draft, question: str, value: str, conversation: Conversation) -> Draft:
    """Return the draft with an answer, its reason and what follows from it.

    A reason that the agent chose against the answers stays, as does what was typed otherwise.
    `value` "" takes an answer back.
    """
    before = talk(conversation, draft.answers, draft.reason)
    answers = {n: v for n, v in {**draft.answers, question: value}.items() if v}
    followed = draft.reason in ("", before.reason)
    after = talk(conversation, answers, "" if followed else draft.reason)
    return replace(
        draft,
        answers=answers,
        reason=after.reason if followed else draft.reason,
        evidence=_settled(draft.evidence, before.sets, after.sets),
    )


def _settled(
    evidence: Mapping[str, str], before: Mapping[str, str], after: Mapping[str, str]
) -> Mapping[str, str]:
    """Evidence with what the answers settle, where nobody typed anything else."""
    made = dict(evidence)
    for name in {*before, *after} - {PROOF}:
        if made.get(name, "") in ("", before.get(name, "")):
            made[name] = after.get(name, "")
    return made


def filled(
    draft: Draft, reason: str, answers: Mapping[str, str], conversation: Conversation
) -> Draft:
    """Return the draft with answers and a reason where it has none of its own yet."""
    for question, value in answers.items():
        if question not in draft.answers:
            draft = answered(draft, question, value, conversation)
    return replace(draft, reason=draft.reason or reason)


def shared(before: Draft, after: Draft, other: Draft) -> Draft:
    """Return `other`, taken in together with a draft that changed from `before` to `after`.

    It takes over what was the same in both or is still empty there: answers, reason, the day we
    were told, evidence. Amount, explanation and the purchase that was right stay its own.
    """

    def one(was: str, now: str, theirs: str) -> str:
        return now if theirs in ("", was) else theirs

    names = {*before.evidence, *after.evidence, *other.evidence} - OWN
    evidence = {
        name: one(
            before.evidence.get(name, ""),
            after.evidence.get(name, ""),
            other.evidence.get(name, ""),
        )
        for name in names
    }
    questions = {*before.answers, *after.answers, *other.answers}
    answers = {
        name: one(
            before.answers.get(name, ""), after.answers.get(name, ""), other.answers.get(name, "")
        )
        for name in questions
    }
    return replace(
        other,
        reason=one(before.reason, after.reason, other.reason),
        told_us_on=one(before.told_us_on, after.told_us_on, other.told_us_on),
        overruled=one(before.overruled, after.overruled, other.overruled),
        answers={n: v for n, v in answers.items() if v},
        evidence={**{n: t for n, t in other.evidence.items() if n in OWN}, **evidence},
        intake=after.intake or other.intake,
    )
