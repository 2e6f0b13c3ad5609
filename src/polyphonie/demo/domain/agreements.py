"""Invented: what binds a host and an académie, and what the académie does about it.

No agreement of a real body is told here. Parties and dates are those that scenarios need; the commitments
and the base tier are those of the partnership brochure.
"""

from __future__ import annotations

import io
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from polyphonie.evidence.domain.openings import set_opening
from polyphonie.evidence.domain.resource import add_resource, release_version
from polyphonie.partnerships.domain.agreements import (
    activate_agreement,
    draft_agreement,
    send_agreement,
    sign_agreement,
    submit_for_review,
)
from polyphonie.partnerships.domain.base_tier import adopt_base_tier
from polyphonie.partnerships.domain.commitments import accept_proof, record_proof
from polyphonie.partnerships.domain.committee import Decided, record_committee
from polyphonie.partnerships.domain.services import adopt_services
from polyphonie.partnerships.domain.training import (
    TrainingDetails,
    link_training_to_recommendation,
    publish_training_action,
    record_training_action,
)
from polyphonie.partnerships.models import Agreement, Commitment, TrainingAction
from polyphonie.recommendations.domain.actions import submit_feedback

from .shelf import LOADER, Shelf, both

PARIS = ZoneInfo("Europe/Paris")
CNAM_SIRET = "19753471200017"
# one page, nothing on it: what was signed is invented
SIGNED_PAGE = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
    b"2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
    b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>endobj\n"
    b"trailer<</Root 1 0 R>>\n%%EOF\n"
)


def load_agreements(shelf: Shelf) -> None:
    """An agreement of two years with the académie de Dijon, its committee, its renewal under which a report
    is late, two training actions, and a document of 2024 that opened early by the first agreement."""
    adopt_base_tier(by=LOADER, at=_at(2024, 6, 3))
    first = _agreement(
        shelf,
        "EX-2024-DIJON",
        date(2024, 9, 1),
        date(2026, 8, 31),
        due={
            "paf_entry": date(2025, 6, 30),
            "use_resources": date(2025, 6, 30),
            "encourage_recommendations": date(2026, 6, 30),
            "feedback": date(2026, 6, 30),
        },
        drafted=_at(2024, 6, 10),
        signed=date(2024, 7, 5),
    )
    _early_document(shelf)
    # the list alone: no rate of a real body is known, and none is invented
    adopt_services(by=LOADER, at=_at(2024, 6, 3))
    training = _training(shelf)
    _keep(first, "paf_entry", training, _at(2025, 3, 10))
    _keep(first, "use_resources", training, _at(2025, 5, 12))
    _keep_by_feedback(shelf, first, _at(2026, 6, 15))
    _keep(first, "encourage_recommendations", training, _at(2026, 6, 16))
    record_committee(
        agreement=first,
        held_on=date(2025, 9, 10),
        present="Partenariats de l'instance hôte ; coordination et formation de l'académie.",
        decisions=[
            Decided(
                text="Préparer un atelier associé pour l'automne 2026.",
                owner="partner",
                due_date=date(2026, 6, 30),
            ),
            Decided(text="Proposer des ressources sur le climat scolaire.", owner="host"),
        ],
        by=LOADER,
        at=_at(2025, 9, 12),
    )
    second = _agreement(
        shelf,
        "EX-2026-DIJON",
        date(2026, 9, 1),
        date(2028, 8, 31),
        due={
            "paf_entry": date(2027, 6, 30),
            "use_resources": date(2027, 6, 30),
            "encourage_recommendations": date(2028, 6, 30),
            "feedback": date(2026, 10, 31),
        },
        drafted=_at(2026, 6, 18),
        signed=date(2026, 7, 3),
        renews=first,
    )
    _keep(second, "use_resources", _training(shelf, second=True), _at(2026, 10, 12))


def _at(year: int, month: int, day: int) -> datetime:
    return datetime(year, month, day, 10, 0, tzinfo=PARIS)


def _agreement(
    shelf: Shelf,
    reference: str,
    start: date,
    last: date,
    *,
    due: dict[str, date],
    drafted: datetime,
    signed: date,
    renews: Agreement | None = None,
) -> Agreement:
    agreement = draft_agreement(
        reference=reference,
        host=shelf.bodies["cnesco"],
        legal_body=shelf.bodies["cnam"],
        legal_siret=CNAM_SIRET,
        partner=shelf.bodies["academie-dijon"],
        purpose=both(
            "Construire des formations avec les ressources et les recommandations de la recherche.",
            "Build training with the resources and the recommendations of research.",
        ),
        start_date=start,
        last_day=last,
        due_dates=due,
        third_parties=[shelf.bodies["reseau-canope"]],
        renews=renews,
        is_fictitious=True,
        by=LOADER,
        at=drafted,
    )
    submit_for_review(agreement=agreement, by=LOADER, at=drafted + timedelta(days=2))
    send_agreement(agreement=agreement, by=LOADER, at=drafted + timedelta(days=7))
    deposited = datetime(signed.year, signed.month, signed.day, 16, 0, tzinfo=PARIS)
    sign_agreement(
        agreement=agreement,
        file=io.BytesIO(SIGNED_PAGE),
        filename=f"{reference.lower()}-exemple-fictif.pdf",
        signed_on=signed,
        by=LOADER,
        at=deposited,
    )
    activate_agreement(agreement=agreement, by=LOADER, at=deposited + timedelta(days=3))
    return Agreement.objects.select_related("host", "partner").get(pk=agreement.pk)


