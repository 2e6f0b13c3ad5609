"""People who write evidence at their desk, on a telephone's width: refused, completed, published, moved."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.functional.conftest import Visit
from tests.functional.servers import Server

pytestmark = pytest.mark.functional
NARROW = {"width": 320, "height": 800}


def test_an_analyst_writes_a_figure_and_a_claim(
    visits: Callable[..., Visit], server: Server, language: str
) -> None:
    visit = visits(server, language, viewport=NARROW)
    page = visit.page
    label = f"Élèves accueillis, exemple {language}"
    page.goto(server.new_entry())
    visit.move_clock("today")
    visit.become("evidence")
    visit.sees(visit.words("Vous écrivez pour :"), visit.words("Brouillons"))
    visit.look("desk")
    visit.fits()

    visit.go("/chiffres/nouveau/")
    page.fill("[name=label__fr]", label)
    page.fill("[name=value]", "8,5" if language == "fr" else "8.5")
    publish = page.get_by_role("button", name=visit.words("Publier"), exact=True)
    what = visit.says(
        "la définition, l'unité, l'année et la source", "the definition, the unit, the year and the source"
    )
    visit.refused(
        visit.words("Il manque %(what)s pour publier ce chiffre ; complétez la fiche.", what=what),
        act=lambda: publish.click(),
    )
    visit.look("figure-refused")
    visit.fits()
    assert page.input_value("[name=label__fr]") == label
    page.fill("[name=definition__fr]", "Nombre d'élèves (exemple fictif)")
    page.fill("[name=unit__fr]", "élèves")
    page.fill("[name=year]", "2024")
    page.check("[name=is_fictitious]")
    # by the keyboard alone: from the last field to the button, and through it
    page.focus("[name=is_fictitious]")
    for _ in range(3):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.value") == "publish":
            break
    assert page.evaluate("document.activeElement.value") == "publish"
    page.keyboard.press("Enter")
    page.wait_for_url("**/chiffres/*-*/")
    visit.sees(label, visit.words("Écrit par"), visit.words("Remplacer par un nouveau chiffre"))
    visit.look("figure")
    visit.fits()

    visit.go("/constats/nouveau/")
    page.fill("[name=text__fr]", "Ils sont plus nombreux (exemple fictif).")
    page.check("[name=is_fictitious]")
    page.select_option("[name=figure_1]", index=1)
    visit.look("claim")
    visit.fits()
    page.get_by_role("button", name=visit.words("Garder en brouillon")).click()
    page.wait_for_url("**/constats/*-*/")
    visit.sees(visit.words("brouillon"), visit.words("Tenir ce constat"))
    visit.look("claim-draft")
    visit.go("/desaccords/nouveau/")
    visit.look("disagreement")
    visit.fits()
    visit.go("/preuves/")
    visit.sees("Ils sont plus nombreux", label)


def test_a_host_opens_a_resource_early_and_moves_it(
    visits: Callable[..., Visit], server: Server, language: str
) -> None:
    visit = visits(server, language, viewport=NARROW)
    page = visit.page
    title = f"Note (exemple fictif, {language})"
    page.goto(server.new_entry())
    visit.move_clock("twelve")
    visit.become("host")
    visit.go("/ressources/nouvelle/")
    page.fill("[name=title__fr]", title)
    page.select_option("[name=kind]", index=3)
    page.select_option("[name=issuer]", index=1)
    page.check("[name=opening][value=set]")
    page.fill("[name=public_at]", "2018-11-08")
    page.fill("[name=hour]", "09:00")
    page.check("[name=is_fictitious]")
    visit.look("resource-new")
    visit.fits()
    page.get_by_role("button", name=visit.words("Ajouter"), exact=True).click()
    page.wait_for_url("**/ressources/*-*/")
    # the clocks of Paris change on 28 October: both keep nine o'clock
    visit.sees(title, visit.says("18 octobre 2018", "18 October 2018"), "09:00")
    visit.look("resource")
    visit.fits()
    page.get_by_role("link", name=visit.words("Déplacer l'ouverture")).click()
    page.fill("[name=days]", "-90")
    submit = page.get_by_role("button", name=visit.words("Déplacer"), exact=True)
    visit.refused(visit.says("est déjà passée", "has passed already"), act=lambda: submit.click())
    visit.look("move-refused")
    visit.fits()
    page.fill("[name=days]", "2")
    submit.click()
    page.wait_for_url("**/ressources/*-*/")
    visit.sees(
        visit.says("20 octobre 2018", "20 October 2018"), visit.says("10 novembre 2018", "10 November 2018")
    )
