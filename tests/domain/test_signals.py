"""Words that may matter: found by their stems, in five languages, never inside other words."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from supportdesk.domain.signals import LANGUAGES, Spotter, parse_signals
from supportdesk.errors import UserFacing

LIST = parse_signals(
    (Path(__file__).parents[2] / "resources/complaints/signals.json").read_text(encoding="utf-8")
)
SPOTTER = Spotter(LIST)
# As Stripe's page on handling complaints names them.
STRIPES = (
    *("abuse", "abusive", "marital status", "angry", "mad", "military", "service member"),
    *("annoyed", "national origin", "attorney", "lawyer", "opt in", "opt out"),
    *("bait and switch", "predatory", "bias", "prejudice", "privacy", "deceived", "problem"),
    *("disclosure", "disclose", "race", "minority", "color", "discrimination", "redlining"),
    *("disgraceful", "regulator", "regulatory", "exploit", "manipulate", "religion", "age"),
    *("disability", "fairness", "unfair", "ridiculous", "financial injury", "sex", "gender"),
    *("sexual orientation", "fraud", "ID theft", "sue", "hide", "hidden", "unauthorized"),
    *("lawsuit", "unbelievable", "litigation", "low income", "poor", "unhappy", "ludicrous"),
)


def found(text: str) -> list[tuple[str, str]]:
    return [(each.text, each.signal.id) for each in SPOTTER.find(text)]


@pytest.mark.parametrize("word", STRIPES)
def test_every_word_that_stripe_lists_is_found(word: str) -> None:
    assert [text for text, _ in found(f"It is the {word} of the matter")] == [word]


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("My lawyers are suing you; several lawsuits.", ["legal", "legal", "legal"]),
        ("They discriminated against me, it was unfairly done", ["discrimination", "udap"]),
        ("Ich habe immer noch kein Geld, meine Anwältin klagt", ["repeat", "means", "legal"]),
        (
            "Das ist lächerlich und ich beschwere mich bei der BaFin",
            ["anger", "anger", "regulator"],
        ),
        ("Je suis en colère, mes avocats vont porter plainte", ["anger", "legal", "legal"]),
        ("No tengo el dinero y estoy enfadada con el abuso", ["anger", "udap"]),
        ("Sono arrabbiata, è la terza volta e non ho i soldi", ["anger", "repeat"]),
        ("My mother is in hospital and I do not understand the letter", ["health", "capability"]),
        ("Mein Mann ist verstorben und ich bin krank", ["life_event", "health"]),
    ],
)  # fmt: skip
def test_words_are_found_in_their_forms(text: str, ids: list[str]) -> None:
    assert [id_ for _, id_ in found(text)] == ids


@pytest.mark.parametrize(
    "text", ["This issue was made in an agency by a manager", "pages, stage, tissue, embrace", ""]
)
def test_nothing_is_found_inside_other_words(text: str) -> None:
    assert found(text) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_language_has_words_for_every_signal(language: str) -> None:
    assert all(signal.words[language] for signal in LIST.signals)
    assert LIST.common[language]


@given(st.text(max_size=300))
def test_any_text_can_be_read_and_places_are_right(text: str) -> None:
    end = 0
    for each in SPOTTER.find(text):
        assert text[each.start : each.end] == each.text
        assert each.start >= end
        end = each.end


@pytest.mark.parametrize("text", ["", "{}", '{"version":"1","common":{},"signals":[{"id":"a"}]}'])
def test_an_unusable_list_is_named(text: str) -> None:
    with pytest.raises(UserFacing) as caught:
        parse_signals(text)
    assert caught.value.code == "signals_unreadable"


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ("Anwalt eingeschaltet", ["legal"]),
        ("Sehr verärgert!", ["anger"]),
        ("avocat", ["legal"]),
        ("abogado", ["legal"]),
        ("avvocato", ["legal"]),
        ("lawyer", ["legal"]),
    ],
)
def test_a_few_words_are_found_whatever_their_language(said: str, found: list[str]) -> None:
    assert [each.signal.id for each in SPOTTER.find(said)] == found