def _early_document(shelf: Shelf) -> None:
    """An invented summary of an expert's note, public on 5 November 2024, early from 15 October on."""
    at = _at(2024, 10, 1)
    resource = add_resource(
        kind=shelf.kinds["expert_note"],
        title=both("Synthèse d'une note d'experte (2024)", "Summary of an expert's note (2024)"),
        summary=both(
            "Un document inventé, pour montrer l'accès anticipé par convention.",
            "An invented document, to show early access by agreement.",
        ),
        issuer=shelf.bodies["cnesco"],
        dated=date(2024, 11, 5),
        is_fictitious=True,
        by=LOADER,
        at=at,
    )
    release_version(
        resource=resource,
        language="fr",
        file=io.BytesIO(SIGNED_PAGE),
        filename="synthese-exemple-fictif.pdf",
        by=LOADER,
        at=at,
    )
    set_opening(resource=resource, public_at=datetime(2024, 11, 5, 9, 0, tzinfo=PARIS), by=LOADER, at=at)
    shelf.documents["synthese-2024"] = resource


def _training(shelf: Shelf, *, second: bool = False) -> TrainingAction:
    """An entry of Dijon's programme; the first one answers 1b."""
    start = date(2026, 11, 25) if second else date(2025, 2, 12)
    at = _at(2026, 9, 21) if second else _at(2024, 12, 9)
    action = record_training_action(
        organisation=shelf.bodies["academie-dijon"],
        details=TrainingDetails(
            title=both(
                "Atelier associé : retour sur une année", "Associated workshop: looking back on a year"
            )
            if second
            else both(
                "Sanctionner sans exclure : alternatives et accueil",
                "Sanction without exclusion: alternatives and support",
            ),
            kind="associated_workshop" if second else "path",
            code="EX-PAF-26-002" if second else "EX-PAF-25-001",
            aims=both(
                "Connaître les alternatives à l'exclusion temporaire ; préparer un accueil le jour même.",
                "Know the alternatives to temporary exclusion; prepare support on the same day.",
            ),
            public=both(
                "Équipes de vie scolaire, personnels de direction", "School life teams, school leaders"
            ),
            trainers=both("Deux formatrices académiques", "Two trainers of the académie"),
            place=both("Dijon", "Dijon"),
            duration_minutes=720,
            start_date=start,
            last_day=start + timedelta(days=1),
            themes=[shelf.themes["decrochage-scolaire"]],
            resources=[shelf.documents["preconisations-decrochage"]],
        ),
        is_fictitious=True,
        by=LOADER,
        at=at,
    )
    publish_training_action(action=action, by=LOADER, at=at)
    if not second:
        link_training_to_recommendation(
            action=action,
            recommendation=shelf.points[("decrochage-2017", "1b")].recommendation,
            relation="implements",
            by=LOADER,
            at=at,
        )
    return action


def _commitment(agreement: Agreement, slug: str) -> Commitment:
    return agreement.commitments.select_related("type", "agreement__host", "agreement__partner").get(
        type__slug=slug
    )


def _keep(agreement: Agreement, slug: str, action: TrainingAction, at: datetime) -> None:
    proof = record_proof(commitment=_commitment(agreement, slug), training_action=action, by=LOADER, at=at)
    accept_proof(proof=proof, by=LOADER, at=at + timedelta(days=4))


def _keep_by_feedback(shelf: Shelf, agreement: Agreement, at: datetime) -> None:
    report = submit_feedback(
        organisation=shelf.bodies["academie-dijon"],
        recommendation=shelf.points[("decrochage-2017", "1b")].recommendation,
        themes=[shelf.themes["decrochage-scolaire"]],
        modalities="Deux jours en équipe, puis un point à distance trois mois plus tard.",
        publics="Vingt-quatre personnels de six collèges.",
        effects="Fait observé : quatre collèges sur six ont un accueil le jour même de la sanction.",
        is_fictitious=True,
        by=LOADER,
        at=at,
    )
    proof = record_proof(commitment=_commitment(agreement, "feedback"), feedback=report, by=LOADER, at=at)
    accept_proof(proof=proof, by=LOADER, at=at + timedelta(days=5))
