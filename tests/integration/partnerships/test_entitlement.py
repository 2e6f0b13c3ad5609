"""What is open under an agreement, at which instant, and that the room of resources opens the same."""

from __future__ import annotations

import io
import random
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from polyphonie.evidence.domain.queries import opening
from polyphonie.evidence.domain.resource import release_version
from polyphonie.evidence.models import AccessGrant, Resource
from polyphonie.kernel import clock
from polyphonie.kernel.actor import Actor
from polyphonie.kernel.domain.files import open_for
from polyphonie.kernel.errors import Unknown
from polyphonie.network.enums import Role
from polyphonie.network.models import Organisation
from polyphonie.partnerships.domain import agreements as verbs
from polyphonie.partnerships.domain.commitments import accept_proof, refuse_proof, waive_commitment
from polyphonie.partnerships.domain.entitlement import Facts, entitlement, required_of
from polyphonie.partnerships.enums import EntitlementState, OpeningRule, ReasonCode
from polyphonie.partnerships.models import Agreement
from polyphonie.portal.domain.search import reindex
from tests.factories.evidence import ResourceFactory
from tests.factories.network import HostFactory, ThemeFactory, coordinator_of, signed_in, text
from tests.factories.partnerships import (
    DUE,
    START,
    SYSTEM,
    academie,
    active,
    commitment,
    drafted,
    keep,
    keep_all,
    manager_of,
    on,
    proved,
    sent,
    signed,
    trainer_of,
)

pytestmark = [pytest.mark.integration, pytest.mark.django_db, pytest.mark.database]

FOREVER = on(2030, 1, 1)


def state(agreement: Agreement, at: datetime) -> EntitlementState:
    return entitlement(Agreement.objects.get(pk=agreement.pk), "early_access", at).state


def reasons(agreement: Agreement, at: datetime) -> list[str]:
    return [str(r) for r in entitlement(Agreement.objects.get(pk=agreement.pk), "early_access", at).reasons]


# the states, one by one


def test_entitlement_is_pending_until_the_agreement_is_active_and_has_begun() -> None:
    draft = drafted()
    assert state(draft, on(2024, 6, 1, 12)) is EntitlementState.PENDING
    assert reasons(draft, on(2024, 6, 1, 12)) == [
        f"La convention {draft.reference} n'est pas encore envoyée à la signature : {draft.host} la prépare."
    ]


def test_entitlement_says_who_must_sign_and_who_activates() -> None:
    waiting = sent()
    assert reasons(waiting, on(2024, 7, 1)) == [
        f"La convention {waiting.reference} attend sa signature : {waiting.partner} la signe, puis "
        f"{waiting.host} dépose le fichier signé."
    ]
    ready = signed(partner=academie("academie-reims"), at=on(2024, 6, 2))
    assert reasons(ready, on(2024, 7, 1)) == [
        f"La convention {ready.reference} est signée ; {ready.host} constate l'acceptation des engagements "
        "pour l'activer."
    ]


def test_entitlement_opens_on_the_first_day_and_ends_after_the_last() -> None:
    agreement = active()
    keep_all_in_time(agreement)
    assert [
        state(agreement, at)
        for at in (
            on(2024, 9, 1) - timedelta(seconds=1),
            on(2024, 9, 1),
            on(2026, 9, 1) - timedelta(seconds=1),
            on(2026, 9, 1),
        )
    ] == ["pending", "active", "active", "suspended"]
    assert reasons(agreement, on(2024, 8, 1)) == [
        f"La convention {agreement.reference} commence le 1 septembre 2024."
    ]
    assert reasons(agreement, on(2026, 9, 1)) == [
        f"La convention {agreement.reference} a pris fin le 31 août 2026 ; une nouvelle convention peut la "
        "renouveler."
    ]


def keep_all_in_time(agreement: Agreement) -> None:
    keep_all(agreement, on(2025, 1, 10))


