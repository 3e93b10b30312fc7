from __future__ import annotations

import pytest

from supportdesk.stripe_gateway.form import SecretOfACard, form


@pytest.mark.parametrize("name", ["number", "cvc", "card.number", "data.cvc", "data.card.number"])
def test_number_and_cvc_are_never_asked_for(name: str) -> None:
    with pytest.raises(SecretOfACard):
        form({"expand": ["cardholder", name]})


@pytest.mark.parametrize("name", ["pin", "number", "cvc"])
def test_pin_number_and_cvc_are_never_sent(name: str) -> None:
    with pytest.raises(SecretOfACard):
        form({name: {"encrypted_number": "x"}})


def test_empty_lists_and_mappings_clear() -> None:
    sent = form({"a": [], "b": {}, "c": {"d": ()}, "e": None, "f": "", "g": [{"h": []}]})
    assert sent == {"a": "", "b": "", "c": {"d": ""}, "e": None, "f": "", "g": [{"h": ""}]}
