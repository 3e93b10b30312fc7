"""`/v1/account`: the practice account itself."""

from __future__ import annotations

from supportdesk.practice.endpoints import Call, Result, endpoint


# Which permission a restricted key needs is not documented for this call; other account calls ask
# for this one.
@endpoint("GET", "/v1/account", "accounts_kyc_basic_read", "account")
def retrieve_account(call: Call) -> Result:
    """Return the account."""
    return {
        "id": call.state.account,
        "object": "account",
        "business_profile": {"name": "Practice programme", "url": None},
        "business_type": "company",
        "capabilities": {"card_issuing": "active"},
        "charges_enabled": False,
        "country": "DE",
        "default_currency": "eur",
        "details_submitted": True,
        "email": "programme@example.com",
        "metadata": {},
        "payouts_enabled": False,
        "type": "standard",
    }
