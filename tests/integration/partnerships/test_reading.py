"""Pages of agreements: who reads them, what they say, and that they appear nowhere else."""

from __future__ import annotations

import io
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from polyphonie.kernel.actor import Actor
from polyphonie.kernel.models import StoredFile
from polyphonie.network.enums import Role
from polyphonie.network.models import Organisation
from polyphonie.partnerships.domain.commitments import record_proof
from polyphonie.partnerships.models import Agreement
from polyphonie.portal.domain.search import reindex
from tests.factories.network import (
    HostFactory,
    OrganisationFactory,
    administrator,
    coordinator_of,
    signed_in,
    text,
)
from tests.factories.partnerships import (
    DUE,
    SIRET,
    SYSTEM,
    academie,
    active,
    commitment,
    drafted,
    keep,
    manager_of,
    on,
    proved,
    sent,
    trainer_of,
)

pytestmark = [pytest.mark.integration, pytest.mark.django_db, pytest.mark.database]

AT = on(2024, 12, 1, 10)
SECRET = "Ornithorynque"


def at_clock(client: Client, at: datetime) -> Client:
    session = client.session
    session["clock_offset_seconds"] = (at - datetime.now(UTC)).total_seconds()
    session.save()
    return client


def ask(client: Client, who: Actor, address: str, at: datetime = AT) -> str:
    signed_in(client, who)
    answer = at_clock(client, at).get(address)
    assert answer.status_code == 200, (address, answer.status_code)
    return answer.content.decode().replace("&#x27;", "'").replace("\u00a0", " ")


# who reads


def test_readable_by_each_side_and_by_nobody_else() -> None:
    host, dijon = HostFactory.create(), academie()
    agreement = sent(host=host, partner=dijon)
    canope = OrganisationFactory.create(kind="operator")
    viewers = {
        "public": Actor.visitor(),
        "manager": manager_of(host),
        "host": coordinator_of(host, Role.HOST_COORDINATOR),
        "dijon": trainer_of(dijon),
        "reims": trainer_of(academie("academie-reims")),
        "other host": manager_of(HostFactory.create()),
        "third": coordinator_of(canope),
        "administrator": administrator(),
    }
    agreement.third_parties.set([canope])

    def reading(at: datetime, method: str) -> set[str]:
        rows = Agreement.objects.all()
        return {name for name, v in viewers.items() if getattr(rows, method)(v, at).exists()}

    before, later = on(2024, 6, 2, 12), on(2024, 6, 4)
    assert reading(before, "readable_by") == {"manager", "host", "administrator"}
    assert reading(later, "readable_by") == {"manager", "host", "administrator", "dijon"}
    assert reading(later, "announced_to") == {"manager", "host", "administrator", "dijon"}
    signed = active(host=host, partner=academie("academie-lille"), third_parties=[canope], at=on(2024, 6, 5))
    assert signed.signed_at is not None
    assert "third" in reading(signed.signed_at, "announced_to")
    assert "third" not in reading(signed.signed_at, "readable_by")


def test_another_academies_agreement_proof_and_file_are_unknown(client: Client) -> None:
    agreement = active()
    proof = record_proof(
        commitment=commitment(agreement, "paf_entry"),
        file=io.BytesIO(b"%PDF-1.7 fiche"),
        filename="fiche.pdf",
        by=SYSTEM,
        at=AT,
    )
    addresses = [
        agreement.get_absolute_url(),
        reverse("commitment_prove", args=[proof.commitment.uid]),
        reverse("proof_refuse", args=[proof.uid]),
        *(reverse("stored_file", args=[f.uid]) for f in StoredFile.objects.order_by("pk")),
        *(reverse("permalink", args=[o.urn_kind, o.uid]) for o in (agreement, proof, proof.commitment)),
    ]
    assert len(addresses) == 8
    signed_in(client, trainer_of(academie("academie-reims")))
    at_clock(client, AT)
    assert [client.get(a).status_code for a in addresses] == [404] * 8
    signed_in(client, trainer_of(agreement.partner))
    at_clock(client, AT)
    answers = [client.get(a) for a in addresses]
    assert [a.status_code for a in answers] == [200, 200, 403, 200, 200, 302, 302, 302]
    for answer in answers:
        if answer.streaming:
            b"".join(answer)


def test_an_agreement_is_nowhere_public(client: Client) -> None:
    """Search, feeds, sitemap, API, the pages of both bodies: asked by the public and by another académie."""
    host, dijon = HostFactory.create(name=text(f"Hôte {SECRET}")), academie()
    agreement = active(host=host, partner=dijon, purpose=text(f"Objet {SECRET}"), reference="REF-SECRETE")
    reindex()
    addresses = [
        *(
            reverse(name)
            for name in (
                "home",
                "organisations",
                "feed_recommendations",
                "feed_conferences",
                "training_actions",
            )
        ),
        dijon.get_absolute_url(),
        host.get_absolute_url(),
        f"{reverse('search')}?q=Objet",
        "/sitemap.xml",
        "/api/v1/openapi.json",
    ]
    for who in (None, trainer_of(academie("academie-reims"))):
        client.logout()
        if who is not None:
            signed_in(client, who)
        at_clock(client, AT)
        shown = []
        for address in addresses:
            page = client.get(address).content.decode()
            shown += [
                f"{address}: {word}"
                for word in ("REF-SECRETE", f"Objet {SECRET}", str(agreement.uid))
                if word in page
            ]
        assert shown == []
    assert "REF-SECRETE" in ask(client, trainer_of(dijon), dijon.get_absolute_url())