def test_entitlement_late_is_in_grace_then_suspended_then_open_again_on_acceptance() -> None:
    agreement = active()
    for slug in ("use_resources", "encourage_recommendations", "feedback"):
        keep(agreement, slug, on(2025, 1, 10))
    assert DUE["paf_entry"] == date(2025, 6, 30)
    closes = on(2025, 8, 30)  # sixty days after 30 June, to the end of that day
    instants = [
        on(2025, 7, 1) - timedelta(seconds=1),
        on(2025, 7, 1),
        closes - timedelta(seconds=1),
        closes,
        on(2025, 9, 20),
    ]
    assert [state(agreement, at) for at in instants] == ["active", "grace", "grace", "suspended", "suspended"]
    assert reasons(agreement, on(2025, 7, 10)) == [
        "« Inscription au PAF » était attendu le 30 juin 2025 : 10 jours de retard. Le droit reste ouvert "
        f"jusqu'au 29 août 2025 ; {agreement.partner} remet le justificatif."
    ]
    assert reasons(agreement, on(2025, 9, 20)) == [
        "« Inscription au PAF » était attendu le 30 juin 2025 : 82 jours de retard, le sursis a pris fin le "
        f"29 août 2025. {agreement.partner} remet le justificatif ; l'accès revient dès qu'il est accepté."
    ]
    proof = proved(agreement, "paf_entry", on(2025, 9, 20))
    assert state(agreement, on(2025, 9, 21)) is EntitlementState.SUSPENDED
    assert reasons(agreement, on(2025, 9, 21)) == [
        "« Inscription au PAF » était attendu le 30 juin 2025 : 83 jours de retard, le sursis a pris fin le "
        f"29 août 2025. Un justificatif est remis ; {agreement.host} l'examine, l'accès revient s'il est accepté."
    ]
    accept_proof(proof=proof, by=SYSTEM, at=on(2025, 9, 22, 11))
    assert [
        state(agreement, at)
        for at in (closes, on(2025, 9, 22, 11) - timedelta(seconds=1), on(2025, 9, 22, 11), on(2025, 12, 1))
    ] == ["suspended", "suspended", "active", "active"]
    answer = entitlement(Agreement.objects.get(pk=agreement.pk), "early_access", on(2025, 12, 1))
    assert answer.since == on(2025, 9, 22, 11)
    suspended = entitlement(Agreement.objects.get(pk=agreement.pk), "early_access", on(2025, 9, 20))
    assert suspended.since == closes
    assert suspended.reasons[0].code is ReasonCode.COMMITMENT_LATE


def test_entitlement_on_evidence_opens_with_the_last_first_proof() -> None:
    agreement = active(opening_rule=OpeningRule.ON_EVIDENCE)
    at = on(2024, 10, 1)
    assert state(agreement, at) is EntitlementState.PENDING
    assert reasons(agreement, at)[0] == (
        "« Inscription au PAF » n'a encore aucun justificatif accepté, et le socle s'ouvre sur justificatifs : "
        f"{agreement.partner} le remet, au plus tard le 30 juin 2025."
    )
    assert len(reasons(agreement, at)) == 4
    for month, slug in enumerate(DUE, start=1):
        assert state(agreement, on(2025, month, 9)) is EntitlementState.PENDING
        keep(agreement, slug, on(2025, month, 10))
    assert state(agreement, on(2025, 4, 10)) is EntitlementState.ACTIVE


def test_waiver_is_the_only_override_and_holds_from_its_instant() -> None:
    agreement = active()
    at = on(2025, 10, 1)
    keep(agreement, "use_resources", on(2025, 1, 10))
    assert state(agreement, at) is EntitlementState.SUSPENDED
    waive_commitment(commitment=commitment(agreement, "paf_entry"), reason="PAF suspendu", by=SYSTEM, at=at)
    assert [state(agreement, i) for i in (at - timedelta(seconds=1), at)] == ["suspended", "active"]


