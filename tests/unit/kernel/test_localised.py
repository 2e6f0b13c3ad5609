"""Texts in any language: frozen, nearest to the reader, right to left where they are."""

from __future__ import annotations

import copy
import pickle

import pytest
from django.core.exceptions import ValidationError
from django.utils import translation
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from polyphonie.kernel.localised import LocalisedField, LocalisedText, direction, fold

pytestmark = pytest.mark.unit

TEXT = LocalisedText(fr="Décrochage", en="Dropout", ar="التسرب المدرسي")


def test_read_gives_the_readers_language_or_the_nearest() -> None:
    text = LocalisedText({"pt-BR": "Evasão", "en": "Dropout"})
    assert [text.read(tag) for tag in ("pt-BR", "en-GB", "fr", "ja")] == [
        "Evasão",
        "Dropout",
        "Dropout",
        "Dropout",
    ]
    assert LocalisedText(pt_BR="Evasão").read("fr") == "Evasão"
    assert LocalisedText().read("fr") == ""
    assert LocalisedText().language_for("fr") == ""


def test_str_follows_the_interface() -> None:
    shown = {}
    for tag in ("fr", "en", "ar", "es"):
        with translation.override(tag):
            shown[tag] = str(TEXT)
    assert shown == {"fr": "Décrochage", "en": "Dropout", "ar": "التسرب المدرسي", "es": "Décrochage"}


@pytest.mark.parametrize("tag", ["français", "FR", "fr_FR", "", "e", "fr-fr", "en-US-x"])
def test_a_tag_that_is_none_is_refused(tag: str) -> None:
    with pytest.raises(ValueError, match="language tag"):
        LocalisedText({tag: "x"})


@pytest.mark.parametrize("tag", ["fr", "pt-BR", "zh-Hans", "zh-Hant-TW", "es-419", "wo", "mfe"])
def test_tags_are_an_open_set(tag: str) -> None:
    assert LocalisedText({tag: "x"})[tag] == "x"


def test_a_text_that_is_no_string_is_refused() -> None:
    with pytest.raises(TypeError):
        LocalisedText({"fr": 3})  # type: ignore[dict-item]


def test_it_is_frozen_and_changes_by_copies() -> None:
    with pytest.raises(AttributeError):
        TEXT.fr = "autre"  # type: ignore[attr-defined]
    changed = TEXT.with_text("en", "Early leaving").with_text("ar", " ")
    assert changed == LocalisedText(fr="Décrochage", en="Early leaving")
    assert TEXT["en"] == "Dropout"


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.dictionaries(st.sampled_from(["fr", "en", "ar", "pt-BR", "zh-Hans"]), st.text(max_size=20)))
def test_equal_texts_are_equal_whatever_their_order(texts: dict[str, str]) -> None:
    one, other = LocalisedText(texts), LocalisedText(dict(reversed(texts.items())))
    assert one == other
    assert hash(one) == hash(other)
    assert pickle.loads(pickle.dumps(one)) == copy.deepcopy(one) == one
    assert all(value.strip() for value in one.values())


@pytest.mark.parametrize(
    ("tag", "way"), [("ar", "rtl"), ("ar-MA", "rtl"), ("he", "rtl"), ("fr", "ltr"), ("wo", "ltr")]
)
def test_direction(tag: str, way: str) -> None:
    assert direction(tag) == way


@pytest.mark.parametrize(
    ("typed", "folded"),
    [
        ("Évry-Courcouronnes", "evry courcouronnes"),
        ("  L’Île-d'Yeu ", "l ile d yeu"),
        ("STRASSE straße", "strasse strasse"),
        ("التسرب", "التسرب"),
        ("---", ""),
    ],
)
def test_fold_forgets_what_people_do_not_type(typed: str, folded: str) -> None:
    assert fold(typed) == folded


def test_field_refuses_an_empty_text_unless_it_may_be_blank() -> None:
    with pytest.raises(ValidationError):
        LocalisedField().validate(LocalisedText(), None)
    LocalisedField(blank=True).validate(LocalisedText(), None)
    with pytest.raises(ValidationError):
        LocalisedField().validate("texte", None)