@pytest.mark.parametrize("language", ["fr", "en"])
def test_organisation_page_shows_what_the_viewer_may_know(client: Client, language: str) -> None:
    host, dijon = HostFactory.create(), academie()
    canope = OrganisationFactory.create(kind="operator")
    agreement = active(host=host, partner=dijon, third_parties=[canope])
    address = reverse("organisation", args=[dijon.slug]).replace("/fr/", f"/{language}/")
    link = agreement.get_absolute_url().replace("/fr/", f"/{language}/")
    assert link in ask(client, manager_of(host), address)
    known = ask(client, coordinator_of(canope), address)
    assert agreement.reference in known
    assert link not in known


# the list


def many(count: int) -> tuple[Organisation, Actor]:
    host = HostFactory.create()
    for n in range(count):
        agreement = active(
            host=host,
            partner=academie(f"academie-{n}"),
            reference=f"R-{n}",
            at=on(2024, 6, 1) + timedelta(hours=n),
        )
        keep(agreement, "paf_entry", AT - timedelta(days=1))
    return host, manager_of(host)


@pytest.mark.parametrize("count", [1, 3])
def test_list_page_asks_the_same_number_of_questions(
    client: Client, count: int, django_assert_num_queries: Any
) -> None:
    _host, manager = many(count)
    signed_in(client, manager)
    at_clock(client, AT)
    client.get(reverse("agreements"))
    with django_assert_num_queries(LIST_QUERIES):
        page = client.get(reverse("agreements")).content.decode()
    assert page.count("academie ") >= count


LIST_QUERIES = 14


def test_list_puts_what_is_late_first_and_says_how_late(client: Client) -> None:
    host = HostFactory.create()
    calm = active(host=host, partner=academie("academie-calme"), reference="A-CALME")
    for slug in DUE:
        keep(calm, slug, AT)
    active(host=host, partner=academie("academie-tardive"), reference="B-TARDIVE", at=on(2024, 6, 2))
    page = ask(client, manager_of(host), reverse("agreements"), on(2025, 7, 3, 9))
    assert page.index("B-TARDIVE") < page.index("A-CALME")
    assert "Inscription au PAF : 3 jours de retard" in page


# the page


@pytest.mark.parametrize("language", ["fr", "en"])
def test_both_sides_read_the_same_reasons(client: Client, language: str) -> None:
    agreement = active()
    keep(agreement, "use_resources", AT)
    address = agreement.get_absolute_url().replace("/fr/", f"/{language}/")
    at = on(2025, 9, 20, 9)
    sentence = {
        "fr": "« Inscription au PAF » était attendu le 30 juin 2025 : 82 jours de retard",
        "en": "“Entry in the training programme (PAF)” was due on 30 June 2025: 82 days late",
    }[language]
    pages = [
        ask(client, who, address, at) for who in (manager_of(agreement.host), trainer_of(agreement.partner))
    ]
    assert [sentence in page for page in pages] == [True, True]
    words = {
        "fr": ("Suspendu", "dès la signature", "quand un premier justificatif", "Que se passe-t-il si"),
        "en": ("Suspended", "at signature", "when a first proof", "What happens if"),
    }[language]
    for page in pages:
        assert [w for w in words if w not in page] == []
    verbs = {"fr": ("Résilier", "Dispenser de cet engagement"), "en": ("Terminate", "Waive this commitment")}[
        language
    ]
    assert [v in pages[0] for v in verbs] == [True, True]
    assert [v in pages[1] for v in verbs] == [False, False]


def test_page_says_the_signature_is_not_verified_and_gives_the_hash(client: Client) -> None:
    agreement = active()
    page = ask(client, trainer_of(agreement.partner), agreement.get_absolute_url())
    assert agreement.signed_file is not None
    assert "Niveau de signature : non vérifié" in page
    assert agreement.signed_file.sha256 in page
    assert agreement.wording_sha256 in page


# the forms