def test_a_threshold_of_two_asks_for_two_accepted_proofs() -> None:
    agreement = active()
    row = commitment(agreement, "paf_entry")
    type(row).objects.filter(pk=row.pk).update(threshold=2)
    keep(agreement, "use_resources", on(2025, 1, 10))
    keep(agreement, "paf_entry", on(2025, 1, 10))
    assert state(agreement, on(2025, 9, 1)) is EntitlementState.SUSPENDED
    keep(agreement, "paf_entry", on(2025, 9, 2))
    assert state(agreement, on(2025, 9, 2)) is EntitlementState.ACTIVE


def test_a_benefit_is_conditioned_by_its_own_commitments_alone() -> None:
    agreement = active()
    rule = agreement.rules.get(benefit__slug="sharing")
    rule.required.set([commitment(agreement, "feedback").type])
    at = on(2025, 10, 1)  # the PAF entry is late beyond its grace, the feedback is not due
    present = fresh(agreement)
    assert entitlement(present, "early_access", at).state is EntitlementState.SUSPENDED
    assert entitlement(present, "sharing", at).state is EntitlementState.ACTIVE


# the grants are the entitlement


def oracle(agreement: Agreement, at: datetime) -> bool:
    """Written apart from the domain, day by day: is early access open? The rows come prefetched."""
    if agreement.activated_at is None or agreement.activated_at > at:
        return False
    if agreement.terminated_at is not None and agreement.terminated_at <= at:
        return False
    today = clock.local(at, "Europe/Paris").date()
    if not agreement.start_date <= today < agreement.until_date:
        return False
    settled: dict[str, bool] = {}
    for row in agreement.commitments.all():
        accepted = [
            p
            for p in row.proofs.all()
            if p.state == "accepted" and p.reviewed_at is not None and p.reviewed_at <= at
        ]
        done = len(accepted) >= row.threshold or (row.waived_at is not None and row.waived_at <= at)
        settled[row.type.slug] = settled.get(row.type.slug, False) or done
        if not done and (today - row.due_date).days > agreement.grace_days:
            return False
    return agreement.opening_rule == OpeningRule.ON_ACCEPTANCE or all(settled.values())


def fresh(agreement: Agreement) -> Agreement:
    """The agreement with its commitments and proofs as they stand, read once."""
    found: Agreement = (
        Agreement.objects.select_related("host", "partner")
        .prefetch_related("commitments__type", "commitments__proofs")
        .get(pk=agreement.pk)
    )
    return found


def granted(agreement: Agreement, at: datetime) -> bool:
    rows = AccessGrant.objects.filter(organisation=agreement.partner, scope=agreement.host.urn).in_force(at)
    found = rows.count()
    assert found <= 1
    return found == 1


def instants(facts: Facts, rng: random.Random) -> list[datetime]:
    second = timedelta(seconds=1)
    around = [i for b in facts.boundaries() for i in (b - second, b)]
    anywhere = [on(2024, 5, 1) + timedelta(minutes=rng.randrange(60 * 24 * 1000)) for _ in range(6)]
    return [*around, *anywhere, FOREVER]


