"""Agreements for tests, made by the verbs themselves: their instants must agree with one another."""

from __future__ import annotations

import io
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from polyphonie.kernel.actor import Actor
from polyphonie.network.enums import OrganisationKind, Role
from polyphonie.network.models import Organisation
from polyphonie.partnerships.domain import agreements as verbs
from polyphonie.partnerships.domain.amendments import (
    draft_amendment,
    estimate_amendment,
    send_amendment,
    sign_amendment,
)
from polyphonie.partnerships.domain.base_tier import adopt_base_tier
from polyphonie.partnerships.domain.commitments import accept_proof, record_proof
from polyphonie.partnerships.domain.services import adopt_services, set_tariff, tariff_on
from polyphonie.partnerships.domain.training import TrainingDetails, record_training_action
from polyphonie.partnerships.models import (
    Agreement,
    Amendment,
    Commitment,
    Proof,
    Service,
    ServicePhase,
    TrainingAction,
)

from .network import HostFactory, OrganisationFactory, actor_with, text

PARIS = ZoneInfo("Europe/Paris")
SYSTEM = Actor.system("test")
SIRET = "19753471200017"
PDF = b"%PDF-1.7 convention"
START, LAST = date(2024, 9, 1), date(2026, 8, 31)
DUE = {
    "paf_entry": date(2025, 6, 30),
    "use_resources": date(2025, 6, 30),
    "encourage_recommendations": date(2026, 6, 30),
    "feedback": date(2026, 6, 30),
}


def on(*moment: int) -> datetime:
    """An instant on the clock of Paris: ``on(2024, 9, 1)`` is that midnight."""
    year, month, day, hour, minute = (*moment, 0, 0)[:5]
    return datetime(year, month, day, hour, minute, tzinfo=PARIS)


DRAFTED, RECORDED = on(2024, 6, 1), on(2024, 10, 1)


def academie(slug: str = "academie-dijon", **more: Any) -> Organisation:
    return OrganisationFactory.create(
        kind=OrganisationKind.ACADEMIE, slug=slug, name=text(slug.replace("-", " ")), **more
    )


def drafted(
    *,
    host: Organisation | None = None,
    partner: Organisation | None = None,
    at: datetime = DRAFTED,
    by: Actor = SYSTEM,
    **more: Any,
) -> Agreement:
    """A draft of two years, with the base tier of the brochure."""
    adopt_base_tier(by=SYSTEM, at=at)
    host = host or HostFactory.create()
    given: dict[str, Any] = {
        "reference": f"C-{host.slug}-{at:%Y%m%d}",
        "host": host,
        "legal_body": more.pop("legal_body", None) or host,
        "legal_siret": SIRET,
        "partner": partner or academie(),
        "purpose": text("Construire des formations avec la recherche"),
        "start_date": START,
        "last_day": LAST,
        "due_dates": DUE,
        "by": by,
        "at": at,
        **more,
    }
    return verbs.draft_agreement(**given)


def sent(**more: Any) -> Agreement:
    agreement = drafted(**more)
    at = agreement.drafted_at
    verbs.submit_for_review(agreement=agreement, by=SYSTEM, at=at + timedelta(days=1))
    return verbs.send_agreement(agreement=agreement, by=SYSTEM, at=at + timedelta(days=2))


def signed(**more: Any) -> Agreement:
    agreement = sent(**more)
    assert agreement.sent_at is not None
    at = agreement.sent_at + timedelta(days=5)
    return verbs.sign_agreement(
        agreement=agreement,
        file=io.BytesIO(PDF),
        filename="convention.pdf",
        signed_on=at.date(),
        by=SYSTEM,
        at=at,
    )


def active(**more: Any) -> Agreement:
    agreement = signed(**more)
    assert agreement.signed_at is not None
    return verbs.activate_agreement(
        agreement=agreement, by=SYSTEM, at=agreement.signed_at + timedelta(days=1)
    )


