"""`/v1/issuing/cardholders`."""

from __future__ import annotations

import datetime
import re
import unicodedata

from supportdesk.practice.api.shared import (
    ADDRESS,
    CARDHOLDER_CONTROLS,
    check_country,
    merge_metadata,
    new,
    with_metadata,
)
from supportdesk.practice.endpoints import Call, One, Result, endpoint, lists, retrieve
from supportdesk.practice.errors import Refusal
from supportdesk.practice.events import change, create
from supportdesk.practice.params import (
    Spec,
    array,
    choice,
    clear,
    integer,
    metadata,
    nested,
    req,
    text,
    timestamp,
)
from supportdesk.practice.rules.controls import merged
from supportdesk.practice.rules.shipping import address
from supportdesk.practice.state import Doc, State

_LOCALES = ("de", "en", "es", "fr", "it")
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+\Z")
_E164 = re.compile(r"\+[1-9][0-9]{6,14}\Z")
#: Cardholders must be older than this.
MINIMUM_AGE = 13

COMMON: dict[str, Spec] = {
    "company": nested(tax_id=text()),
    "email": text(800),
    "individual": nested(
        card_issuing=nested(
            user_terms_acceptance=nested(date=timestamp(), ip=text(), user_agent=clear(text()))
        ),
        dob=nested(
            day=req(integer(1, 31)), month=req(integer(1, 12)), year=req(integer(1900, 9999))
        ),
        first_name=text(),
        last_name=text(),
        verification=nested(document=nested(back=text(), front=text())),
    ),
    "metadata": metadata(),
    "phone_number": text(),
    "preferred_locales": array(choice(*_LOCALES)),
    "spending_controls": CARDHOLDER_CONTROLS,
    "status": choice("active", "inactive"),
}

lists(
    "/v1/issuing/cardholders",
    "issuing_cardholder_read",
    "cardholder",
    email=text(),
    phone_number=text(),
    status=choice("active", "inactive", "blocked"),
    type=choice("individual", "company"),
)
retrieve("/v1/issuing/cardholders/{cardholder}", "issuing_cardholder_read", "cardholder")


@endpoint(
    "POST",
    "/v1/issuing/cardholders",
    "issuing_cardholder_write",
    "cardholder",
    billing=req(nested(address=req(ADDRESS))),
    name=req(text()),
    type=choice("individual", "company"),
    **COMMON,
)
def create_cardholder(call: Call) -> Result:
    """Create a cardholder; missing names of an individual become requirements past due."""
    params = call.params
    kind = params.get("type", "individual")
    _check_name(params["name"], "name", limit=24, company=kind == "company")
    doc = {
        **new(call.state, "ich", "issuing.cardholder"),
        "billing": {"address": {}},
        "company": None,
        "email": None,
        "individual": None,
        "name": params["name"],
        "phone_number": None,
        "preferred_locales": params.get("preferred_locales") or [],
        "requirements": {"disabled_reason": None, "past_due": []},
        "spending_controls": {},
        "status": "active",
        "type": kind,
    }
    doc = _apply(call.state, doc, {"spending_controls": {}, **params})
    if kind == "individual":
        individual = doc["individual"] or {}
        past_due = [
            f"individual.{name}" for name in ("first_name", "last_name") if not individual.get(name)
        ]
        doc["requirements"] = requirements(past_due, None)
    doc["metadata"] = merge_metadata({}, params.get("metadata", {}))
    return One("cardholder", create(call.state, "cardholder", doc))


@endpoint(
    "POST",
    "/v1/issuing/cardholders/{cardholder}",
    "issuing_cardholder_write",
    "cardholder",
    billing=nested(address=req(ADDRESS)),
    **COMMON,
)
def update_cardholder(call: Call) -> Result:
    """Change a cardholder; name and type cannot change, blocked is Stripe's own."""
    before = call.get("cardholder")
    # Not documented whether a block can be lifted: taken as final.
    if before["status"] == "blocked" and "status" in call.params:
        raise Refusal("The status of a blocked cardholder cannot be changed.", param="status")
    after = with_metadata(_apply(call.state, before, call.params), call.params)
    after["requirements"] = _met(after)
    return One("cardholder", change(call.state, "cardholder", before, after))


def requirements(past_due: list[str], reason: str | None) -> Doc:
    """Return the requirements hash; anything past due disables the cardholder."""
    if past_due and reason is None:
        reason = "requirements.past_due"
    if not past_due and reason == "requirements.past_due":
        reason = None
    return {"disabled_reason": reason, "past_due": past_due}


def _met(doc: Doc) -> Doc:
    """Drop from the requirements what the cardholder has given meanwhile."""
    current: Doc = doc["requirements"]
    open_ones = [path for path in current["past_due"] or [] if not _given(doc, path)]
    if open_ones == (current["past_due"] or []):
        return current
    return requirements(open_ones, current["disabled_reason"])