@pytest.mark.parametrize("seed", range(12))
def test_grants_equal_the_entitlement_at_all_instants_after_every_verb(seed: int) -> None:
    """Any sequence of verbs, any rule, any grace: what the room of resources opens is what is entitled."""
    rng = random.Random(seed)
    agreement = active(
        opening_rule=rng.choice([OpeningRule.ON_ACCEPTANCE, *OpeningRule]),
        grace_days=rng.choice([0, 1, 15, 60, 365]),
        due_dates={slug: START + timedelta(days=rng.randrange(20, 500)) for slug in DUE},
    )
    rule = (
        agreement.rules.select_related("benefit")
        .prefetch_related("required")
        .get(benefit__slug="early_access")
    )
    pending: list[Any] = []
    at = on(2024, 9, 1) - timedelta(days=rng.randrange(60))
    checked = 0
    for _step in range(9):
        present = fresh(agreement)
        facts = Facts(present)
        for instant in instants(facts, rng):
            expected = oracle(present, instant)
            answer = facts.answer(rule, instant)
            assert answer.is_open is expected, (seed, instant, answer.state)
            assert granted(present, instant) is expected, (seed, instant, answer.state)
            assert bool(answer.reasons) is (answer.state is not EntitlementState.ACTIVE)
            checked += 1
        at += timedelta(days=rng.randrange(1, 100), minutes=rng.randrange(600))
        if present.terminated_at is not None:
            break
        # mostly what falls due next: that is what opens and closes
        open_ = sorted((d for d in facts.duties if d.settled_at is None), key=lambda d: d.commitment.due_date)
        slug = open_[0].type_slug if open_ and rng.random() < 0.8 else rng.choice(list(DUE))
        row = commitment(present, slug)
        settled = any(d.commitment.pk == row.pk and d.settled_at is not None for d in facts.duties)
        verb = rng.choice(["prove", "accept", "accept", "refuse", "waive", "keep", "keep", "end"])
        if verb == "prove" and not settled:
            pending.append(proved(present, slug, at))
        elif verb == "accept" and pending:
            accept_proof(proof=pending.pop(), by=SYSTEM, at=at)
        elif verb == "refuse" and pending:
            refuse_proof(proof=pending.pop(), reason="illisible", by=SYSTEM, at=at)
        elif verb == "waive" and not settled:
            waive_commitment(commitment=row, reason="accord", by=SYSTEM, at=at)
        elif verb == "keep" and not settled:
            keep(present, slug, at)
        elif verb == "end" and rng.random() < 0.3:
            verbs.terminate_agreement(agreement=present, reason="fin anticipée", by=SYSTEM, at=at)
    assert checked > 50
    assert required_of(rule) == frozenset(DUE)


# one set in every channel


@pytest.fixture
def host() -> Organisation:
    return HostFactory.create(slug="cnesco", name=text("Cnesco"))


EARLY, PUBLIC = on(2025, 10, 14, 9), on(2025, 11, 4, 9)
WORD = "hippocampe"


def test_viewers_instants_and_channels_agree(client: Client, host: Organisation) -> None:
    """Page, address of data, file, search, theme hub: the same answer for the same reader at the same instant.

    The commitment for 30 June 2025 passes its grace on 30 August; its proof is accepted on 20 October.
    """
    dijon, creteil = academie("academie-dijon"), academie("academie-creteil")
    agreement = active(host=host, partner=dijon)
    keep(agreement, "use_resources", on(2025, 1, 10))
    theme = ThemeFactory.create()
    resource = ResourceFactory.create(
        title=text(f"Synthèse {WORD}", f"Summary {WORD}"),
        issuer=host,
        announced_at=on(2025, 9, 1),
        early_at=EARLY,
        public_at=PUBLIC,
    )
    resource.themes.add(theme)
    file = release_version(
        resource=resource,
        language="fr",
        file=io.BytesIO(b"%PDF-1.7 synthese"),
        filename="synthese.pdf",
        by=SYSTEM,
        at=on(2025, 9, 1),
    ).file
    assert file is not None
    proof = proved(agreement, "paf_entry", on(2025, 10, 1))
    accepted = on(2025, 10, 20, 15)
    accept_proof(proof=proof, by=SYSTEM, at=accepted)
    reindex()
    second = timedelta(minutes=2)  # a page is asked a moment after the clock was set
    viewers: dict[str, Actor] = {
        "public": Actor.visitor(),
        "dijon": trainer_of(dijon),
        "creteil": trainer_of(creteil),
        "manager": manager_of(host),
        "host": coordinator_of(host, Role.HOST_COORDINATOR),
    }
    # before: suspended since 30 August, so the early instant itself opens nothing
    moments = [EARLY - second, EARLY, accepted - second, accepted, PUBLIC - second, PUBLIC]
    expected = {
        "public": [0, 0, 0, 0, 0, 1],
        "dijon": [0, 0, 0, 1, 1, 1],
        "creteil": [0, 0, 0, 0, 0, 1],
        "manager": [0, 0, 0, 0, 0, 1],
        "host": [1, 1, 1, 1, 1, 1],
    }
    for name, viewer in viewers.items():
        if not viewer.is_visitor:
            signed_in(client, viewer)
        else:
            client.logout()
        for at, wanted in zip(moments, expected[name], strict=True):
            set_clock(client, at)
            found = {
                "query": Resource.objects.readable_by(viewer, at).exists(),
                "file": opens(file, viewer, at),
                "page": WORD in body(client, resource.get_absolute_url()),
                "json": WORD in body(client, reverse("resource_json", args=[resource.uid])),
                "download": downloads(client, file),
                "search": "Synthèse" in body(client, f"{reverse('search')}?q={WORD}"),
                "hub": WORD in body(client, reverse("theme", args=[theme.slug])),
            }
            assert found == dict.fromkeys(found, bool(wanted)), (name, at)
            if not wanted:
                shown = [address for address in elsewhere(theme.slug) if WORD in body(client, address)]
                assert shown == [], (name, at)


