"""The desk of those who write evidence: every form, what it refuses, and who may open it."""

from __future__ import annotations

import io
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import translation
from lxml import html

from polyphonie.evidence.models import Conflict, EvidenceStatement, Figure, Resource
from polyphonie.kernel.actor import Actor
from polyphonie.kernel.models import LedgerEvent
from polyphonie.network.enums import Role
from polyphonie.network.models import Notice, Person
from tests.factories.conferences import ConferenceFactory
from tests.factories.evidence import (
    AccessGrantFactory,
    ConflictFactory,
    EvidenceStatementFactory,
    FigureFactory,
    IndicatorFactory,
    ResourceContextFactory,
    ResourceFactory,
    ResourceKindFactory,
)
from tests.factories.network import (
    HostFactory,
    OrganisationFactory,
    TerritoryFactory,
    ThemeFactory,
    actor_with,
    coordinator_of,
    signed_in,
    text,
)

pytestmark = [pytest.mark.django_db, pytest.mark.database, pytest.mark.integration]

PARIS = ZoneInfo("Europe/Paris")
NOW = datetime(2024, 10, 1, 10, 0, tzinfo=PARIS)
EARLY = datetime(2024, 10, 15, 9, 0, tzinfo=PARIS)
PUBLIC = datetime(2024, 11, 5, 9, 0, tzinfo=PARIS)
WRITE = "Il faut le rôle « coordination » d'une instance hôte, ou « analyse », pour écrire un constat ou un chiffre."


@pytest.fixture(autouse=True)
def _clock() -> Any:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def body() -> Any:
    return HostFactory.create(slug="hote")


@pytest.fixture
def analyst(body: Any) -> Actor:
    return coordinator_of(body, Role.ANALYST)


@pytest.fixture
def host(body: Any) -> Actor:
    return coordinator_of(body, Role.HOST_COORDINATOR)


def words(response: Any) -> str:
    tree = html.fromstring(response.content)
    return " ".join(tree.xpath("//main")[0].text_content().split())


def errors(response: Any) -> list[str]:
    """What the box above the form says, each line once."""
    tree = html.fromstring(response.content)
    return [" ".join(li.text_content().split()) for li in tree.xpath("//div[@role='alert']//ul/li")]


def differences(response: Any) -> dict[str, tuple[str, str]]:
    """The table of both versions: what is there, what was typed."""
    tree = html.fromstring(response.content)
    return {
        row.xpath("string(th)"): (row.xpath("string(td[1])"), row.xpath("string(td[2])"))
        for row in tree.xpath("//main//table/tbody/tr")
    }


def typed(response: Any, name: str) -> str:
    """What a field of the form holds."""
    tree = html.fromstring(response.content)
    (field,) = tree.xpath(f"//main//*[@name='{name}']")
    if field.tag == "textarea":
        return (field.text or "").lstrip("\n")
    if field.tag == "select":
        return next(iter(field.xpath("./option[@selected]/@value")), "")
    return str(field.get("value", ""))


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


# who


OPEN = ("evidence_desk", "statement_new", "figure_new", "conflict_new")


@pytest.mark.parametrize("name", OPEN)
def test_writing_evidence_needs_the_right(name: str, client: Client) -> None:
    refused = signed_in(client, coordinator_of(OrganisationFactory.create())).get(reverse(name))
    assert refused.status_code == 403
    assert WRITE in words(refused)


@pytest.mark.parametrize("name", [*OPEN, "resource_new"])
def test_the_desk_is_closed_to_visitors(name: str, client: Client) -> None:
    response = client.get(reverse(name))
    assert response.status_code == 302
    assert response["Location"].startswith(reverse("account_login"))


def test_entering_a_resource_is_the_hosts_coordination_alone(analyst: Actor, client: Client) -> None:
    refused = signed_in(client, analyst).get(reverse("resource_new"))
    assert refused.status_code == 403
    assert "Il faut le rôle « coordination » de l'instance qui publie cette ressource" in words(refused)
    assert reverse("resource_new") not in client.get(reverse("evidence_desk")).content.decode()


