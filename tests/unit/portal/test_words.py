"""From words to terms: relatives meet, with accents or without."""

from __future__ import annotations

import pytest

from polyphonie.portal.domain.words import asked_terms, grams, is_stop_word, terms_of, tokens


@pytest.mark.parametrize(
    ("written", "typed", "language"),
    [
        ("élèves", "eleve", "fr"),
        ("élèves", "élève", "fr"),
        ("activités", "activites", "fr"),
        ("activités", "activité", "fr"),
        ("exclusions", "exclusion", "fr"),
        ("décrochage", "decrochage", "fr"),
        ("décrocheurs", "décrocheur", "fr"),
        ("évaluations", "evaluation", "fr"),
        ("formation", "formations", "fr"),
        ("schools", "school", "en"),
        ("suspensions", "suspension", "en"),
        ("recommendations", "recommendation", "en"),
        ("preconización", "preconizacion", "es"),
        ("1b", "1B", "fr"),
        ("8,8", "8.8", "fr"),
    ],
)
def test_terms_meet_for_relatives(written: str, typed: str, language: str) -> None:
    word, asked = tokens(written)[0], tokens(typed)[0]
    for interface in ("fr", "en"):
        assert terms_of(word, language) & asked_terms(asked, interface)


@pytest.mark.parametrize(("one", "other"), [("exclusion", "inclusion"), ("santé", "sante2"), ("1a", "1b")])
def test_terms_keep_strangers_apart(one: str, other: str) -> None:
    assert not terms_of(one, "fr") & asked_terms(other, "fr")


def test_tokens_cut_at_apostrophes_and_keep_decimals() -> None:
    assert tokens("L'exclusion, 8,8 % : l’École-collège") == [
        "l",
        "exclusion",
        "8.8",
        "l",
        "école",
        "collège",
    ]


def test_stop_words_are_of_the_language_when_it_is_known() -> None:
    assert is_stop_word("les")
    assert is_stop_word("Même")
    assert is_stop_word("on", ("en",))
    assert not is_stop_word("pour", ("en",))
    assert not is_stop_word("exclusion")


def test_grams_hold_the_ends() -> None:
    assert grams("fin") == {"_fi", "fin", "in_"}
