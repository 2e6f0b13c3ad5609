"""The workshop by plain forms, without a script: as scenario 1 walks it."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from polyphonie.kernel.models import LedgerEvent
from polyphonie.network.enums import Role
from polyphonie.recommendations.domain.contextualising import change_answer
from polyphonie.recommendations.domain.panels import decide_by_panel
from polyphonie.recommendations.domain.site_publication import publish_site_recommendations
from polyphonie.recommendations.models import Derivation, Panel, SiteProcess
from tests.factories import recommendations as made
from tests.factories.conferences import SiteFactory
from tests.factories.evidence import EvidenceStatementFactory
from tests.factories.network import MandateFactory, PersonFactory, actor_with, signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.database, pytest.mark.integration]


def test_a_coordinator_walks_from_open_to_published(client: Client, at_later: Any) -> None:
    process = made.host_process()
    points = {code: made.published(process, code) for code in ("1a", "1b", "2e")}
    statement = EvidenceStatementFactory.create()
    from polyphonie.recommendations.domain.evidence_links import link_evidence

    link_evidence(revision=made.current(points["1b"]), statement=statement, by=made.TESTS, at=made.LATER)
    site = SiteFactory.create(conference=process.conference, state="accepted")
    who = actor_with(Role.SITE_COORDINATOR, site.urn, organisation=site.organisation, at=made.LATER)
    for _ in range(3):
        MandateFactory.create(
            person=PersonFactory.create(),
            organisation=site.organisation,
            scope=site.urn,
            role=Role.DECISION_MAKER,
        )
    signed_in(client, who)
    here = reverse("workshop", args=[site.uid])
    assert "n'est pas encore ouvert" in client.get(here).content.decode().replace("&#x27;", "'")
    assert client.post(reverse("open_workshop", args=[site.uid])).status_code == 303

    def answer(code: str, **fields: Any) -> Any:
        address = reverse("workshop_answer", args=[site.uid, points[code].uid])
        assert client.get(address).status_code == 200
        version = SiteProcess.objects.get().version
        return client.post(
            address,
            {
                "version": version,
                "reason_language": "fr",
                "translation_fr": "original",
                "translation_en": "reviewed",
                **fields,
            },
        )

    refused = answer("2e", relation="not_adopted", reason=" ")
    assert refused.status_code == 422
    page = refused.content.decode().replace("&#x27;", "'")
    assert "Dites pourquoi le point 2e n'est pas retenu : une phrase suffit." in page
    kept = answer("1b", relation="adapted", reason="", title_fr="GARDEZ-MA-SAISIE")
    assert "GARDEZ-MA-SAISIE" in kept.content.decode()
    assert not Derivation.objects.exists()

    assert answer("1a", relation="adopted", reason="Nous le faisons déjà.").status_code == 303
    adapted = answer(
        "1b",
        relation="adapted",
        reason="Les textes d'ici l'exigent.",
        title_fr="Remplacer l'exclusion par un accompagnement",
        title_en="Replace exclusion by support",
        body_fr="Un.\n\n- deux",
        evidence=[str(statement.uid)],
    )
    assert (adapted.status_code, adapted["Location"]) == (303, f"{here}#p-1b")
    assert answer("2e", relation="not_adopted", reason="Cela relève d'un autre ministère.").status_code == 303

    assert client.post(reverse("workshop_publish", args=[site.uid])).status_code == 422
    people = [m.uid for m in PersonFactory._meta.model.objects.order_by("pk")]
    seated = client.post(
        reverse("workshop_panel", args=[site.uid]),
        {"name__fr": "Panel de Rabat", "members": people[:4], "chair": people[1], "quorum": 3},
    )
    assert seated.status_code == 303, seated.content.decode()
    assert Panel.objects.get().members.count() == 4
    presence, decision = (
        reverse("workshop_presence", args=[site.uid]),
        reverse("workshop_decide", args=[site.uid]),
    )
    assert client.post(presence, {"present": ["P1", "P2"]}).status_code == 303
    below = client.post(decision, {"version": SiteProcess.objects.get().version})
    assert below.status_code == 422
    assert "Il manque 1 présent sur 3" in below.content.decode()
    assert client.post(presence, {"present": ["P1", "P2", "P3"]}).status_code == 303
    assert client.post(decision, {"version": "1"}).status_code == 409
    assert client.post(decision, {"version": SiteProcess.objects.get().version}).status_code == 303
    published = client.post(
        reverse("workshop_publish", args=[site.uid]), {"version": SiteProcess.objects.get().version}
    )
    assert published.status_code == 303
    client.logout()
    text = client.get(reverse("recommendation", args=[points["1b"].uid])).content.decode()
    assert "Les textes d&#x27;ici l&#x27;exigent." in text


def offered(page: str) -> set[str]:
    """Which of the two acts of the panel the page offers."""
    return {name for name in ("decision", "publication") if f'/atelier/{name}/"' in page}


def test_only_what_can_be_done_is_offered_and_what_was_published_is_said(
    client: Client, at_later: Any
) -> None:
    process = made.host_process()
    kept, left, open_point = (made.published(process, code) for code in ("1a", "2e", "3c"))
    site_process = made.working_site(process)
    signed_in(client, made.coordinator(site_process))
    here = reverse("workshop", args=[site_process.site.uid])

    def page() -> str:
        return client.get(here).content.decode().replace("&#x27;", "'")

    made.answered(site_process, kept, "adopted")
    made.answered(site_process, left, "not_adopted")
    assert offered(page()) == set()  # without a panel nothing is decided
    panel = made.seated(site_process.process, seats=3, quorum=2, present=2)
    assert offered(page()) == {"decision", "publication"}
    decide_by_panel(panel=panel, by=made.TESTS, at=made.LATER)
    assert offered(page()) == {"publication"}
    publish_site_recommendations(site_process=site_process, by=made.TESTS, at=made.LATER)

    out = page()
    assert offered(out) == set()
    assert "Aucune réponse n'attend la décision du panel." in out
    assert "pas encore publiée" not in out
    section = " ".join(re.sub(r"<[^>]+>", " ", out.split('id="publication"')[1]).split())
    said, _, rest = section.split("Publié le ")[1].partition(" Écrire le problème")
    assert said == "1 février 2018 à 09:00 (heure de Casablanca) 1a retenue telle quelle 2e non retenue"
    assert "3c" not in rest

    standing = Derivation.objects.working().get(about=left)
    change_answer(
        previous=standing,
        relation="deferred",
        review_on=date(2030, 1, 1),
        reason="Le calendrier le demande.",
        by=made.TESTS,
        at=made.LATER,
    )
    made.answered(site_process, open_point, "adopted")
    changed = page()
    assert offered(changed) == {"decision", "publication"}
    assert "2 réponses ne sont pas encore publiées." in changed
    section = " ".join(re.sub(r"<[^>]+>", " ", changed.split('id="publication"')[1]).split())
    assert (
        "2e non retenue changée depuis ; la nouvelle réponse n'est pas encore publiée" in section
    )  # the public still reads the old one


def test_who_only_sits_on_the_panel_is_offered_neither_decision_nor_publication(
    client: Client, at_later: Any
) -> None:
    process = made.host_process()
    site_process = made.working_site(process)
    made.answered(site_process, made.published(process, "1a"), "adopted")
    panel = made.seated(site_process.process, seats=3, quorum=2, present=2)
    chair, member = (panel.members.filter(role=role).first() for role in ("chair", "member"))
    here = reverse("workshop", args=[site_process.site.uid])
    for seat, acts in ((chair, {"decision", "publication"}), (member, set())):
        signed_in(client, seat.person)
        assert offered(client.get(here).content.decode()) == acts, seat.role


def test_two_answers_at_once_show_both_and_keep_the_input(client: Client, at_later: Any) -> None:
    process = made.host_process()
    point = made.published(process, "1b")
    site_process = made.working_site(process)
    seen = site_process.version
    made.answered(site_process, point, "not_adopted", reason="LEUR-RAISON")
    signed_in(client, made.coordinator(site_process))
    address = reverse("workshop_answer", args=[site_process.site.uid, point.uid])
    before = LedgerEvent.objects.count()
    mine = {
        "version": seen,
        "relation": "adopted",
        "reason": "MA-RAISON",
        "reason_language": "fr",
        "translation_fr": "original",
        "translation_en": "reviewed",
    }
    response = client.post(address, mine)
    page = response.content.decode()
    assert response.status_code == 409
    assert "LEUR-RAISON" in page
    assert "MA-RAISON" in page
    assert LedgerEvent.objects.count() == before
    standing = Derivation.objects.get()
    again = client.post(address, {**mine, "previous": str(standing.uid)})
    assert again.status_code == 303
    assert Derivation.objects.working().get().reason == "MA-RAISON"


def languages_offered(page: str) -> list[tuple[str, bool]]:
    """The choices of the reason's language, with which of them is chosen."""
    box = page.split('name="reason_language"')[1].split("</select>")[0]
    return [(tag, bool(chosen)) for tag, chosen in re.findall(r'<option value="([\w-]+)"( selected)?', box)]