def test_the_navigation_leads_those_who_write_to_their_desk(analyst: Actor, client: Client) -> None:
    address = reverse("evidence_desk")
    public = FigureFactory.create().get_absolute_url()
    assert f'href="{address}"' not in client.get(public).content.decode()
    assert f'href="{address}"' in signed_in(client, analyst).get(public).content.decode()


def test_drafts_of_another_body_are_unknown(client: Client, analyst: Actor) -> None:
    other = HostFactory.create()
    figure = FigureFactory.create(keeper=other, published_at=None)
    claim = EvidenceStatementFactory.create(keeper=other, published_at=None, resource=None)
    closed = ResourceFactory.create(issuer=other, announced_at=None, public_at=None)
    signed_in(client, analyst)
    for name, row in (
        ("figure", figure),
        ("figure_edit", figure),
        ("figure_replace", figure),
        ("statement", claim),
        ("statement_edit", claim),
        ("statement_language", claim),
        ("resource", closed),
        ("resource_edit", closed),
        ("resource_move", closed),
        ("resource_opening", closed),
        ("resource_version", closed),
    ):
        assert client.get(reverse(name, args=[row.uid])).status_code == 404, name
    assert client.post(reverse("statement_withdrawal", args=[claim.uid])).status_code == 404


def test_what_another_body_published_is_not_ours_to_change(client: Client, analyst: Actor) -> None:
    other = HostFactory.create()
    figure = FigureFactory.create(keeper=other)
    claim = EvidenceStatementFactory.create(keeper=other)
    conflict = ConflictFactory.create(keeper=other)
    resource = ResourceFactory.create(issuer=other)
    signed_in(client, analyst)
    answers = [
        client.get(reverse("figure_replace", args=[figure.uid])),
        client.get(reverse("statement_language", args=[claim.uid])),
        client.post(reverse("statement_withdrawal", args=[claim.uid])),
        client.post(reverse("conflict_withdrawal", args=[conflict.uid])),
    ]
    for answer in answers:
        assert answer.status_code == 403
        assert "Il faut le rôle « coordination » ou « analyse » de l'instance qui a écrit ceci" in words(
            answer
        )
    assert client.get(reverse("resource_edit", args=[resource.uid])).status_code == 403
    assert "Tenir ce chiffre" not in words(client.get(figure.get_absolute_url()))
    assert not LedgerEvent.objects.exists()


# the desk


def test_the_desk_shows_what_ones_body_keeps(client: Client, host: Actor, body: Any) -> None:
    other = HostFactory.create()
    for keeper, mark in ((body, "nôtre"), (other, "étranger")):
        FigureFactory.create(keeper=keeper, label=text(f"chiffre {mark}"))
        FigureFactory.create(keeper=keeper, label=text(f"ébauche {mark}"), published_at=None)
        for published in ({}, {"published_at": None}):
            EvidenceStatementFactory.create(
                keeper=keeper, resource=None, texts={"fr": f"constat {mark}"}, **published
            )
        ResourceFactory.create(issuer=keeper, title=text(f"ressource {mark}"), public_at=None)
        ConflictFactory.create(keeper=keeper, subject=text(f"désaccord {mark}"))
    withdrawn = text("ressource retirée")
    ResourceFactory.create(issuer=body, title=withdrawn, withdrawn_at=NOW - timedelta(days=1))
    page = words(signed_in(client, host).get(reverse("evidence_desk")))
    for what in ("chiffre", "ébauche", "constat", "ressource", "désaccord"):
        assert f"{what} nôtre" in page, what
    assert "étranger" not in page
    assert "retirée" not in page


def test_the_desk_says_what_would_fill_it(client: Client, host: Actor) -> None:
    page = words(signed_in(client, host).get(reverse("evidence_desk")))
    for sentence in (
        "Aucun brouillon.",
        "Votre instance n'a encore aucune ressource ici ; ajoutez la première.",
        "Aucun constat de votre instance n'est publié.",
        "Aucun chiffre de votre instance n'est publié.",
        "Aucun désaccord n'est relevé.",
    ):
        assert sentence in page