def elsewhere(theme: str) -> list[str]:
    """Where it could slip out besides: home, feeds, sitemap, the API, the exports of the theme."""
    pages = ("home", "feed_recommendations", "feed_conferences", "sources", "organisations", "agreements")
    return [
        *(reverse(name) for name in pages),
        reverse("theme_csv", args=[theme]),
        "/sitemap.xml",
        *(f"/api/v1/{kind}" for kind in ("themes", "statements", "figures", "recommendations")),
    ]


def set_clock(client: Client, at: datetime) -> None:
    session = client.session
    session["clock_offset_seconds"] = (at - datetime.now(UTC)).total_seconds()
    session.save()


def body(client: Client, address: str) -> str:
    return client.get(address).content.decode()


def downloads(client: Client, file: Any) -> bool:
    answer = client.get(reverse("stored_file", args=[file.uid]))
    if answer.status_code != 200:
        return False
    content = b"".join(answer)  # read to its end, and so closed
    return content == b"%PDF-1.7 synthese"


def opens(file: Any, viewer: Actor, at: datetime) -> bool:
    try:
        with open_for(file, viewer=viewer, at=at):
            return True
    except Unknown:
        return False


# why not yet


def test_why_not_yet_is_the_same_sentence_as_on_the_agreement(host: Organisation) -> None:
    dijon = academie("academie-dijon")
    agreement = active(host=host, partner=dijon)
    resource = ResourceFactory.create(
        issuer=host, announced_at=on(2025, 9, 1), early_at=EARLY, public_at=PUBLIC
    )
    at = EARLY + timedelta(hours=1)
    told = opening.why_not_yet(resource, trainer_of(dijon), at)
    assert [str(r) for r in told][:1] == [
        "L'accès anticipé de vos équipes est fermé ; la raison est dite ci-dessous."
    ]
    assert str(told[-1]) == " ".join(reasons(agreement, at))
    assert told[-1].link == agreement.get_absolute_url()


def test_why_not_yet_tells_an_academie_without_agreement_and_nobody_else(host: Organisation) -> None:
    active(host=host)
    resource = ResourceFactory.create(
        issuer=host, announced_at=on(2025, 9, 1), early_at=EARLY, public_at=PUBLIC
    )
    at = EARLY + timedelta(hours=1)
    creteil = academie("academie-creteil")
    told = [str(r) for r in opening.why_not_yet(resource, trainer_of(creteil), at)]
    assert told[-1] == (
        f"{creteil.name} n'a pas de convention avec {host.name} ; une convention signée ouvre l'accès anticipé, "
        "demandez-la à ses partenariats."
    )
    abroad = coordinator_of(HostFactory.create())
    assert len(opening.why_not_yet(resource, abroad, at)) == 2
    draft_of = academie("academie-lille")
    drafted(host=host, partner=draft_of, at=on(2025, 9, 5), start_date=date(2025, 10, 1), due_dates={})
    told = [str(r) for r in opening.why_not_yet(resource, trainer_of(draft_of), at)]
    assert "n'a pas de convention" in told[-1], "a draft is not told to its partner"
