"""Currencies and exchange for purchases abroad."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

#: What cards are issued in: US, EU and UK programmes.
CARD_CURRENCIES = ("eur", "gbp", "usd")

#: Euro worth of one major unit. Fixed practice rates, not the market's.
_IN_EUR = {
    "aed": "0.25", "aud": "0.60", "brl": "0.17", "cad": "0.67", "chf": "1.05", "cny": "0.13",
    "czk": "0.04", "dkk": "0.134", "eur": "1", "gbp": "1.17", "hkd": "0.12", "huf": "0.0025",
    "inr": "0.011", "isk": "0.0066", "jpy": "0.0062", "krw": "0.00067", "mxn": "0.05",
    "nok": "0.086", "nzd": "0.55", "pln": "0.23", "ron": "0.2", "sek": "0.089", "sgd": "0.69",
    "thb": "0.026", "try": "0.027", "usd": "0.92", "zar": "0.05",
}  # fmt: skip

CURRENCIES = tuple(_IN_EUR)
_ZERO_DECIMAL = ("jpy", "krw")


def convert(amount: int, source: str, target: str) -> int:
    """Return an amount of minor units of `source` in minor units of `target`."""
    if source == target:
        return amount
    major = Decimal(amount) / _minor_units(source)
    exchanged = major * Decimal(_IN_EUR[source]) / Decimal(_IN_EUR[target]) * _minor_units(target)
    return int(exchanged.quantize(Decimal(1), ROUND_HALF_UP))


def _minor_units(currency: str) -> int:
    return 1 if currency in _ZERO_DECIMAL else 100