@pytest.mark.parametrize("rows", [1, 3])
def test_the_desk_asks_a_constant_number_of_queries(
    rows: int, client: Client, host: Actor, body: Any, django_assert_num_queries: Any
) -> None:
    conference = ConferenceFactory.create(host=body)
    for number in range(rows):
        FigureFactory.create(keeper=body)
        FigureFactory.create(keeper=body, published_at=None)
        EvidenceStatementFactory.create(keeper=body)
        EvidenceStatementFactory.create(keeper=body, published_at=None)
        ConflictFactory.create(keeper=body)
        resource = ResourceFactory.create(issuer=body, public_at=PUBLIC + timedelta(days=number))
        ResourceContextFactory.create(resource=resource, urn=conference.urn, host=body)
    signed_in(client, host)
    client.get(reverse("evidence_desk"))
    with django_assert_num_queries(16):
        page = client.get(reverse("evidence_desk"))
    assert page.status_code == 200


# figures


def test_figure_new_publishes_with_the_decimals_that_were_typed(
    client: Client, analyst: Actor, body: Any
) -> None:
    theme, territory = ThemeFactory.create(), TerritoryFactory.create()
    given = {**FIGURE, "themes": [str(theme.pk)], "territory": str(territory.pk)}
    response = signed_in(client, analyst).post(reverse("figure_new"), given)
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
    lacking: str, line: str, client: Client, analyst: Actor
) -> None:
    response = signed_in(client, analyst).post(reverse("figure_new"), {**FIGURE, lacking: ""})
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
    given: dict[str, str], line: str, client: Client, analyst: Actor
) -> None:
    response = signed_in(client, analyst).post(reverse("figure_new"), {**FIGURE, **given})
    assert (response.status_code, errors(response)) == (422, [line])
    assert not Figure.objects.exists()


def test_figure_new_reads_numbers_in_english(client: Client, analyst: Actor) -> None:
    with translation.override("en"):
        address = reverse("figure_new")
    signed_in(client, analyst).post(address, {**FIGURE, "value": "12,345.5", "standard_error": ""})
    figure = Figure.objects.get()
    assert (figure.value, figure.decimals) == (Decimal("12345.5"), 1)


def test_a_draft_figure_is_completed_and_published(client: Client, analyst: Actor) -> None:
    signed_in(client, analyst)
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
    client: Client, analyst: Actor, body: Any
) -> None:
    figure = FigureFactory.create(keeper=body, published_at=None, version=2, year=2015)
    edit = reverse("figure_edit", args=[figure.uid])
    signed_in(client, analyst)
    response = client.post(edit, {**FIGURE, "act": "save", "version": "1", "year": "2017"})
    assert response.status_code == 409
    assert "Quelqu'un a modifié ce chiffre entre-temps" in words(response)
    assert differences(response)["Année"] == ("2015", "2017")
    assert (typed(response, "year"), typed(response, "version")) == ("2017", "2")
    figure.refresh_from_db()
    assert figure.year == 2015
    assert client.post(edit, {**FIGURE, "act": "save", "version": "2", "year": "2017"}).status_code == 303


def test_figure_replace_publishes_in_its_place_and_tells_who_cites(
    client: Client, analyst: Actor, body: Any
) -> None:
    mate = coordinator_of(body, Role.HOST_COORDINATOR)
    figure = FigureFactory.create(keeper=body)
    EvidenceStatementFactory.create(keeper=body, figures=[figure], code="C7")
    address = reverse("figure_replace", args=[figure.uid])
    signed_in(client, analyst)
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


def test_figure_replace_refuses_without_value(client: Client, analyst: Actor, body: Any) -> None:
    figure = FigureFactory.create(keeper=body)
    address = reverse("figure_replace", args=[figure.uid])
    response = signed_in(client, analyst).post(address, {**FIGURE, "value": "", "source_label": ""})
    assert response.status_code == 422
    assert errors(response) == [
        "Valeur : Donnez la valeur, ou dites pourquoi elle manque ; jamais zéro à sa place."
    ]
    assert Figure.objects.count() == 1


