"""API keys of the practice account: secret, restricted with permissions, revoked."""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass

from supportdesk.practice.errors import Refusal
from supportdesk.practice.state import State

_HELP = "or we can help at https://support.stripe.com/."


@dataclass
class Key:
    """One key; `permissions` is None for a secret key, which may do everything."""

    value: str
    permissions: frozenset[str] | None = None
    revoked: bool = False

    def allows(self, permission: str) -> bool:
        """Tell whether the key has the permission; write includes read."""
        if self.permissions is None or permission in self.permissions:
            return True
        return (
            permission.endswith("_read")
            and f"{permission.removesuffix('_read')}_write" in self.permissions
        )


class Keys:
    """All keys of the account, and the refusals of those that may not pass."""

    def __init__(self, state: State) -> None:
        self._state = state
        self._keys = {state.secret_key: Key(state.secret_key)}

    def restricted(self, permissions: list[str]) -> Key:
        """Make a restricted key with these permissions (`issuing_card_write`)."""
        key = Key(f"rk_test_51{self._state.ids.token(32)}", frozenset(permissions))
        self._keys[key.value] = key
        return key

    def revoke(self, value: str) -> bool:
        """Expire a key; False when there is no such key."""
        if value in self._keys:
            self._keys[value].revoked = True
        return value in self._keys

    def authenticate(self, header: str | None) -> Key:
        """Return the key of an `Authorization` header (Bearer or Basic), or refuse."""
        value = _presented(header)
        if not value:
            raise Refusal(
                "You did not provide an API key. You need to provide your API key in the"
                " Authorization header, using Bearer auth (e.g. 'Authorization: Bearer"
                " YOUR_SECRET_KEY'). See https://stripe.com/docs/api#authentication for details, "
                + _HELP,
                status=401,
            )
        if value.startswith(("pk_test_", "pk_live_")):
            raise Refusal(
                "This API call cannot be made with a publishable API key. Please use a secret API"
                " key. You can find a list of your API keys at"
                " https://dashboard.stripe.com/account/apikeys.",
                status=403,
                code="secret_key_required",
            )
        key = self._keys.get(value)
        if key is None:
            raise Refusal(f"Invalid API Key provided: {masked(value)}", status=401)
        if key.revoked:
            raise Refusal(
                f"Expired API Key provided: {masked(value)}", status=401, code="api_key_expired"
            )
        return key

    def permit(self, key: Key, permission: str) -> None:
        """Refuse a restricted key that lacks the permission, naming it as Stripe does."""
        if not key.allows(permission):
            raise Refusal(
                f"The provided key '{masked(key.value)}' does not have the required permissions"
                f" for this endpoint on account '{self._state.account}'. Having the"
                f" 'rak_{permission}' permission would allow this request to continue.",
                status=403,
            )

    def on_behalf(self, key: Key, account: str | None) -> None:
        """Refuse a `Stripe-Account` header: this account has no connected accounts."""
        if account is None or account == self._state.account:
            return
        if key.permissions is not None:
            raise Refusal(
                "You passed a restricted API key with the Stripe-Account header, but the"
                " restricted API key does not have any Connect permissions.",
                status=403,
            )
        raise Refusal(
            f"The provided key '{masked(key.value)}' does not have access to account"
            f" '{account[:100]}' (or that account does not exist). Application access may have"
            " been revoked.",
            status=403,
            code="account_invalid",
        )


def masked(value: str) -> str:
    """Return a key as Stripe quotes it: prefix, stars, the last four characters."""
    parts = value.split("_")
    prefix = "_".join(parts[:2]) + "_" if len(parts) > 2 and len(value) < 300 else ""
    hidden = value[len(prefix) :]
    return f"{prefix}{'*' * min(max(len(hidden) - 4, 0), 40)}{hidden[-4:]}"


def _presented(header: str | None) -> str:
    scheme, _, rest = (header or "").partition(" ")
    rest = rest.strip()
    if scheme.lower() == "bearer":
        return rest
    if scheme.lower() == "basic":
        try:
            return base64.b64decode(rest, validate=True).decode().partition(":")[0]
        except (binascii.Error, UnicodeDecodeError):
            return ""
    return ""
