"""Reply templates: every regime and language, nothing promised that cannot be kept."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from supportdesk.config import REGIMES
from supportdesk.domain.complaint_replies import (
    TO_CALLER,
    absolutes,
    fill,
    parse_templates,
)
from supportdesk.domain.signals import LANGUAGES
from supportdesk.errors import UserFacing

TEXT = (Path(__file__).parents[2] / "resources/complaints/replies.json").read_text(encoding="utf-8")
TEMPLATES = parse_templates(TEXT)
KNOWN = dict.fromkeys(
    (
        *("number", "name", "received", "due", "agent", "programme", "business", "account"),
        *("basis", "category", "description", "reason", "until", "outcome", "action", "redress"),
    ),
    "X",
)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("purpose", ["acknowledge", "holding", "final"])
@pytest.mark.parametrize("regime", REGIMES)
def test_there_is_a_letter_for_each_regime_and_language(
    regime: str, purpose: str, language: str
) -> None:
    chosen = TEMPLATES.choose(purpose, (regime,), language)  # type: ignore[arg-type]
    assert chosen is not None
    assert chosen.language == language
    letter = fill(chosen, KNOWN)
    assert letter.missing == ()
    assert "{" not in letter.subject + letter.body


def test_a_special_letter_goes_before_the_general_one() -> None:
    uk = TEMPLATES.choose("acknowledge", ("stripe", "uk_disp"), "en")
    eu = TEMPLATES.choose("acknowledge", ("stripe", "eu_psd2"), "en")
    assert uk is not None
    assert eu is not None
    assert "holding response" in uk.body
    assert "holding response" not in eu.body
    assert TEMPLATES.choose("summary", ("eu_psd2",), "en") is None


def test_an_ombudsman_is_named_only_where_the_programme_does() -> None:
    for each in TEMPLATES.templates:
        without, with_one = fill(each, KNOWN), fill(each, KNOWN, "the FOS")
        assert "ombuds" not in without.body.casefold()
        assert ("the FOS" in with_one.body) == bool(each.ombudsman)
        assert with_one.body.endswith(without.body.rpartition("\n\n")[2])


def test_a_gap_nothing_is_known_for_is_marked_and_named() -> None:
    chosen = TEMPLATES.choose("holding", ("stripe",), "en")
    assert chosen is not None
    letter = fill(chosen, {**KNOWN, "reason": ""})
    assert letter.missing == ("reason",)
    assert "The reason: …" in letter.body


def test_what_goes_to_stripe_has_no_place_for_a_person() -> None:
    for each in TEMPLATES.templates:
        if each.purpose not in TO_CALLER:
            assert "{name}" not in each.body + each.subject


@pytest.mark.parametrize(
    ("text", "language", "words"),
    [
        ("We ALWAYS refund within a day, guaranteed.", "en", ("ALWAYS", "guaranteed")),
        ("Das passiert nie wieder.", "de", ("nie",)),
        ("Niemand hat das gesehen.", "de", ()),
        ("Cela n'arrivera jamais.", "fr", ("jamais",)),
        ("The onlyfool thing", "en", ()),
    ],
)
def test_what_promises_too_much_is_found(text: str, language: str, words: tuple[str, ...]) -> None:
    assert absolutes(text, TEMPLATES, language) == words


def test_a_template_that_promises_too_much_cannot_be_used() -> None:
    data = json.loads(TEXT)
    data["templates"][2]["body"] = "Dear {name}, this will never happen again."
    with pytest.raises(UserFacing) as caught:
        parse_templates(json.dumps(data))
    assert caught.value.code == "replies_unreadable"
    assert "never" in caught.value.detail
    with pytest.raises(UserFacing):
        parse_templates("{}")