# claims


def test_statement_new_keeps_languages_source_place_and_figures_in_order(
    client: Client, analyst: Actor, body: Any
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
    response = signed_in(client, analyst).post(reverse("statement_new"), given)
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
def test_statement_new_refuses(given: dict[str, str], line: str, client: Client, analyst: Actor) -> None:
    response = signed_in(client, analyst).post(reverse("statement_new"), {**CLAIM, **given})
    assert (response.status_code, errors(response)) == (422, [line])
    assert typed(response, "page") == "12"
    assert not EvidenceStatement.objects.exists()


def test_statement_new_offers_only_what_one_reads(client: Client, analyst: Actor) -> None:
    closed = ResourceFactory.create(public_at=PUBLIC)
    hidden = FigureFactory.create(keeper=HostFactory.create(), published_at=None)
    signed_in(client, analyst)
    for given in ({"resource": str(closed.pk)}, {"figure_1": str(hidden.pk)}):
        response = client.post(reverse("statement_new"), {**CLAIM, **given})
        assert response.status_code == 422
    assert not EvidenceStatement.objects.exists()


def test_a_draft_claim_is_taken_up_again_and_published(client: Client, analyst: Actor) -> None:
    signed_in(client, analyst)
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
    client: Client, analyst: Actor, body: Any
) -> None:
    claim = EvidenceStatementFactory.create(
        keeper=body, published_at=None, version=2, resource=None, texts={"fr": "Le leur."}
    )
    signed_in(client, analyst)
    edit = reverse("statement_edit", args=[claim.uid])
    response = client.post(edit, {**CLAIM, "act": "save", "version": "1"})
    assert response.status_code == 409
    assert differences(response)["Constat"] == (
        "fr : Le leur.",
        "en : Exclusion drives away. / fr : L'exclusion éloigne.",
    )
    assert "Force" not in differences(response)
    assert differences(response)["Source"] == ("Rapport de test", "Rapport")
    assert (typed(response, "text__fr"), typed(response, "version")) == ("L'exclusion éloigne.", "2")
    assert EvidenceStatement.objects.get().wording["fr"] == "Le leur."


def test_a_claim_is_given_in_one_more_language(client: Client, analyst: Actor, body: Any) -> None:
    claim = EvidenceStatementFactory.create(keeper=body)
    address = reverse("statement_language", args=[claim.uid])
    signed_in(client, analyst)
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


def test_a_claim_is_withdrawn_and_says_that_it_is_gone(client: Client, analyst: Actor, body: Any) -> None:
    claim = EvidenceStatementFactory.create(keeper=body)
    signed_in(client, analyst)
    response = client.post(reverse("statement_withdrawal", args=[claim.uid]))
    assert (response.status_code, response["Location"]) == (303, reverse("evidence_desk"))
    assert client.get(claim.get_absolute_url()).status_code == 410


def test_writing_for_two_bodies_asks_for_which(client: Client, analyst: Actor) -> None:
    second = HostFactory.create()
    person = Person.objects.get(actor_identity__actor_id=analyst.id)
    actor_with(Role.ANALYST, second.urn, organisation=second, person=person)
    signed_in(client, analyst)
    refused = client.post(reverse("figure_new"), FIGURE)
    assert refused.status_code == 422
    assert errors(refused) == [
        "Écrit pour : Vous écrivez pour 2 instances ; dites pour laquelle est cette fiche."
    ]
    assert client.post(reverse("figure_new"), {**FIGURE, "keeper": str(second.pk)}).status_code == 303
    assert Figure.objects.get().keeper == second


# disagreements


