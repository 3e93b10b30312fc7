"""The conversation that leads to a dispute's reason, in the caller's words.

A graph of questions, kept as data in `resources/disputes/conversation.json`. Routing follows
docs.stripe.com/issuing/purchases/disputes: fraud is only what the cardholder took no part in.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """One answer to a question.

    Attributes:
        next: id of the question that follows, "" when there is none.
        reason: Stripe's reason this leads to.
        stop: there is nothing to dispute.
        why: why it leads there, for the agent.
        mind: what the agent should think of.
        says: a plain English sentence for the network; never translated.
        sets: evidence fields this answers at once; "proof" names the proof of a duplicate.
    """

    value: str
    label: str
    next: str = ""
    reason: str = ""
    stop: bool = False
    why: str = ""
    mind: str = ""
    says: str = ""
    sets: Mapping[str, str] = dataclasses.field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What is asked, with its answers."""

    id: str
    ask: str
    answers: tuple[Reply, ...]
    hint: str = ""

    def reply(self, value: str) -> Reply | None:
        """Return the answer of that value, None when there is none."""
        return next((reply for reply in self.answers if reply.value == value), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversation:
    """The graph; `then` lists what is asked once the reason is known, by reason."""

    version: str
    basis: str
    start: str
    questions: tuple[Question, ...]
    then: Mapping[str, tuple[str, ...]]

    def __post_init__(self) -> None:
        """Refuse a graph that leads nowhere or in a circle; raises ValueError."""
        known = {question.id for question in self.questions}
        wanted = {self.start, *(name for names in self.then.values() for name in names)}
        wanted |= {reply.next for q in self.questions for reply in q.answers if reply.next}
        if missing := wanted - known:
            raise ValueError(f"no such question: {', '.join(sorted(missing))}")
        self._ends(self.start, ())

    def _ends(self, name: str, above: tuple[str, ...]) -> None:
        if name in above:
            raise ValueError(f"the question {name} leads back to itself")
        for reply in self.question(name).answers:
            if reply.next:
                self._ends(reply.next, (*above, name))
            elif not (reply.reason or reply.stop):
                raise ValueError(f"{name}: {reply.value} leads nowhere")

    def question(self, name: str) -> Question:
        """Return the question of that id."""
        return next(question for question in self.questions if question.id == name)


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A question of this conversation with its answer, None while it is open."""

    question: Question
    reply: Reply | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Talk:
    """How far a conversation has come.

    Attributes:
        steps: what was asked in order; only the last may be open, or those after the reason.
        reason: what it led to, "" while open.
        stop: there is nothing to dispute.
    """

    steps: tuple[Step, ...]
    reason: str = ""
    stop: bool = False

    def _told(self, name: str) -> tuple[str, ...]:
        told = (str(getattr(step.reply, name)) for step in self.steps if step.reply)
        return tuple(text for text in told if text)

    @property
    def why(self) -> tuple[str, ...]:
        """Why it led there, in sentences for the agent."""
        return self._told("why")

    @property
    def minds(self) -> tuple[str, ...]:
        """What to think of."""
        return self._told("mind")

    @property
    def says(self) -> tuple[str, ...]:
        """The answers as English sentences for the network."""
        return self._told("says")

    @property
    def sets(self) -> Mapping[str, str]:
        """Evidence the answers settle, by field."""
        return {n: v for step in self.steps if step.reply for n, v in step.reply.sets.items()}

    @property
    def complete(self) -> bool:
        """Whether nothing is left to ask."""
        return all(step.reply for step in self.steps) and (self.stop or bool(self.reason))


def talk(conversation: Conversation, answers: Mapping[str, str], reason: str = "") -> Talk:
    """Return how far the conversation came with these answers, by question.

    Answers to questions that are no longer on the way are passed over, so that going back and
    forth loses none.

    Args:
        reason: what the agent chose instead; then its own last questions are asked.
    """
    steps: list[Step] = []
    led = stop = None
    name = conversation.start
    while name:
        question = conversation.question(name)
        reply = question.reply(answers.get(name, ""))
        steps.append(Step(question=question, reply=reply))
        name = reply.next if reply else ""
        led, stop = (reply.reason, reply.stop) if reply else ("", False)
    for more in conversation.then.get(reason or led or "", ()):
        question = conversation.question(more)
        steps.append(Step(question=question, reply=question.reply(answers.get(more, ""))))
    return Talk(steps=tuple(steps), reason=led or "", stop=bool(stop))


def ways(conversation: Conversation) -> Iterator[Mapping[str, str]]:
    """Yield the answers of every way through the graph up to its reason or end."""

    def follow(name: str, before: Mapping[str, str]) -> Iterator[Mapping[str, str]]:
        for reply in conversation.question(name).answers:
            now = {**before, name: reply.value}
            if reply.next:
                yield from follow(reply.next, now)
            else:
                yield now

    return follow(conversation.start, {})
