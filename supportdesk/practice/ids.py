"""Object ids in Stripe's manner."""

from __future__ import annotations

import random
import string

_ALPHABET = string.digits + string.ascii_uppercase + string.ascii_lowercase


class Ids:
    """Makes ids from a random source, so a seeded source gives the same ids again."""

    def __init__(self, rng: random.Random) -> None:
        self._rng = rng

    def new(self, prefix: str) -> str:
        """Return an id such as `ic_1Q...`: the prefix (`ic`), `_1` and 23 base-62 characters."""
        return f"{prefix}_1{self.token(23)}"

    def token(self, length: int) -> str:
        """Return `length` random base-62 characters."""
        return "".join(self._rng.choices(_ALPHABET, k=length))

    def digits(self, length: int) -> str:
        """Return `length` random decimal digits."""
        return "".join(self._rng.choices(string.digits, k=length))

    def number(self, low: int, high: int) -> int:
        """Return a random integer between `low` and `high`, both included."""
        return self._rng.randint(low, high)