def _given(doc: Doc, path: str) -> bool:
    if path == "company.tax_id":
        path = "company.tax_id_provided"
    if path == "individual.verification.document":
        path += ".front"
    value: object = doc
    for part in path.split("."):
        value = value.get(part) if isinstance(value, dict) else None
    return bool(value)


def _apply(state: State, before: Doc, params: Doc) -> Doc:
    after = {**before}
    for name in ("status", "preferred_locales"):
        if name in params:
            after[name] = params[name]
    if "billing" in params:
        given = params["billing"]["address"]
        country = check_country(given["country"], "billing[address][country]")
        _check_postal_code(given["postal_code"], country)
        after["billing"] = {"address": {**address(given), "country": country}}
    if "email" in params:
        if not _EMAIL.match(params["email"]):
            raise Refusal("Invalid email address.", code="email_invalid", param="email")
        after["email"] = params["email"]
    if "phone_number" in params:
        after["phone_number"] = _phone(params["phone_number"])
    if "company" in params:
        provided = bool(params["company"].get("tax_id"))
        known = (before["company"] or {}).get("tax_id_provided", False)
        after["company"] = {"tax_id_provided": provided or known}
    if "individual" in params:
        after["individual"] = _individual(state, before["individual"], params["individual"])
    if "spending_controls" in params:
        after["spending_controls"] = merged(
            before["spending_controls"] or {}, params["spending_controls"], None
        )
        for limit in after["spending_controls"]["spending_limits"]:
            limit.setdefault("categories", [])
    return after


def _individual(state: State, before: Doc | None, given: Doc) -> Doc:
    after = before or {
        "card_issuing": {"user_terms_acceptance": None},
        "dob": None,
        "first_name": None,
        "last_name": None,
        "verification": {"document": None},
    }
    after = {**after}
    for name in ("first_name", "last_name"):
        if name in given:
            _check_name(given[name], f"individual[{name}]", limit=5_000, company=False)
            after[name] = given[name]
    if "dob" in given:
        after["dob"] = _dob(state, given["dob"])
    accepted = given.get("card_issuing", {}).get("user_terms_acceptance")
    if accepted:
        known = (after.get("card_issuing") or {}).get("user_terms_acceptance") or {}
        empty = {"date": None, "ip": None, "user_agent": None}
        after["card_issuing"] = {"user_terms_acceptance": {**empty, **known, **accepted}}
    document = given.get("verification", {}).get("document")
    if document:
        for side, file in document.items():
            state.get("file", file, f"individual[verification][document][{side}]")
        known = (after.get("verification") or {}).get("document") or {}
        after["verification"] = {"document": {"back": None, "front": None, **known, **document}}
    return after


def _dob(state: State, given: Doc) -> Doc:
    try:
        born = datetime.date(given["year"], given["month"], given["day"])
        birthday = born.replace(year=born.year + MINIMUM_AGE)
    except ValueError as error:
        if (given["month"], given["day"]) == (2, 29) and given["year"] % 4 == 0:
            birthday = datetime.date(given["year"] + MINIMUM_AGE, 3, 1)
        else:
            raise Refusal("Invalid date of birth.", param="individual[dob]") from error
    if birthday > state.clock.today():
        raise Refusal(f"Cardholders must be over {MINIMUM_AGE} years old.", param="individual[dob]")
    return {name: given[name] for name in ("day", "month", "year")}


def _check_name(name: str, param: str, *, limit: int, company: bool) -> None:
    if len(name) > limit:
        raise Refusal(f"Invalid {param}: must be at most {limit} characters", param=param)
    # Not documented for companies: their names may hold digits and an ampersand.
    extra = " .,'’-" + ("&/0123456789" if company else "")
    for character in name:
        latin = "LATIN" in unicodedata.name(character, "")
        if not (character in extra or (character.isalpha() and latin)):
            raise Refusal(
                f"Invalid {param}: it cannot contain any special characters or numbers.",
                param=param,
            )
    if not any(character.isalnum() for character in name):
        raise Refusal(f"Invalid {param}: it must contain letters.", param=param)


def _phone(given: str) -> str:
    """Return the number in E.164; one without a country prefix is taken as a US number."""
    bare = re.sub(r"[\s().\-/]", "", given)
    if re.fullmatch(r"[0-9]{10}", bare):
        bare = f"+1{bare}"
    if bare.startswith("00"):
        bare = f"+{bare[2:]}"
    if not _E164.match(bare):
        raise Refusal(
            f"Invalid phone number: {given[:40]}. It must be a valid E.164 number.",
            param="phone_number",
        )
    return bare


def _check_postal_code(code: str, country: str) -> None:
    if country == "US" and not re.fullmatch(r"[0-9]{5}(-[0-9]{4})?", code):
        raise Refusal(
            f"Invalid US ZIP code: {code[:20]}",
            code="postal_code_invalid",
            param="billing[address][postal_code]",
        )
