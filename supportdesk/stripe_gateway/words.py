"""What the desk says when Stripe cannot be reached or says no: titles, remedies, codes.

Titles are fixed sentences, so that they can be translated; what differs from case to case
(Stripe's own words) goes into the detail.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from supportdesk.errors import OutcomeUnknown, UserFacing

NOTHING_DONE = "Nothing was changed."


@dataclass(frozen=True)
class Saying:
    """One kind of trouble, in words."""

    title: str
    remedy: str
    code: str
    detail: str = NOTHING_DONE

    def problem(
        self,
        detail: str = "",
        *,
        code: str = "",
        field: str = "",
        request_id: str = "",
        retry: bool = False,
    ) -> UserFacing:
        """Return it as an error; `detail` and `code` are Stripe's, where it gave some."""
        return UserFacing(
            self.title,
            detail or self.detail,
            self.remedy,
            retry=retry,
            request_id=request_id,
            field=field,
            code=code or self.code,
        )


def unknown(problem: UserFacing) -> OutcomeUnknown:
    """Return the error of a change that was sent and never surely answered."""
    return OutcomeUnknown(
        "Stripe has not confirmed this change.",
        f"It was sent and may have been done. {problem.title}",
        "Read it again from Stripe before doing it a second time.",
        request_id=problem.request_id,
        code="outcome_unknown",
    )


def only_asked(problem: UserFacing) -> UserFacing:
    """Return the problem of a question, with what is certain of it: it changed nothing."""
    detail = f"{problem.detail} Stripe was only asked: nothing was changed.".strip()
    return replace(problem, detail=detail)


REFUSED = Saying(
    "Stripe did not accept this.", "Correct what Stripe names and try again.", "refused"
)
MISSING = Saying(
    "Stripe does not know this object.",
    "It may belong to another account, or to the other mode (live or sandbox).",
    "resource_missing",
)
PERMISSION = Saying(
    "The Stripe key lacks a permission.",
    "Someone who manages the account can add it to this restricted key in Stripe's dashboard.",
    "permission_missing",
)
FORBIDDEN = Saying(
    "The Stripe key may not do this.",
    "Someone who manages the account can see in Stripe's dashboard what the key may do.",
    "forbidden",
)
KEY_REFUSED = Saying(
    "Stripe does not accept the key.",
    "It may have been revoked. Add the account again with a working key.",
    "key_refused",
)
KEY_EXPIRED = Saying(
    "The Stripe key has expired.",
    "Add the account again with the key that replaced it.",
    "key_expired",
)
KEY_REUSED = Saying(
    "Stripe already has another request under this reference.",
    "Look at the journal of actions, then start this action anew.",
    "idempotency_error",
)
LIMITED = Saying(
    "Stripe is taking no more requests from this account at the moment.",
    "Wait a few seconds. If it happens often, lower the share of the rate limit in the settings.",
    "rate_limit",
)
CONFLICT = Saying(
    "Stripe is busy with this object.",
    "Wait a moment and try again.",
    "conflict",
)
SERVER = Saying(
    "Stripe has trouble answering.",
    "Try again in a minute; status.stripe.com tells whether Stripe knows of it.",
    "stripe_trouble",
    detail="The trouble is on Stripe's side.",
)
UNREADABLE = Saying(
    "The answer is not one that Stripe gives.",
    "A network sign-in page or a filter may stand in between: open a web page, then try again.",
    "unreadable",
    detail="What came back cannot be read as an answer of Stripe.",
)
TIMED_OUT = Saying(
    "Stripe did not answer in time.",
    "Check the network connection and try again.",
    "timed_out",
    detail="The time allowed for an answer ran out.",
)
LOST = Saying(
    "The connection to Stripe broke off.",
    "Check the network connection and try again.",
    "connection_lost",
    detail="No whole answer arrived.",
)
UNREACHED = Saying(
    "Stripe cannot be reached.",
    "Check the network connection, then do it again. What was read before can still be searched.",
    "unreachable",
    detail="No connection came about: nothing was sent, and nothing waits to be sent later.",
)
CERTIFICATE = Saying(
    "The connection to Stripe is not trusted.",
    "If your company inspects network traffic, its certificate must be installed in the "
    "operating system's certificate store. Ask your IT department.",
    "certificate_untrusted",
    detail="The other side's certificate is not one this computer trusts; nothing was sent.",
)
PROXY_LOGIN = Saying(
    "The network's proxy asks for a sign-in.",
    "Ask your IT department for proxy settings that let this computer reach api.stripe.com.",
    "proxy_login",
    detail="The proxy stopped the request; it did not reach Stripe.",
)
PROXY_REFUSED = Saying(
    "The network's proxy does not let the request through.",
    "Ask your IT department to allow api.stripe.com and files.stripe.com.",
    "proxy_refused",
    detail="The proxy stopped the request; it did not reach Stripe.",
)
QUEUE = Saying(
    "Too many requests are waiting for Stripe.",
    "Wait a few seconds and try again.",
    "queue_too_long",
    detail="The desk keeps below Stripe's rate limit; this request was not sent.",
)
