"""Values that depend on nothing but the seed: ids and numbers from a keyed digest.

Python's own `hash()` differs from run to run and building a `random.Random` for each of a million
cardholders is slow; a short BLAKE2 digest is neither.
"""

from __future__ import annotations

import base64
import hashlib
import random


def digest(seed: int, *path: object) -> bytes:
    """Thirty-two bytes that belong to `path` under `seed`."""
    text = "/".join(map(str, (seed, *path)))
    return hashlib.blake2b(text.encode(), digest_size=32).digest()


def identifier(prefix: str, seed: int, *path: object) -> str:
    """An id such as `ic_1Q` and 22 more letters and digits, the same for the same path."""
    body = base64.b64encode(digest(seed, prefix, *path)[:18], b"xY").decode()
    return f"{prefix}_1Q{body[2:]}"


def digits(seed: int, length: int, *path: object) -> str:
    """A string of `length` decimal digits (at most 30) that belongs to `path`."""
    return str(int.from_bytes(digest(seed, *path), "big") % 10**length).zfill(length)


def chooser(seed: int, *path: object) -> random.Random:
    """A random number generator of its own for one path."""
    return random.Random(int.from_bytes(digest(seed, *path)[:8], "big"))