def test_the_reason_is_kept_in_the_language_in_which_it_was_written(client: Client, at_later: Any) -> None:
    process = made.host_process()
    point = made.published(process, "1b")
    site = SiteFactory.create(conference=process.conference, state="accepted", language="ar")
    site_process = made.working_site(process, site=site)
    signed_in(client, made.coordinator(site_process))
    address = "/en" + reverse("workshop_answer", args=[site.uid, point.uid])[3:]
    new_point = "/en" + reverse("workshop_new", args=[site.uid])[3:]
    fresh = [("ar", False), ("fr", False), ("en", True)]
    assert languages_offered(client.get(address).content.decode()) == fresh
    assert languages_offered(client.get(new_point).content.decode()) == fresh

    mine = {"version": site_process.version, "relation": "not_adopted", "reason": "RAISON-EN-ARABE"}
    for language, sentence in (
        ("", "Say in which language the reason is written."),
        ("ja", "Select a valid"),
    ):
        refused = client.post(address, {**mine, "reason_language": language})
        assert refused.status_code == 422
        assert sentence in refused.content.decode()
        assert "RAISON-EN-ARABE" in refused.content.decode()
    assert not Derivation.objects.exists()
    boxes = {f"translation_{tag}": "original" for tag in ("ar", "fr", "en")}
    assert client.post(address, {**mine, **boxes, "reason_language": "ar"}).status_code == 303
    assert Derivation.objects.get().reason_language == "ar"
    page = client.get("/en" + reverse("workshop", args=[site.uid])[3:]).content.decode()
    assert '<p class="reason" lang="ar" dir="rtl">RAISON-EN-ARABE</p>' in page
    standing = languages_offered(client.get(address).content.decode())
    assert standing == [("ar", True), ("fr", False), ("en", False)]


