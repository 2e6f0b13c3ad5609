"""A text in several languages in a form."""

from __future__ import annotations

import pytest
from django import forms
from django.http import QueryDict
from django.utils import translation

from polyphonie.kernel.localised import LocalisedText
from polyphonie.web.forms import LocalisedTextField

pytestmark = pytest.mark.unit


class TitleForm(forms.Form):
    title = LocalisedTextField(label="Titre", max_length=20)


def test_field_draws_a_box_per_language_and_one_for_another() -> None:
    with translation.override("fr"):
        page = str(TitleForm(initial={"title": LocalisedText(ar="توصية")})["title"])
    assert 'name="title__fr"' in page
    assert 'name="title__en"' in page
    assert 'lang="ar" dir="rtl"' in page
    assert 'name="title__+tag"' in page


def test_field_gathers_the_languages_and_keeps_those_it_did_not_draw() -> None:
    form = TitleForm(QueryDict("title__fr=Un&title__en=&title__pt=Um&title__%2Btag=es&title__%2Btext=Uno"))
    assert form.is_valid()
    assert form.cleaned_data["title"] == LocalisedText(fr="Un", pt="Um", es="Uno")


def test_field_asks_for_one_language_at_least() -> None:
    form = TitleForm(QueryDict("title__fr=+&title__en="))
    with translation.override("fr"):
        assert form.errors["title"] == ["Donnez ce texte dans une langue au moins."]


def test_field_refuses_a_language_that_is_none() -> None:
    form = TitleForm(QueryDict("title__fr=Un&title__%2Btag=klingon!&title__%2Btext=x"))
    with translation.override("fr"):
        assert "klingon!" in form.errors["title"][0]


def test_field_names_the_language_that_is_too_long() -> None:
    form = TitleForm(QueryDict(f"title__en={'x' * 21}"))
    with translation.override("fr"):
        assert form.errors["title"] == [
            "Le texte en anglais compte 21 signes ; 20 au plus sont gardés, raccourcissez-le."
        ]


def test_field_knows_whether_something_changed() -> None:
    field = LocalisedTextField()
    assert not field.has_changed(LocalisedText(fr="Un"), {"fr": "Un", "en": ""})
    assert field.has_changed(LocalisedText(fr="Un"), {"fr": "Deux"})