def test_conflict_new_sets_readings_side_by_side(client: Client, analyst: Actor, body: Any) -> None:
    figure, claim, theme = FigureFactory.create(), EvidenceStatementFactory.create(), ThemeFactory.create()
    data: dict[str, Any] = readings(
        {"wording__fr": "De 12,8 % à 8,8 %", "figure": str(figure.pk)},
        {},
        {"wording__fr": "2,4 points", "statement": str(claim.pk), "source_label": "Banque"},
    )
    response = signed_in(client, analyst).post(reverse("conflict_new"), {**data, "themes": [str(theme.pk)]})
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
    given: list[dict[str, str]], line: str, client: Client, analyst: Actor
) -> None:
    response = signed_in(client, analyst).post(reverse("conflict_new"), readings(*given))
    assert (response.status_code, errors(response)) == (422, [line])
    assert typed(response, "form-0-wording__fr") == given[0]["wording__fr"]
    assert not Conflict.objects.exists()


def test_conflict_new_names_the_box_that_is_wrong(client: Client, analyst: Actor) -> None:
    data = readings({"wording__fr": "Une", "source_url": "pas une adresse"}, subject__fr="")
    response = signed_in(client, analyst).post(reverse("conflict_new"), data)
    assert response.status_code == 422
    lines = errors(response)
    assert "Sur quoi les sources divergent : Donnez ce texte dans une langue au moins." in lines
    assert any(line.startswith("Adresse de la source :") for line in lines)


# resources


def record(body: Any, **given: str) -> dict[str, str]:
    return {
        "title__fr": "Note d'expert",
        "title__en": "Expert's note",
        "kind": str(ResourceKindFactory.create().pk),
        "issuer": str(body.pk),
        "licence": "CC BY 4.0",
        "zone": "Europe/Paris",
        "opening": "later",
        **given,
    }


def test_resource_new_opens_at_local_hours_though_clocks_change(
    client: Client, host: Actor, body: Any
) -> None:
    signed_in(client, host)
    given = record(body, opening="set", public_at="2024-11-05", hour="09:00", announced_on="2024-10-03")
    response = client.post(reverse("resource_new"), given)
    resource = Resource.objects.get()
    assert (response.status_code, response["Location"]) == (303, resource.get_absolute_url())
    assert (resource.early_at, resource.public_at) == (EARLY, PUBLIC)
    assert resource.announced_at == datetime(2024, 10, 3, tzinfo=PARIS)
    page = words(client.get(resource.get_absolute_url()))
    assert "15 octobre 2024 à 09:00" in page
    assert "5 novembre 2024 à 09:00" in page
    assert (resource.licence, resource.title["en"]) == ("CC BY 4.0", "Expert's note")


def test_resource_new_without_opening_is_its_hosts_alone(client: Client, host: Actor, body: Any) -> None:
    signed_in(client, host)
    assert client.post(reverse("resource_new"), record(body)).status_code == 303
    resource = Resource.objects.get()
    assert (resource.announced_at, resource.public_at) == (None, None)
    assert client.get(resource.get_absolute_url()).status_code == 200
    assert Client().get(resource.get_absolute_url()).status_code == 404


def test_resource_new_records_what_is_public_already(client: Client, host: Actor, body: Any) -> None:
    signed_in(client, host)
    given = record(body, opening="since", public_at="2018-12-11", hour="09:00")
    assert client.post(reverse("resource_new"), given).status_code == 303
    assert Resource.objects.get().public_at == datetime(2018, 12, 11, 9, tzinfo=PARIS)


