"""Drills: faults thrown at the answers on purpose, each ending by itself.

A drill names a fault, the requests it strikes (method, path pattern), how often (a count, a
probability, or both) and how long at most. At most one drill strikes a request: the one that was
started first. Keys, rate limits and parameters are looked at as ever; what a drill does to stored
results follows Stripe's rules: a result is kept once execution began, refusals before it are not.
"""

from __future__ import annotations

import random
import sys
from collections import Counter, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from fnmatch import fnmatchcase

from supportdesk.practice.errors import ParameterRefusal, Refusal
from supportdesk.practice.limits import limited
from supportdesk.practice.params import Spec, boolean, choice, decimal, integer, req, text
from supportdesk.practice.state import MAX_STALE, Doc

#: What can be thrown, in the order of a request's life.
KINDS = (
    "timeout",  # nothing is done and nothing is said
    "in_use",  # 409: another request with this idempotency key is under way
    "rate_limit",  # 429, with the reason asked for
    "lock_timeout",  # 429 without a reason: another request holds the object
    "slow",  # done and answered, later
    "stale_list",  # a list as it was some seconds ago
    "error",  # 500; done, unless asked otherwise
    "drop",  # done, and the connection breaks before the answer
    "wrong_json",  # done, and the answer is cut short or a web page
)
REASONS = (
    "global-rate",
    "endpoint-rate",
    "global-concurrency",
    "endpoint-concurrency",
    "resource-specific",
)
#: Seconds a drill lives at most when nothing else is asked; tests and lessons forget to end them.
LIFETIME = 600
KEPT_ENDED = 50

SPEC: dict[str, Spec] = {
    "kind": req(choice(*KINDS)),
    "method": choice("GET", "POST"),
    "path": text(200),
    "count": integer(1, 100_000),
    "probability": decimal(),
    "seconds": integer(1, 3_600),
    "seed": integer(0),
    "reason": choice(*REASONS),
    "ms": integer(0, 60_000),
    "age": integer(1, MAX_STALE),
    "shape": choice("truncated", "html"),
    "done": boolean(),
}
#: What a drill takes when it is not given; `ms` is how long `slow` and `timeout` wait.
_DEFAULTS: Doc = {
    "path": "/v1/issuing/*",
    "probability": "1",
    "seconds": LIFETIME,
    "seed": 1,
    "reason": "global-rate",
    "ms": 3_000,
    "age": 30,
    "shape": "truncated",
    "done": True,
}
#: Which of the parameters belong to which kind only.
_OWN = {
    "ms": ("slow", "timeout"),
    "reason": ("rate_limit",),
    "age": ("stale_list",),
    "shape": ("wrong_json",),
    "done": ("error",),
}
_TIMEOUT_MS = 30_000
HTML = b"<!DOCTYPE html><html><head><title>Sign in</title></head><body>Guest network</body></html>"


class HungUp(Exception):
    """The connection is to be closed without an answer."""


