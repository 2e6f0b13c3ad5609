"""Writing at the desk: figures, claims and disagreements, and what each form refuses."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from polyphonie.evidence.models import Conflict, EvidenceStatement, Figure
from polyphonie.kernel.actor import Actor
from polyphonie.kernel.models import LedgerEvent
from polyphonie.network.enums import Role
from polyphonie.network.models import Notice, Person
from tests.factories.evidence import (
    EvidenceStatementFactory,
    FigureFactory,
    IndicatorFactory,
    ResourceFactory,
)
from tests.factories.network import (
    HostFactory,
    TerritoryFactory,
    ThemeFactory,
    actor_with,
    coordinator_of,
    signed_in,
)
from tests.pages import differences, errors, typed, words

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.database,
    pytest.mark.integration,
    pytest.mark.usefixtures("desk_day"),
]

PARIS = ZoneInfo("Europe/Paris")
NOW = datetime(2024, 10, 1, 10, 0, tzinfo=PARIS)
EARLY = datetime(2024, 10, 15, 9, 0, tzinfo=PARIS)
PUBLIC = datetime(2024, 11, 5, 9, 0, tzinfo=PARIS)
WRITE = "Il faut le rôle « coordination » d'une instance hôte, ou « analyse », pour écrire un constat ou un chiffre."


FIGURE = {
    "label__fr": "Sorties précoces",
    "label__en": "Early leavers",
    "value": "8,80",
    "standard_error": "0,25",
    "definition__fr": "18–24 ans",
    "unit__fr": "%",
    "year": "2016",
    "source_label": "Eurostat",
    "act": "publish",
}
CLAIM = {
    "text__fr": "L'exclusion éloigne.",
    "text__en": "Exclusion drives away.",
    "original_language": "fr",
    "strength": "moderate",
    "source_label": "Rapport",
    "page": "12",
    "act": "publish",
}


def readings(*given: dict[str, str], **fields: str) -> dict[str, str]:
    data = {"subject__fr": "Baisse depuis 2007", "form-TOTAL_FORMS": "4", "form-INITIAL_FORMS": "0", **fields}
    for number, reading in enumerate(given):
        data |= {f"form-{number}-{name}": value for name, value in reading.items()}
    return data


# figures


def test_figure_new_publishes_with_the_decimals_that_were_typed(
    client: Client, desk_analyst: Actor, body: Any
) -> None:
    theme, territory = ThemeFactory.create(), TerritoryFactory.create()
    given = {**FIGURE, "themes": [str(theme.pk)], "territory": str(territory.pk)}
    response = signed_in(client, desk_analyst).post(reverse("figure_new"), given)
    figure = Figure.objects.get()
    assert (response.status_code, response["Location"]) == (303, figure.get_absolute_url())
    assert (figure.value, figure.decimals, figure.standard_error) == (Decimal("8.8"), 2, Decimal("0.25"))
    assert (figure.keeper, figure.territory, list(figure.themes.all())) == (body, territory, [theme])
    assert (figure.published_at, figure.label["en"]) == (NOW.astimezone(UTC), "Early leavers")
    assert "8,80" in words(client.get(figure.get_absolute_url()))


@pytest.mark.parametrize(
    ("lacking", "line"),
    [
        (
            "definition__fr",
            "Définition : Il manque la définition pour publier ce chiffre ; complétez la fiche.",
        ),
        ("unit__fr", "Unité : Il manque l'unité pour publier ce chiffre ; complétez la fiche."),
        ("year", "Année : Il manque l'année pour publier ce chiffre ; complétez la fiche."),
        ("source_label", "Source : Il manque la source pour publier ce chiffre ; complétez la fiche."),
        ("value", "Valeur : Donnez la valeur, ou dites pourquoi elle manque ; jamais zéro à sa place."),
    ],
)
def test_figure_new_refuses_by_the_name_of_what_lacks(
    lacking: str, line: str, client: Client, desk_analyst: Actor
) -> None:
    response = signed_in(client, desk_analyst).post(reverse("figure_new"), {**FIGURE, lacking: ""})
    assert response.status_code == 422
    assert errors(response) == [line]
    assert typed(response, "label__fr") == "Sorties précoces"
    assert typed(response, "standard_error") == "0,25"
    assert not Figure.objects.exists()
    assert not LedgerEvent.objects.exists()


@pytest.mark.parametrize(
    ("given", "line"),
    [
        ({"value": "huit"}, "Valeur : « huit » n'est pas un nombre ; écrivez par exemple 8,8 ou 12000."),
        (
            {"value": "1,2345678"},
            "Valeur : « 1,2345678 » a trop de chiffres : 12 avant la virgule et 6 après, au plus.",
        ),
        (
            {"standard_error": "-1"},
            "Erreur type : Une erreur type n'est jamais négative ; vous avez saisi -1.",
        ),
        ({"value": "NaN"}, "Valeur : « NaN » n'est pas un nombre ; écrivez par exemple 8,8 ou 12000."),
    ],
)
def test_figure_new_refuses_what_is_no_number(
    given: dict[str, str], line: str, client: Client, desk_analyst: Actor
) -> None:
    response = signed_in(client, desk_analyst).post(reverse("figure_new"), {**FIGURE, **given})
    assert (response.status_code, errors(response)) == (422, [line])
    assert not Figure.objects.exists()


def test_figure_new_reads_numbers_in_english(client: Client, desk_analyst: Actor) -> None:
    with translation.override("en"):
        address = reverse("figure_new")
    signed_in(client, desk_analyst).post(address, {**FIGURE, "value": "12,345.5", "standard_error": ""})
    figure = Figure.objects.get()
    assert (figure.value, figure.decimals) == (Decimal("12345.5"), 1)


def test_a_draft_figure_is_completed_and_published(client: Client, desk_analyst: Actor) -> None:
    signed_in(client, desk_analyst)
    indicator = IndicatorFactory.create()
    draft = {
        "label__fr": "Taux",
        "why_unavailable__fr": "Pas encore publié.",
        "act": "save",
        "indicator": str(indicator.pk),
    }
    assert client.post(reverse("figure_new"), draft).status_code == 303
    figure = Figure.objects.get()
    assert (figure.published_at, figure.is_unavailable) == (None, True)
    assert figure.definition == indicator.definition
    edit = reverse("figure_edit", args=[figure.uid])
    assert typed(client.get(edit), "why_unavailable__fr") == "Pas encore publié."
    given = {**FIGURE, "version": "1", "why_unavailable__fr": ""}
    assert client.post(edit, given).status_code == 303
    figure.refresh_from_db()
    assert (figure.value, figure.year, figure.published_at) == (Decimal("8.8"), 2016, NOW.astimezone(UTC))
    refused = client.post(edit, {**given, "version": "3"})
    assert refused.status_code == 422
    assert errors(refused) == [
        "Ce chiffre est publié et ne change plus ; remplacez-le par un nouveau, qui le citera."
    ]


def test_a_draft_figure_changed_meanwhile_shows_both_versions(
    client: Client, desk_analyst: Actor, body: Any
) -> None:
    figure = FigureFactory.create(keeper=body, published_at=None, version=2, year=2015)
    edit = reverse("figure_edit", args=[figure.uid])
    signed_in(client, desk_analyst)
    response = client.post(edit, {**FIGURE, "act": "save", "version": "1", "year": "2017"})
    assert response.status_code == 409
    assert "Quelqu'un a modifié ce chiffre entre-temps" in words(response)
    assert differences(response)["Année"] == ("2015", "2017")
    assert (typed(response, "year"), typed(response, "version")) == ("2017", "2")
    figure.refresh_from_db()
    assert figure.year == 2015
    assert client.post(edit, {**FIGURE, "act": "save", "version": "2", "year": "2017"}).status_code == 303


def test_figure_replace_publishes_in_its_place_and_tells_who_cites(
    client: Client, desk_analyst: Actor, body: Any
) -> None:
    mate = coordinator_of(body, Role.HOST_COORDINATOR)
    figure = FigureFactory.create(keeper=body)
    EvidenceStatementFactory.create(keeper=body, figures=[figure], code="C7")
    address = reverse("figure_replace", args=[figure.uid])
    signed_in(client, desk_analyst)
    form = client.get(address)
    assert (typed(form, "value"), typed(form, "year")) == ("", "2016")
    response = client.post(address, {**FIGURE, "value": "8,9", "year": "2017"})
    newer = Figure.objects.get(supersedes=figure)
    assert (response.status_code, response["Location"]) == (303, newer.get_absolute_url())
    assert (newer.value, newer.year, newer.keeper) == (Decimal("8.9"), 2017, body)
    assert Notice.objects.get().person == Person.objects.get(actor_identity__actor_id=mate.id)
    again = client.post(address, {**FIGURE, "value": "9"})
    assert again.status_code == 422
    assert errors(again) == [
        "Ce chiffre a déjà été remplacé par « Sorties précoces » (2017) ; remplacez celui-là."
    ]
    assert typed(again, "value") == "9"


def test_figure_replace_refuses_without_value(client: Client, desk_analyst: Actor, body: Any) -> None:
    figure = FigureFactory.create(keeper=body)
    address = reverse("figure_replace", args=[figure.uid])
    response = signed_in(client, desk_analyst).post(address, {**FIGURE, "value": "", "source_label": ""})
    assert response.status_code == 422
    assert errors(response) == [
        "Valeur : Donnez la valeur, ou dites pourquoi elle manque ; jamais zéro à sa place."
    ]
    assert Figure.objects.count() == 1


# claims


def test_statement_new_keeps_languages_source_place_and_figures_in_order(
    client: Client, desk_analyst: Actor, body: Any
) -> None:
    first, second = FigureFactory.create(), FigureFactory.create()
    resource = ResourceFactory.create()
    given = {
        **CLAIM,
        "resource": str(resource.pk),
        "timecode": "1:02:03",
        "figure_1": str(second.pk),
        "figure_3": str(first.pk),
        "original_language": "en",
        "code": "C9",
    }
    response = signed_in(client, desk_analyst).post(reverse("statement_new"), given)
    claim = EvidenceStatement.objects.get()
    assert (response.status_code, response["Location"]) == (303, claim.get_absolute_url())
    assert {t.language: t.translation for t in claim.texts.order_by("pk")} == {
        "fr": "reviewed",
        "en": "original",
    }
    assert claim.cited_figures == [second, first]
    assert (claim.resource, claim.page, claim.code) == (resource, "12", "C9")
    assert claim.timecode == timedelta(hours=1, minutes=2, seconds=3)
    assert (claim.keeper, claim.strength, claim.published_at) == (body, "moderate", NOW.astimezone(UTC))


@pytest.mark.parametrize(
    ("given", "line"),
    [
        (
            {"source_label": ""},
            "Source : Dites d'où vient ce constat : choisissez une ressource ou nommez le document et son adresse.",
        ),
        ({"text__fr": "", "text__en": ""}, "Constat : Donnez ce texte dans une langue au moins."),
    ],
)
def test_statement_new_refuses(given: dict[str, str], line: str, client: Client, desk_analyst: Actor) -> None:
    response = signed_in(client, desk_analyst).post(reverse("statement_new"), {**CLAIM, **given})
    assert (response.status_code, errors(response)) == (422, [line])
    assert typed(response, "page") == "12"
    assert not EvidenceStatement.objects.exists()


def test_statement_new_offers_only_what_one_reads(client: Client, desk_analyst: Actor) -> None:
    closed = ResourceFactory.create(public_at=PUBLIC)
    hidden = FigureFactory.create(keeper=HostFactory.create(), published_at=None)
    signed_in(client, desk_analyst)
    for given in ({"resource": str(closed.pk)}, {"figure_1": str(hidden.pk)}):
        response = client.post(reverse("statement_new"), {**CLAIM, **given})
        assert response.status_code == 422
    assert not EvidenceStatement.objects.exists()


def test_a_draft_claim_is_taken_up_again_and_published(client: Client, desk_analyst: Actor) -> None:
    signed_in(client, desk_analyst)
    figures = [FigureFactory.create() for _ in range(4)]
    cited = {f"figure_{n}": str(f.pk) for n, f in enumerate(figures, 1)}
    client.post(reverse("statement_new"), {**CLAIM, **cited, "act": "save"})
    claim = EvidenceStatement.objects.get()
    assert (claim.published_at, claim.cited_figures) == (None, figures)
    edit = reverse("statement_edit", args=[claim.uid])
    form = client.get(edit)
    assert typed(form, "text__fr") == "L'exclusion éloigne."
    assert [typed(form, f"figure_{n}") for n in range(1, 7)] == [*(str(f.pk) for f in figures), "", ""]
    assert client.post(edit, {**CLAIM, "version": "1", "text__fr": "Autrement."}).status_code == 303
    claim = EvidenceStatement.objects.get()
    assert (claim.wording["fr"], claim.published_at) == ("Autrement.", NOW.astimezone(UTC))
    refused = client.post(edit, {**CLAIM, "version": str(claim.version)})
    assert (refused.status_code, errors(refused)) == (
        422,
        ["Ce constat est publié et ne change plus ; écrivez-en un autre et retirez celui-ci."],
    )


def test_a_draft_claim_changed_meanwhile_shows_both_versions(
    client: Client, desk_analyst: Actor, body: Any
) -> None:
    claim = EvidenceStatementFactory.create(
        keeper=body, published_at=None, version=2, resource=None, texts={"fr": "Le leur."}
    )
    signed_in(client, desk_analyst)
    edit = reverse("statement_edit", args=[claim.uid])
    response = client.post(edit, {**CLAIM, "act": "save", "version": "1"})
    assert response.status_code == 409
    assert differences(response)["Constat"] == (
        "[fr] Le leur.",
        "[en] Exclusion drives away. / [fr] L'exclusion éloigne.",
    )
    assert "Force" not in differences(response)
    assert differences(response)["Source"] == ("Rapport de test", "Rapport")
    assert (typed(response, "text__fr"), typed(response, "version")) == ("L'exclusion éloigne.", "2")
    assert EvidenceStatement.objects.get().wording["fr"] == "Le leur."


def test_a_claim_is_given_in_one_more_language(client: Client, desk_analyst: Actor, body: Any) -> None:
    claim = EvidenceStatementFactory.create(keeper=body)
    address = reverse("statement_language", args=[claim.uid])
    signed_in(client, desk_analyst)
    given = {"language": "es", "text": "La exclusión aleja.", "translation": "machine"}
    assert client.post(address, given).status_code == 303
    assert claim.texts.get(language="es").translation == "machine"
    again = client.post(address, given)
    assert again.status_code == 422
    assert errors(again) == [
        "Langue : Ce constat a déjà son texte en « es », qui ne change plus ; écrivez un autre constat et "
        "retirez celui-ci."
    ]
    assert typed(again, "text") == "La exclusión aleja."


def test_a_claim_is_withdrawn_and_says_that_it_is_gone(
    client: Client, desk_analyst: Actor, body: Any
) -> None:
    claim = EvidenceStatementFactory.create(keeper=body)
    signed_in(client, desk_analyst)
    response = client.post(reverse("statement_withdrawal", args=[claim.uid]))
    assert (response.status_code, response["Location"]) == (303, reverse("evidence_desk"))
    assert client.get(claim.get_absolute_url()).status_code == 410


def test_writing_for_two_bodies_asks_for_which(client: Client, desk_analyst: Actor) -> None:
    second = HostFactory.create()
    person = Person.objects.get(actor_identity__actor_id=desk_analyst.id)
    actor_with(Role.ANALYST, second.urn, organisation=second, person=person)
    signed_in(client, desk_analyst)
    refused = client.post(reverse("figure_new"), FIGURE)
    assert refused.status_code == 422
    assert errors(refused) == [
        "Écrit pour : Vous écrivez pour 2 instances ; dites pour laquelle est cette fiche."
    ]
    assert client.post(reverse("figure_new"), {**FIGURE, "keeper": str(second.pk)}).status_code == 303
    assert Figure.objects.get().keeper == second


# disagreements


def test_conflict_new_sets_readings_side_by_side(client: Client, desk_analyst: Actor, body: Any) -> None:
    figure, claim, theme = FigureFactory.create(), EvidenceStatementFactory.create(), ThemeFactory.create()
    data: dict[str, Any] = readings(
        {"wording__fr": "De 12,8 % à 8,8 %", "figure": str(figure.pk)},
        {},
        {"wording__fr": "2,4 points", "statement": str(claim.pk), "source_label": "Banque"},
    )
    response = signed_in(client, desk_analyst).post(
        reverse("conflict_new"), {**data, "themes": [str(theme.pk)]}
    )
    assert (response.status_code, response["Location"]) == (303, reverse("evidence_desk"))
    conflict = Conflict.objects.get()
    assert (conflict.recorded_at, conflict.keeper) == (NOW, body)
    assert list(conflict.themes.all()) == [theme]
    assert [
        (str(r.wording), r.figure, r.statement, r.source_label) for r in conflict.readings.order_by("order")
    ] == [
        ("De 12,8 % à 8,8 %", figure, None, figure.source_label),
        ("2,4 points", None, claim, "Banque"),
    ]
    shown = words(client.get(figure.get_absolute_url()))
    assert "Désaccord relevé le 1 octobre 2024" in shown.replace("1er", "1")
    gone = client.post(reverse("conflict_withdrawal", args=[conflict.uid]))
    assert gone.status_code == 303
    assert "Baisse depuis 2007" not in words(client.get(figure.get_absolute_url()))
    assert client.post(reverse("conflict_withdrawal", args=[conflict.uid])).status_code == 404


@pytest.mark.parametrize(
    ("given", "line"),
    [
        (
            [{"wording__fr": "Seule", "source_label": "A"}],
            "Un désaccord oppose au moins deux sources ; vous en donnez 1.",
        ),
        (
            [{"wording__fr": "Une", "source_label": "A"}, {"wording__fr": "Deux"}],
            "La lecture n° 2 n'a pas de source ; nommez le document où elle se trouve.",
        ),
        (
            [{"wording__fr": "Une", "source_label": "A"}, {"source_label": "B"}],
            "La lecture n° 2 ne dit rien ; écrivez ce que dit cette source.",
        ),
    ],
)
def test_conflict_new_refuses_and_keeps_the_readings(
    given: list[dict[str, str]], line: str, client: Client, desk_analyst: Actor
) -> None:
    response = signed_in(client, desk_analyst).post(reverse("conflict_new"), readings(*given))
    assert (response.status_code, errors(response)) == (422, [line])
    assert typed(response, "form-0-wording__fr") == given[0]["wording__fr"]
    assert not Conflict.objects.exists()


def test_conflict_new_names_the_box_that_is_wrong(client: Client, desk_analyst: Actor) -> None:
    data = readings({"wording__fr": "Une", "source_url": "pas une adresse"}, subject__fr="")
    response = signed_in(client, desk_analyst).post(reverse("conflict_new"), data)
    assert response.status_code == 422
    lines = errors(response)
    assert "Sur quoi les sources divergent : Donnez ce texte dans une langue au moins." in lines
    assert any(line.startswith("Adresse de la source :") for line in lines)
