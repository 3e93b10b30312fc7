"""Whether an object at Stripe is as a change wanted it: that settles what had no answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of an action.

    Attributes:
        state: confirmed or refused when that is certain, else unknown.
        title: what is known, in one sentence.
        detail: what is not known, or what makes it certain.
        outcome: more to keep, such as the id of what was made.
        request_id: Stripe's id of the request, if an event told it.
    """

    state: Literal["confirmed", "refused", "unknown"]
    title: str
    detail: str = ""
    outcome: Mapping[str, Any] = field(default_factory=dict)
    request_id: str = ""


@dataclass(frozen=True, slots=True)
class Trace:
    """What Stripe's events tell of a change: which request, on which object, when (Unix)."""

    key: str
    request_id: str
    type: str
    object_id: str
    created: int


@dataclass(frozen=True, slots=True)
class Traces:
    """Events around an action; `complete` when none can be missing.

    Attributes:
        since, before: the span in which the action was done, Unix seconds of Stripe's clock.
    """

    found: Sequence[Trace] = ()
    complete: bool = False
    since: int = 0
    before: int = 0

    def by_key(self, key: str) -> Trace | None:
        """Return the event that a request with this idempotency key caused: certain proof.

        What was made comes before what changed along with it.
        """
        caused = [trace for trace in self.found if key and trace.key == key]
        made = (trace for trace in caused if trace.type.endswith(".created"))
        return next(made, caused[0] if caused else None)

    def made_by(self, key: str, object_id: str, created: int | None) -> bool:
        """Whether an object that exists can have been made by the request with this key.

        Args:
            created: when the object was made, by Stripe's clock.
        """
        made = (t for t in self.found if t.type.endswith(".created"))
        maker = next((trace for trace in made if trace.object_id == object_id), None)
        if maker is not None:
            return maker.key == key
        return created is None or self.since <= created < self.before


def holds(now: Any, sent: Any) -> bool:
    """Whether an object has everything that was sent; "" was sent to clear a value.

    Args:
        now: the object, or a part of it, as Stripe tells it.
        sent: the parameters, or a part of them.
    """
    if isinstance(sent, Mapping):
        if not isinstance(now, Mapping):
            return all(holds(None, part) for part in sent.values())
        return all(holds(now.get(name), part) for name, part in sent.items())
    if isinstance(sent, list | tuple):
        rows = now if isinstance(now, list | tuple) else ()
        return len(rows) == len(sent) and all(map(holds, rows, sent))
    if sent in ("", None):
        return now in ("", None)
    return bool(now == sent) or str(now) == str(sent)