@pytest.mark.parametrize(
    ("given", "line"),
    [
        (
            {"opening": "set", "public_at": "2024-09-01", "hour": "09:00"},
            "Jour de l'ouverture publique : L'ouverture du 1 septembre 2024 à 09:00 (Paris) est déjà passée ; "
            "choisissez un instant à venir.",
        ),
        (
            {"opening": "set", "public_at": "2024-11-05", "hour": "09:00", "early_days": "-2"},
            "Accès anticipé, en jours avant l'ouverture : L'accès anticipé du 7 novembre 2024 à 09:00 (Paris) "
            "vient après l'ouverture du 5 novembre 2024 à 09:00 (Paris) ; avancez-le ou supprimez-le.",
        ),
        (
            {"opening": "set", "public_at": "2024-11-05", "hour": "09:00", "announced_on": "2024-11-01"},
            "Annoncée à partir du : L'annonce du 1 novembre 2024 à 00:00 (Paris) vient après l'ouverture du "
            "15 octobre 2024 à 09:00 (Paris) ; avancez-la ou effacez-la.",
        ),
        (
            {"opening": "since", "public_at": "2024-11-05", "hour": "09:00"},
            "Jour de l'ouverture publique : Le 5 novembre 2024 à 09:00 (Paris) est à venir ; "
            "fixez plutôt une ouverture.",
        ),
        (
            {"opening": "set", "public_at": "2024-11-05"},
            "Heure : Donnez le jour et l'heure, ou fixez l'ouverture plus tard.",
        ),
        ({"title__fr": "", "title__en": ""}, "Titre : Donnez ce texte dans une langue au moins."),
    ],
)
def test_resource_new_refuses(
    given: dict[str, str], line: str, client: Client, host: Actor, body: Any
) -> None:
    response = signed_in(client, host).post(reverse("resource_new"), record(body, **given))
    assert response.status_code == 422
    assert [e.replace("1er", "1") for e in errors(response)] == [line]
    assert typed(response, "licence") == "CC BY 4.0"
    assert not Resource.objects.exists()


def test_resource_new_refuses_a_body_that_one_does_not_coordinate(
    client: Client, host: Actor, body: Any
) -> None:
    given = record(body, issuer=str(HostFactory.create().pk))
    response = signed_in(client, host).post(reverse("resource_new"), given)
    assert response.status_code == 422
    assert not Resource.objects.exists()


def test_resource_edit_corrects_the_record(client: Client, host: Actor, body: Any) -> None:
    resource = ResourceFactory.create(issuer=body, locator="diapositive 3")
    theme = ThemeFactory.create()
    address = reverse("resource_edit", args=[resource.uid])
    signed_in(client, host)
    assert typed(client.get(address), "authors") == "A. Exemple"
    given: dict[str, Any] = {**record(body), "version": "1", "themes": [str(theme.pk)], "authors": "B. Autre"}
    response = client.post(address, given)
    assert (response.status_code, response["Location"]) == (303, resource.get_absolute_url())
    resource.refresh_from_db()
    assert (str(resource.title), resource.authors, resource.version) == ("Note d'expert", "B. Autre", 2)
    assert (resource.locator, list(resource.themes.all())) == ("diapositive 3", [theme])
    stale = client.post(address, {**given, "authors": "C. Tardif"})
    assert stale.status_code == 409
    assert differences(stale) == {"Par": ("B. Autre", "C. Tardif")}
    assert (typed(stale, "authors"), typed(stale, "version")) == ("C. Tardif", "2")


def test_resource_opening_moves_the_announcement_only_when_asked(
    client: Client, host: Actor, body: Any
) -> None:
    announced = NOW - timedelta(days=3)
    resource = ResourceFactory.create(
        issuer=body, announced_at=announced, early_at=EARLY, public_at=PUBLIC, version=4
    )
    address = reverse("resource_opening", args=[resource.uid])
    signed_in(client, host)
    form = client.get(address)
    names = ("public_at", "hour", "zone", "early_days", "announced_on", "version")
    given = {name: typed(form, name) for name in names}
    assert given == {
        "public_at": "2024-11-05",
        "hour": "09:00",
        "zone": "Europe/Paris",
        "early_days": "21",
        "announced_on": "2024-09-28",
        "version": "4",
    }
    assert client.post(address, {**given, "public_at": "2024-11-07"}).status_code == 303
    resource.refresh_from_db()
    assert resource.announced_at == announced
    assert resource.early_at == EARLY + timedelta(days=2)


