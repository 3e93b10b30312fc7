"""Refusals in Stripe's own error shape."""

from __future__ import annotations

from typing import Any


class Refusal(Exception):
    """A request Stripe would not carry out; rendered as `{"error": {...}}`."""

    def __init__(
        self,
        message: str,
        *,
        status: int = 400,
        type: str = "invalid_request_error",
        code: str | None = None,
        param: str | None = None,
        headers: dict[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.status = status
        self.type = type
        self.code = code
        self.param = param
        self.headers = headers or {}

    def body(self, account: str, request_id: str, now: int) -> dict[str, Any]:
        """Return the JSON body Stripe sends with this refusal."""
        error: dict[str, Any] = {"type": self.type, "message": self.message}
        if self.code:
            error["code"] = self.code
            error["doc_url"] = f"https://stripe.com/docs/error-codes/{self.code.replace('_', '-')}"
        if self.param:
            error["param"] = self.param
        error["request_log_url"] = (
            f"https://dashboard.stripe.com/{account}/test/logs/{request_id}?t={now}"
        )
        return {"error": error}


class ParameterRefusal(Refusal):
    """Refused while checking parameters, before execution: not kept for an idempotency key."""


def missing(noun: str, id: str, param: str | None = None) -> Refusal:
    """Return Stripe's refusal of an unknown id: 404 in the path, 400 in a parameter."""
    return Refusal(
        f"No such {noun}: '{id}'",
        status=400 if param else 404,
        code="resource_missing",
        param=param or "id",
    )