def test_manager_drafts_sends_signs_and_activates_by_the_pages(client: Client) -> None:
    drafted()  # the lists of the base tier are there
    host = HostFactory.create(identifiers={"siret": SIRET})
    dijon = academie("academie-besancon")
    signed_in(client, manager_of(host))
    at_clock(client, AT)
    new = reverse("agreement_new")
    assert SIRET in client.get(new).content.decode()
    given = {
        "reference": "CONV-1",
        "host": host.pk,
        "legal_body": host.pk,
        "legal_siret": "197 534 712 00018",
        "partner": dijon.pk,
        "purpose__fr": "Former ensemble",
        "start_date": "2025-01-01",
        "last_day": "2026-12-31",
        "opening_rule": "on_acceptance",
        "grace_days": "60",
        "due_feedback": "2026-06-30",
    }
    refused = client.post(new, given)
    assert refused.status_code == 422
    assert "Le SIRET 197 534 712 00018 a une clé fausse" in refused.content.decode()
    assert 'value="CONV-1"' in refused.content.decode(), "the input is kept"
    made = client.post(new, {**given, "legal_siret": SIRET})
    assert made.status_code == 303
    agreement = Agreement.objects.get(reference="CONV-1")
    assert commitment(agreement, "feedback").due_date == date(2026, 6, 30)
    for step in ("relecture", "envoi"):
        answer = client.post(reverse("agreement_move", args=[agreement.uid, step]))
        assert answer.status_code == 303
    sign = reverse("agreement_sign", args=[agreement.uid])
    without = client.post(sign, {"signed_on": "2024-11-30"})
    assert without.status_code == 422
    assert "sans ce fichier, rien n&#x27;est signé" in without.content.decode()
    early = client.post(reverse("agreement_move", args=[agreement.uid, "activation"]))
    assert early.status_code == 422
    file = io.BytesIO(b"%PDF-1.7 convention")
    file.name = "convention.pdf"
    assert client.post(sign, {"signed_on": "2024-11-30", "file": file}).status_code == 303
    assert client.post(reverse("agreement_move", args=[agreement.uid, "activation"])).status_code == 303
    agreement.refresh_from_db()
    assert agreement.state == "active"


def test_partner_hands_over_and_manager_refuses_then_accepts_by_the_pages(client: Client) -> None:
    agreement = active()
    row = commitment(agreement, "feedback")
    partner, manager = trainer_of(agreement.partner), manager_of(agreement.host)
    signed_in(client, partner)
    at_clock(client, AT)
    prove = reverse("commitment_prove", args=[row.uid])
    empty = client.post(prove, {})
    assert empty.status_code == 422
    assert (
        "Joignez le retour d&#x27;expérience pour déclarer l&#x27;engagement tenu." in empty.content.decode()
    )
    assert client.post(prove, {"link": "https://www.example.org/retour"}).status_code == 303
    proof = row.proofs.get()
    assert client.post(reverse("proof_accept", args=[proof.uid])).status_code == 403
    later = AT + timedelta(minutes=5)
    signed_in(client, manager)
    at_clock(client, later)
    refuse = reverse("proof_refuse", args=[proof.uid])
    assert client.post(refuse, {"reason": ""}).status_code == 422
    assert client.post(refuse, {"reason": "Lien cassé"}).status_code == 303
    assert "Lien cassé" in ask(client, partner, agreement.get_absolute_url(), later + timedelta(minutes=2))
    second = proved(agreement, "feedback", AT)
    signed_in(client, manager)
    at_clock(client, later)
    assert client.post(reverse("proof_accept", args=[second.uid])).status_code == 303
    assert "Tenu le" in ask(client, partner, agreement.get_absolute_url(), later + timedelta(minutes=5))


def test_forms_need_the_right(client: Client) -> None:
    agreement = active()
    signed_in(client, trainer_of(agreement.partner))
    at_clock(client, AT)
    for name in ("agreement_terms", "agreement_sign", "agreement_terminate"):
        assert client.get(reverse(name, args=[agreement.uid])).status_code == 403
    assert client.get(reverse("agreement_new")).status_code == 403
    assert (
        client.get(reverse("commitment_waive", args=[commitment(agreement, "feedback").uid])).status_code
        == 403
    )


def test_the_lists_are_taken_over_by_one_click(client: Client) -> None:
    host = HostFactory.create()
    signed_in(client, manager_of(host))
    page = client.get(reverse("agreements")).content.decode()
    assert reverse("base_tier_adopt") in page
    assert reverse("agreement_new") not in page
    assert client.post(reverse("base_tier_adopt")).status_code == 303
    page = client.get(reverse("agreements")).content.decode()
    assert reverse("base_tier_adopt") not in page
    assert reverse("agreement_new") in page


# home


def test_home_shows_what_is_late_to_both_sides(client: Client) -> None:
    agreement = active()
    at = on(2025, 7, 3, 9)
    for who in (manager_of(agreement.host), trainer_of(agreement.partner)):
        page = ask(client, who, reverse("home"), at)
        assert agreement.get_absolute_url() in page
        assert "Inscription au PAF : 3 jours de retard" in page
    stranger = trainer_of(academie("academie-reims"))
    assert agreement.reference not in ask(client, stranger, reverse("home"), at)


def test_who_took_over_from_the_host_keeps_its_agreements() -> None:
    old = HostFactory.create()
    agreement = active(host=old)
    new = HostFactory.create()
    Organisation.objects.filter(pk=old.pk).update(successor=new)
    manager = manager_of(new)
    assert list(Agreement.objects.readable_by(manager, AT)) == [agreement]