def test_the_coordinator_of_another_site_is_told_which_right_is_missing(
    client: Client, at_later: Any
) -> None:
    process = made.host_process()
    point = made.published(process, "1b")
    rabat, chile = made.working_site(process), made.working_site(process)
    signed_in(client, made.coordinator(chile))
    before = LedgerEvent.objects.count()
    for address, method in (
        (reverse("workshop", args=[rabat.site.uid]), "get"),
        (reverse("workshop_answer", args=[rabat.site.uid, point.uid]), "post"),
        (reverse("workshop_publish", args=[rabat.site.uid]), "post"),
        (reverse("brief_edit", args=[rabat.site.uid]), "post"),
    ):
        response = getattr(client, method)(address, {"relation": "adopted", "reason": "r"})
        assert response.status_code == 403, address
        assert "« coordination » de ce site" in response.content.decode()
    assert (Derivation.objects.count(), LedgerEvent.objects.count()) == (0, before)


def test_visitors_are_asked_to_sign_in_and_come_back(client: Client, at_later: Any) -> None:
    site_process = made.working_site()
    address = reverse("workshop", args=[site_process.site.uid])
    response = client.get(address)
    assert response.status_code == 302
    assert address in response["Location"]


def test_a_point_of_another_process_is_not_found(client: Client, at_later: Any) -> None:
    site_process = made.working_site()
    elsewhere = made.published(code="9z")
    signed_in(client, made.coordinator(site_process))
    address = reverse("workshop_answer", args=[site_process.site.uid, elsewhere.uid])
    assert client.get(address).status_code == 404