def commitment(agreement: Agreement, slug: str) -> Commitment:
    found: Commitment = Commitment.objects.select_related(
        "type", "agreement__host", "agreement__partner"
    ).get(agreement=agreement, type__slug=slug)
    return found


def training(body: Organisation, at: datetime = RECORDED, **more: Any) -> TrainingAction:
    details: dict[str, Any] = {
        "title": text("Sanctionner sans exclure"),
        "start_date": date(2025, 2, 12),
        "last_day": date(2025, 2, 13),
        "duration_minutes": 720,
        **more,
    }
    return record_training_action(organisation=body, details=TrainingDetails(**details), by=SYSTEM, at=at)


def proved(agreement: Agreement, slug: str, at: datetime) -> Proof:
    """A link handed over, still to be reviewed."""
    return record_proof(
        commitment=commitment(agreement, slug), link="https://www.example.org/preuve", by=SYSTEM, at=at
    )


def keep(agreement: Agreement, slug: str, at: datetime) -> Proof:
    """A link handed over and accepted at once."""
    return accept_proof(proof=proved(agreement, slug, at), by=SYSTEM, at=at)


def keep_all(agreement: Agreement, at: datetime) -> None:
    for slug in DUE:
        keep(agreement, slug, at)


def manager_of(host: Organisation, **more: Any) -> Actor:
    return actor_with(Role.PARTNERSHIP_MANAGER, host.urn, organisation=host, at=on(2024, 6, 1), **more)


def trainer_of(body: Organisation, **more: Any) -> Actor:
    return actor_with(Role.TRAINING_ENGINEER, body.urn, organisation=body, at=on(2024, 6, 1), **more)


RATE = Decimal("10.00")
"""An arbitrary test rate; the product ships none."""

INTERVENTION = {"framing": 120, "materials": 480, "half_day": 240, "follow_up": 210}
"""Scenario 7: 2 h + 8 h + 4 h + 3 h 30 = 17 h 30."""


def amended(agreement: Agreement, *, at: datetime | None = None, **more: Any) -> Amendment:
    """A draft that states four of its five items; the price comes with the estimate."""
    at = at or on(2024, 11, 4, 9)
    adopt_services(by=SYSTEM, at=at)
    given: dict[str, Any] = {
        "service": Service.objects.get(slug="intervention"),
        "nature": "Intervention en académie",
        "content": "Une demi-journée sur les alternatives à l'exclusion",
        "start_date": date(2024, 11, 4),
        "last_day": date(2025, 6, 30),
        "payment_terms": "À la livraison, par Chorus Pro",
        **more,
    }
    return draft_amendment(agreement=agreement, by=SYSTEM, at=at, **given)


def costed(agreement: Agreement, minutes: dict[str, int] | None = None, **more: Any) -> Amendment:
    amendment = amended(agreement, **more)
    at = amendment.drafted_at
    if tariff_on(agreement.host, amendment.service, at.date()) is None:
        set_tariff(
            host=agreement.host,
            service=amendment.service,
            hourly_rate=RATE,
            valid_from=date(2024, 1, 1),
            by=SYSTEM,
            at=at,
        )
    phases = {p.slug: p for p in amendment.service.phases.all()}
    wanted = {phases[slug]: m for slug, m in (minutes or INTERVENTION).items()}
    return estimate_amendment(amendment=amendment, minutes=wanted, by=SYSTEM, at=at)


def ordered(agreement: Agreement, minutes: dict[str, int] | None = None, **more: Any) -> Amendment:
    """A signed amendment, on which time may be logged."""
    amendment = costed(agreement, minutes, **more)
    at = amendment.drafted_at
    send_amendment(amendment=amendment, by=SYSTEM, at=at)
    return sign_amendment(
        amendment=amendment,
        file=io.BytesIO(PDF),
        filename="avenant.pdf",
        signed_on=at.date(),
        by=SYSTEM,
        at=at,
    )


def phase(amendment: Amendment, slug: str = "materials") -> ServicePhase:
    found: ServicePhase = amendment.service.phases.get(slug=slug)
    return found