@dataclass
class Drill:
    """A running or ended drill; `until` is an instant of the registry's clock, in seconds."""

    id: str
    params: Doc
    until: float
    left: int | None
    hits: int = 0
    chance: random.Random = field(default_factory=random.Random)

    @property
    def kind(self) -> str:
        """The fault."""
        return str(self.params["kind"])

    def fits(self, method: str, path: str, *, listed: bool, keyed: bool) -> bool:
        """Whether the drill is about such a request; nothing is rolled for others."""
        if self.params.get("method", method) != method:
            return False
        if not fnmatchcase(path, self.params["path"]):
            return False
        if self.kind == "in_use":
            return keyed
        return listed or self.kind != "stale_list"

    def refusal(self) -> Refusal | None:
        """Return what is answered in place of doing anything, for kinds that do so."""
        if self.kind == "in_use":
            return key_in_use()
        if self.kind == "rate_limit":
            return limited(self.params["reason"])
        return lock_timeout() if self.kind == "lock_timeout" else None

    def spoil(self, body: bytes, headers: dict[str, str]) -> tuple[bytes, dict[str, str]]:
        """Return the answer as a bad line or a guest network hands it over."""
        if self.params["shape"] == "html":
            return HTML, {"Content-Type": "text/html"}
        return body[: len(body) // 2], headers

    def doc(self, now: float) -> Doc:
        """Return the drill as JSON; `ends_in` in seconds, `left` null without a count."""
        own = {name for name, kinds in _OWN.items() if self.kind not in kinds}
        shown = {name: value for name, value in self.params.items() if name not in own}
        shown.setdefault("method", None)
        return {
            "id": self.id,
            "object": "practice.drill",
            **shown,
            "probability": float(shown["probability"]),
            "hits": self.hits,
            "left": self.left,
            "ends_in": max(0, round(self.until - now)),
        }


class Drills:
    """The drills of a practice server; `tick` counts seconds and never goes back."""

    def __init__(self, tick: Callable[[], float]) -> None:
        self._tick = tick
        self._running: list[Drill] = []
        self._ended: deque[Drill] = deque(maxlen=KEPT_ENDED)
        self._hits: Counter[str] = Counter()
        self._made = 0

    def start(self, params: Doc) -> Doc:
        """Start a drill from checked parameters."""
        kind = params["kind"]
        for name, kinds in _OWN.items():
            if name in params and kind not in kinds:
                raise ParameterRefusal(f"A drill {kind} takes no {name}.", param=name)
        whole = {**_DEFAULTS, **params}
        if kind == "timeout" and "ms" not in params:
            whole["ms"] = _TIMEOUT_MS
        if not 0 < float(whole["probability"]) <= 1:
            raise ParameterRefusal("The probability lies above 0, up to 1.", param="probability")
        self._made += 1
        drill = Drill(
            f"drill_{self._made}",
            whole,
            self._tick() + whole["seconds"],
            whole.pop("count", None),
            chance=random.Random(whole["seed"]),
        )
        self._running.append(drill)
        _tell(f"{drill.id} begins: {kind} on {whole.get('method', 'any')} {whole['path']}")
        return drill.doc(self._tick())

    def running(self) -> list[Drill]:
        """Return what runs, first started first; what is over has ended."""
        now = self._tick()
        for drill in [d for d in self._running if d.until <= now or d.left == 0]:
            self._end(drill)
        return list(self._running)

    def strike(self, method: str, path: str, *, listed: bool, keyed: bool) -> Drill | None:
        """Return the drill that strikes this request, and count it."""
        for drill in self.running():
            if not drill.fits(method, path, listed=listed, keyed=keyed):
                continue
            if drill.chance.random() >= float(drill.params["probability"]):
                continue
            drill.hits += 1
            self._hits[drill.kind] += 1
            if drill.left is not None:
                drill.left -= 1
                if drill.left == 0:
                    self._end(drill)
            return drill
        return None

    def end(self, id: str = "") -> Doc:
        """End one drill, or all for an empty id; one that has ended stays so."""
        known = [d for d in (*self.running(), *self._ended) if d.id == id]
        if id and not known:
            raise Refusal("No such drill.", status=404)
        for drill in self.running():
            if id in ("", drill.id):
                self._end(drill)
        return self.doc()

    def doc(self) -> Doc:
        """Return what runs, what ended lately (newest first), and strikes so far by kind."""
        running, now = self.running(), self._tick()
        return {
            "object": "list",
            "data": [d.doc(now) for d in running],
            "ended": [d.doc(now) for d in reversed(self._ended)],
            "hits": dict(self._hits),
        }

    def _end(self, drill: Drill) -> None:
        self._running.remove(drill)
        self._ended.append(drill)
        _tell(f"{drill.id} has ended after {drill.hits} requests: {drill.kind}")


def key_in_use(key: str = "") -> Refusal:
    """Return the refusal of a request whose idempotency key another one is using."""
    return Refusal(
        "There is currently another in-progress request using this Idempotent Key (that probably"
        " means you submitted twice, and the other request is still going through)"
        f"{f': {key}' if key else ''}. If you want to run the request again, please try again"
        " later.",
        status=409,
        type="idempotency_error",
        code="idempotency_key_in_use",
        headers={"Stripe-Should-Retry": "true"},
    )


def lock_timeout() -> Refusal:
    """Return the refusal of a request to an object that another one holds."""
    return Refusal(
        "This object cannot be accessed right now because another API request or Stripe process"
        " is currently accessing it. If you see this error intermittently, retry the request.",
        status=429,
        code="lock_timeout",
        headers={"Stripe-Should-Retry": "true"},
    )


def _tell(words: str) -> None:
    """Say it where the trainer sees it."""
    print(f"Drill {words}", file=sys.stderr, flush=True)
