"""A small conference with its sites and its people, made of real rows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from polyphonie.conferences.models import Conference, LiveEvent, MediaChannel, Session, Site
from polyphonie.kernel import clock
from polyphonie.kernel.actor import Actor, ActorKind, Claim
from polyphonie.kernel.localised import LocalisedText
from polyphonie.network.enums import Role
from polyphonie.network.models import ActorIdentity, Mandate, Organisation, Person

OPENING = datetime(2018, 11, 8, 8, 30, tzinfo=UTC)  # 09:30 in Paris
NOW = OPENING + timedelta(minutes=40)


@dataclass
class Stage:
    """Ireland follows live in English, Chile ninety minutes later in Spanish."""

    conference: Conference
    ireland: Site
    chile: Site
    malta: Session
    morning: Session

    def actor(self, role: str, scope: str, organisation: str = "") -> Actor:
        return Actor(ActorKind.PERSON, uuid4(), frozenset({Claim(role, scope, organisation)}))

    @property
    def moderator(self) -> Actor:
        return Actor(
            ActorKind.PERSON,
            UUID("aaaaaaaa-0000-4000-8000-000000000001"),
            frozenset({Claim(Role.MODERATOR, self.conference.urn)}),
        )

    def hall(self, site: Site, number: int = 1) -> Actor:
        return Actor.participant(UUID(int=site.pk * 1000 + number), site.urn)

    def expert(self, name: str = "Camilleri") -> tuple[Person, Actor]:
        person = Person.objects.create(given_name="Ana", family_name=name, is_fictitious=True)
        Mandate.objects.create(person=person, role=Role.EXPERT, scope=self.conference.urn)
        identity = ActorIdentity.objects.create(person=person)
        claims = frozenset({Claim(Role.EXPERT, self.conference.urn)})
        return person, Actor(ActorKind.PERSON, identity.actor_id, claims)

    def advance(self, **delta: float) -> None:
        """Move the conference's own clock on."""
        self.conference.clock_offset += timedelta(**delta)
        self.conference.save(update_fields=["clock_offset"])
        for site in (self.ireland, self.chile):
            site.conference = self.conference

    @property
    def at(self) -> datetime:
        """The instant now by the conference's clock."""
        return clock.now(self.conference.clock_offset)

    def events(self) -> list[LiveEvent]:
        return list(LiveEvent.objects.filter(conference=self.conference).order_by("seq"))


def organisation(slug: str, **names: str) -> Organisation:
    return Organisation.objects.create(
        kind="partner_body", slug=slug, name=LocalisedText(**names), is_fictitious=True
    )


def build(slug: str = "orientation", now: datetime = NOW, **fields: Any) -> Stage:
    """The conference on air, forty minutes after its opening, its clock moved there."""
    host = organisation(f"hote-{slug}", fr="Instance hôte", en="Host body")
    conference = Conference.objects.create(
        slug=slug,
        acronym=slug.upper()[:10],
        kind="comparison_conference",
        title=LocalisedText(fr="Éducation à l'orientation", en="Guidance"),
        host=host,
        start_date=date(2018, 11, 8),
        end_date=date(2018, 11, 9),
        languages=["fr", "en"],
        state="announced",
        announced_at=OPENING - timedelta(days=60),
        clock_offset=now - clock.wall(),
        is_fictitious=True,
        **fields,
    )
    for language in ("fr", "en"):
        MediaChannel.objects.create(conference=conference, key=language, language=language)
    morning = Session.objects.create(
        conference=conference,
        guid="s1",
        title=LocalisedText(fr="Ouverture", en="Opening"),
        start_at=OPENING,
        end_at=OPENING + timedelta(minutes=30),
    )
    malta = Session.objects.create(
        conference=conference,
        guid="s2",
        title=LocalisedText(fr="L'exemple de Malte", en="The example of Malta"),
        start_at=OPENING + timedelta(minutes=30),
        end_at=OPENING + timedelta(minutes=180),
    )
    ireland = Site.objects.create(
        conference=conference,
        organisation=organisation(f"irlande-{slug}", fr="Irlande", en="Ireland"),
        mode="live",
        time_zone="Europe/Dublin",
        language="en",
        state="accepted",
        short_code=f"IRL{slug[:6]}",
        is_fictitious=True,
    )
    chile = Site.objects.create(
        conference=conference,
        organisation=organisation(f"chili-{slug}", fr="Chili", en="Chile", es="Chile"),
        mode="delayed",
        delay_minutes=90,
        time_zone="America/Santiago",
        language="es",
        state="accepted",
        short_code=f"CHL{slug[:6]}",
        answers="with_programme",
        is_fictitious=True,
    )
    return Stage(conference, ireland, chile, malta, morning)
