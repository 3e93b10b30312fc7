"""Telling Stripe keys apart by their looks."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from supportdesk.errors import UserFacing

_KEY = re.compile(r"(?:sk|rk|rkcs)_(test|live)_[A-Za-z0-9_]{8,240}")
_REMEDY = "Copy the key once more from Stripe's dashboard, under Developers, API keys."


@dataclass(frozen=True, slots=True)
class KeyKind:
    """What a key's prefix tells. Sandbox keys look like the older test keys."""

    mode: Literal["sandbox", "live"]
    restricted: bool


def clean_key(text: str) -> str:
    """Strip what comes along when a key is copied: spaces, line ends, quotes."""
    return text.strip().strip("\"'").strip()


def parse_key(text: str) -> KeyKind:
    """Recognise a secret or restricted key.

    Raises:
        UserFacing: with a code per kind of bad key: key_missing, key_publishable, key_webhook,
            key_masked, key_is_id, key_malformed. The key is never quoted.
    """
    key = clean_key(text)
    if match := _KEY.fullmatch(key):
        mode: Literal["sandbox", "live"] = "live" if match.group(1) == "live" else "sandbox"
        return KeyKind(mode, restricted=key.startswith("rk"))
    raise _problem(key)


def _problem(key: str) -> UserFacing:
    title, detail, code = "This is not a Stripe key.", "", "key_malformed"
    if not key:
        title, code = "A Stripe key is needed.", "key_missing"
    elif key.startswith("pk_"):
        title, code = "This is a publishable key.", "key_publishable"
        detail = "Publishable keys cannot read cards. A secret or restricted key is needed."
    elif key.startswith("whsec_"):
        title, code = "This is the secret of a webhook.", "key_webhook"
        detail = "It signs events. A secret or restricted key is needed."
    elif any(mask in key for mask in ("*", "•", "…", "...")):
        title, code = "Part of this key is hidden.", "key_masked"
        detail = "Stripe shows live keys in full only once. A new one may have to be made."
    elif key.startswith(("acct_", "ich_", "ic_")):
        title, code = "This is the id of an object, not a key.", "key_is_id"
    else:
        detail = "Keys begin with rk_test_, rk_live_, sk_test_ or sk_live_ and have no gaps."
    return UserFacing(title, detail, _REMEDY, field="key", code=code)
