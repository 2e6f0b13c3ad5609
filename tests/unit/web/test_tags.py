"""Texts, instants and languages as the reader sees them."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.template import engines
from django.utils import translation

from polyphonie.kernel.actor import Actor
from polyphonie.kernel.localised import LocalisedText
from polyphonie.web import navigation, slots, zones

pytestmark = pytest.mark.unit


def render(source: str, language: str = "fr", **context: Any) -> str:
    with translation.override(language):
        return engines["django"].from_string(source).render(context)


def test_localised_marks_a_foreign_language_and_its_direction() -> None:
    text = LocalisedText(ar="توصية")
    assert render("{{ t|localised }}", t=text) == '<span lang="ar" dir="rtl">توصية</span>'


def test_localised_leaves_the_readers_language_unmarked_and_escapes() -> None:
    assert render("{{ t|localised }}", t=LocalisedText(fr="<b>é</b>", en="x")) == "&lt;b&gt;é&lt;/b&gt;"
    assert render("{{ t|localised }}", language="en", t=LocalisedText(fr="é", en="x")) == "x"


def test_localised_passes_plain_texts_and_escapes_them() -> None:
    assert render("{{ t|localised }}", t="a & b") == "a &amp; b"


def test_instant_names_the_zone_that_is_not_the_readers() -> None:
    at = datetime(2017, 11, 13, 13, 30, tzinfo=UTC)
    shown = render("{% instant at 'Africa/Casablanca' %}", at=at, reader_zone="Europe/Paris")
    assert shown == (
        '<time datetime="2017-11-13T13:30:00Z">13 novembre 2017 à 13:30 '
        '<span class="zone">(heure de Casablanca)</span></time>'
    )


def test_instant_leaves_the_readers_own_zone_out() -> None:
    at = datetime(2017, 7, 13, 13, 30, tzinfo=UTC)
    shown = render("{% instant at 'Europe/Paris' %}", at=at, reader_zone="Europe/Paris")
    assert shown == '<time datetime="2017-07-13T13:30:00Z">13 juillet 2017 à 15:30</time>'


def test_instant_speaks_english_and_can_leave_the_day_out() -> None:
    at = datetime(2017, 11, 13, 13, 30, tzinfo=UTC)
    shown = render("{% instant at 'Africa/Algiers' 'time' %}", language="en", at=at)
    assert "14:30" in shown
    assert "(Algiers time)" in shown
    assert "2017<" not in shown


def test_instant_of_nothing_is_nothing() -> None:
    assert render("{% instant at %}", at=None) == ""


def test_day_has_no_zone() -> None:
    assert (
        render("{% day d %}", d=date(2018, 9, 28)) == '<time datetime="2018-09-28">28 septembre 2018</time>'
    )


def test_zone_in_words_elides_in_french() -> None:
    with translation.override("fr"):
        assert zones.in_words("Africa/Abidjan") == "heure d’Abidjan"
        assert zones.in_words("Africa/Dakar") == "heure de Dakar"


def test_language_note_speaks_only_of_a_foreign_language() -> None:
    assert render("{% language_note 'fr' %}") == ""
    assert render("{% language_note 'fr-CA' %}") == ""
    assert "portugais" in render("{% language_note 'pt-BR' %}")
    assert "in Arabic" in render("{% language_note 'ar' %}", language="en")


def test_slot_shows_nothing_to_a_page_without_a_reader() -> None:
    assert render("{% slot 'web.banner' %}") == ""


def test_slot_shows_what_rooms_registered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(slots, "_PROVIDERS", {})

    def provider(subject: Any, viewer: Actor, at: datetime) -> Any:
        return f"<p>{subject}</p>"

    slots.register("web.footer", provider)
    shown = render("{% slot 'web.footer' 'x' %}", viewer=Actor.visitor(), at=datetime(2018, 1, 1, tzinfo=UTC))
    assert shown == "<p>x</p>"


def test_navigation_offers_what_the_viewer_may_see_in_order(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(navigation, "_ITEMS", {})
    navigation.register("Seconde", "accessibility", order=20)
    navigation.register("Première", "gallery", order=10)
    navigation.register("Fermée", "account_login", order=5, visible=lambda viewer: viewer.is_person)
    navigation.register("Ailleurs", "no-such-page", order=1)
    with translation.override("fr"):
        links = navigation.links(Actor.visitor(), "/fr/composants/")
    assert [(link.label, link.current) for link in links] == [("Première", True), ("Seconde", False)]
