"""Cardholder documents in Stripe's shape."""

from __future__ import annotations

import functools
import random
import unicodedata
from dataclasses import dataclass
from typing import Any

from .people import COUNTRIES, MAIL_DOMAINS, Country, phone

Doc = dict[str, Any]

# How the programme's cardholders spread over its countries, in hundredths.
SPREAD = (
    ("DE", 20), ("GB", 18), ("FR", 15), ("US", 15), ("ES", 10), ("IT", 10), ("AT", 6), ("IE", 6),
)  # fmt: skip
COUNTRY_OF_HUNDRED = tuple(code for code, share in SPREAD for _ in range(share))
AGENTS = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X)",
    "Mozilla/5.0 (Linux; Android 16)",
    "Mozilla/5.0 (X11; Linux x86_64)",
)


@dataclass(frozen=True)
class Person:
    """Who a cardholder is, before it becomes a document."""

    country: Country
    first: str
    last: str
    firm: str | None  # set for a company cardholder


@functools.cache
def plain(text: str) -> str:
    """`text` in small ASCII letters, for e-mail addresses."""
    table = str.maketrans({"ß": "ss", "ı": "i", "ä": "ae", "ö": "oe", "ü": "ue"})
    decomposed = unicodedata.normalize("NFKD", text.lower().translate(table))
    return "".join(c for c in decomposed if c.isascii() and (c.isalnum() or c in "-"))


def somebody(rng: random.Random, *, firm: bool = False) -> Person:
    """A person or, when `firm` and one time in nine, a firm of one of the countries."""
    country = COUNTRIES[rng.choice(COUNTRY_OF_HUNDRED)]
    company = firm or rng.random() < 1 / 9
    name = rng.choice(country.firms) if company else None
    return Person(country, rng.choice(country.first), rng.choice(country.last), name)


def email(person: Person, number: int) -> str:
    """An address under .example; `number` keeps namesakes apart."""
    if person.firm:
        return f"{plain(person.first)}.{plain(person.last)}@{plain(person.firm)}{number}.example"
    domain = MAIL_DOMAINS[number % len(MAIL_DOMAINS)]
    return f"{plain(person.first)}.{plain(person.last)}{number}@{domain}"


def address(country: Country, pick: int) -> Doc:
    """A postal address; the same `pick` gives the same address."""
    pick, city_at = divmod(pick, len(country.cities))
    pick, street_at = divmod(pick, len(country.streets))
    city, postal_code, state = country.cities[city_at]
    return {
        "city": city,
        "country": country.code,
        "line1": country.streets[street_at] % (1 + pick % 120),
        "line2": None,
        "postal_code": postal_code,
        "state": state,
    }


def controls(**given: Any) -> Doc:
    """Spending controls with everything unset but what is given."""
    unset: Doc = {
        "allowed_card_presences": None,
        "allowed_categories": None,
        "allowed_merchant_countries": None,
        "blocked_card_presences": None,
        "blocked_categories": None,
        "blocked_merchant_countries": None,
        "spending_limits": [],
        "spending_limits_currency": None,
    }
    return unset | given


def cardholder(person: Person, *, id: str, created: int, number: int, pick: int) -> Doc:
    """An active cardholder without open requirements.

    `number` counts the cardholders (telephone, e-mail); `pick` is any large number from which the
    address, the date of birth and the rest are taken.
    """
    country = person.country
    born = {"day": 1 + pick % 28, "month": 1 + pick // 28 % 12, "year": 1948 + pick // 336 % 57}
    terms = {
        "date": created,
        "ip": f"{('192.0.2', '198.51.100', '203.0.113')[pick % 3]}.{pick % 254 + 1}",
        "user_agent": AGENTS[pick % 3],
    }
    individual: Doc = {
        "card_issuing": {"user_terms_acceptance": terms},
        "dob": {"day": None, "month": None, "year": None} if person.firm else born,
        "first_name": person.first,
        "last_name": person.last,
        "verification": {"document": {"back": None, "front": None}},
    }
    return {
        "id": id,
        "object": "issuing.cardholder",
        "billing": {"address": address(country, pick)},
        "company": {"tax_id_provided": True} if person.firm else None,
        "created": created,
        "email": email(person, number),
        "individual": None if person.firm else individual,
        "livemode": False,
        "metadata": {"customer_number": f"{country.code}-{100000 + number}"},
        "name": person.firm or f"{person.first} {person.last}",
        "phone_number": phone(country, number),
        "preferred_locales": [country.language],
        "requirements": {"disabled_reason": None, "past_due": []},
        "spending_controls": controls(
            spending_limits_currency=country.currency, allowed_categories=[], blocked_categories=[]
        ),
        "status": "active",
        "type": "company" if person.firm else "individual",
    }