def test_resource_move_moves_both_dates_and_refuses_the_past(client: Client, host: Actor, body: Any) -> None:
    resource = ResourceFactory.create(issuer=body, announced_at=NOW, early_at=EARLY, public_at=PUBLIC)
    partner = OrganisationFactory.create()
    coordinator_of(partner)
    AccessGrantFactory.create(organisation=partner, scope=resource.urn)
    address = reverse("resource_move", args=[resource.uid])
    signed_in(client, host)
    assert typed(client.get(address), "version") == "1"
    assert client.post(address, {"days": "2", "version": "1"}).status_code == 303
    resource.refresh_from_db()
    assert (resource.early_at, resource.public_at) == (EARLY + timedelta(days=2), PUBLIC + timedelta(days=2))
    assert Notice.objects.count() == 1
    for days, line in (
        (
            "-60",
            "De combien de jours : L'ouverture du 8 septembre 2024 à 09:00 (Paris) est déjà passée ; "
            "choisissez un instant à venir.",
        ),
        (
            "0",
            "De combien de jours : Le déplacement va de 1 à 365 jours, plus tard ou plus tôt ; vous avez saisi 0.",
        ),
    ):
        refused = client.post(address, {"days": days, "version": "2"})
        assert (refused.status_code, errors(refused), typed(refused, "days")) == (422, [line], days)
    stale = client.post(address, {"days": "2", "version": "1"})
    assert stale.status_code == 409


def test_openings_of_a_conference_move_together(client: Client, host: Actor, body: Any) -> None:
    conference = ConferenceFactory.create(host=body)
    row = ResourceFactory.create(issuer=body, announced_at=NOW, early_at=EARLY, public_at=PUBLIC)
    ResourceContextFactory.create(resource=row, urn=conference.urn, host=body, label=conference.title)
    address = reverse("openings_move", args=[conference.uid])
    stranger = coordinator_of(HostFactory.create(), Role.HOST_COORDINATOR)
    assert signed_in(client, stranger).get(address).status_code == 404
    signed_in(client, host)
    assert f'href="{address}"' in client.get(reverse("evidence_desk")).content.decode()
    manage = client.get(reverse("manage_conference", args=[conference.slug])).content.decode()
    assert f'href="{address}"' in manage
    assert str(conference.title) in words(client.get(address))
    refused = client.post(address, {"days": "-60"})
    assert (refused.status_code, typed(refused, "days")) == (422, "-60")
    response = client.post(address, {"days": "2"})
    assert (response.status_code, response["Location"]) == (303, reverse("evidence_desk"))
    row.refresh_from_db()
    assert row.public_at == PUBLIC + timedelta(days=2)
    Resource.objects.update(early_at=None, public_at=NOW - timedelta(days=1))
    assert client.get(address).status_code == 404


def test_resource_version_is_uploaded_in_its_language(client: Client, host: Actor, body: Any) -> None:
    resource = ResourceFactory.create(issuer=body, public_at=None)
    address = reverse("resource_version", args=[resource.uid])
    signed_in(client, host)
    pdf = SimpleUploadedFile("note.pdf", b"%PDF-1.7\n", content_type="application/pdf")
    given = {"language": "pt-BR", "translation": "machine"}
    response = client.post(address, {**given, "file": pdf})
    assert (response.status_code, response["Location"]) == (303, resource.get_absolute_url())
    version = resource.versions.get()
    assert (version.language, version.translation, version.file.filename) == ("pt-BR", "machine", "note.pdf")
    for upload, line in (
        (
            {},
            "Fichier : Joignez un fichier ou donnez un lien, l'un des deux : une version est l'un ou l'autre.",
        ),
        (
            {"file": SimpleUploadedFile("x.exe", io.BytesIO(b"MZ\x00").getvalue())},
            "Fichier : « x.exe » n'est pas un PDF, une image, un document bureautique ou un texte ; convertissez-le.",
        ),
    ):
        refused = client.post(address, {**given, **upload})
        assert (refused.status_code, errors(refused)) == (422, [line])
        assert typed(refused, "language") == "pt-BR"
    assert resource.versions.count() == 1
