"""Places, bodies, voices, themes and persons."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from polyphonie.kernel.localised import LocalisedText
from polyphonie.network.domain.account import open_account
from polyphonie.network.domain.group import add_stakeholder_group
from polyphonie.network.domain.mandate import give_mandate
from polyphonie.network.domain.organisation import end_organisation, register_organisation
from polyphonie.network.domain.person import register_person
from polyphonie.network.domain.territory import end_territory, register_territory
from polyphonie.network.domain.theme import add_theme
from polyphonie.network.enums import INSTALLATION
from polyphonie.network.models import Organisation, Territory

from ..data.people import PEOPLE
from ..data.places import BODIES_OF_THE_DEMONSTRATION, PLACES, VOICES, Body, Place
from ..data.themes import SUBJECTS
from .shelf import FOUNDED, LOADER, Shelf, both


def load_ground(shelf: Shelf, *, at: datetime) -> None:
    """Territories and bodies first without their ends; then each end with its successor."""
    for order, (slug, fr, en) in enumerate(VOICES):
        shelf.voices[slug] = add_stakeholder_group(
            slug=slug, name=both(fr, en), order=order, by=LOADER, at=at
        )
    for order, subject in enumerate(SUBJECTS):
        shelf.themes[subject.slug] = add_theme(
            slug=subject.slug,
            title=both(subject.fr, subject.en),
            summary=both(subject.summary_fr, subject.summary_en),
            synonyms={"fr": list(subject.synonyms_fr), "en": list(subject.synonyms_en)},
            order=order,
            by=LOADER,
            at=at,
        )
    for place in PLACES:
        shelf.territories[place.code] = _territory(shelf, place, at)
    for place in PLACES:
        if place.valid_until or place.successor:
            _end_place(shelf, place, at)
    for body in BODIES_OF_THE_DEMONSTRATION:
        shelf.bodies[body.slug] = _body(shelf, body, at)
    for body in BODIES_OF_THE_DEMONSTRATION:
        if body.valid_until and body.successor:
            end_organisation(
                organisation=shelf.bodies[body.slug],
                on=body.valid_until,
                successor=shelf.bodies[body.successor],
                by=LOADER,
                at=at,
            )
    for somebody in PEOPLE:
        person = register_person(
            given_name=somebody.given_name,
            family_name=somebody.family_name,
            language=somebody.language,
            time_zone=somebody.zone,
            is_fictitious=True,
            by=LOADER,
            at=at,
        )
        open_account(person=person, email=somebody.email, by=LOADER, at=at)
        shelf.people[somebody.key] = person


def load_mandates(shelf: Shelf, *, at: datetime) -> None:
    """Give each person the roles of their task, once conferences and sites are there."""
    for somebody in PEOPLE:
        for role, scope, organisation in somebody.roles:
            urn = _scope(shelf, scope)
            if urn is None:
                continue
            give_mandate(
                person=shelf.people[somebody.key],
                role=role,
                scope=urn,
                organisation=shelf.bodies.get(organisation),
                from_date=FOUNDED.date(),
                is_fictitious=True,
                by=LOADER,
                at=at,
            )


def _scope(shelf: Shelf, scope: str) -> str | None:
    if scope == "installation":
        return INSTALLATION
    kind, _, rest = scope.partition("/")
    if kind == "site":
        conference, _, organisation = rest.partition("/")
        site = shelf.sites.get((conference, organisation))
        return site.urn if site else None
    return str((shelf.bodies[rest] if kind == "organisation" else shelf.conferences[rest]).urn)


def _territory(shelf: Shelf, place: Place, at: datetime) -> Territory:
    return register_territory(
        kind=place.kind,
        code=place.code,
        iso_code=place.iso,
        name=both(place.fr, place.en),
        parent=shelf.territories.get(place.parent),
        time_zone=place.zone,
        languages=list(place.languages),
        latitude=Decimal(place.latitude) if place.latitude else None,
        longitude=Decimal(place.longitude) if place.longitude else None,
        valid_from=place.valid_from,
        source_label=place.source.label,
        source_url=place.source.url,
        source_read_date=place.source.read_date,
        by=LOADER,
        at=at,
    )


def _end_place(shelf: Shelf, place: Place, at: datetime) -> None:
    if place.valid_until:
        end_territory(
            territory=shelf.territories[place.code],
            on=place.valid_until,
            successor=shelf.territories.get(place.successor),
            by=LOADER,
            at=at,
        )


def _body(shelf: Shelf, body: Body, at: datetime) -> Organisation:
    short = LocalisedText({"fr": body.short, "en": body.short}) if body.short else None
    return register_organisation(
        kind=body.kind,
        slug=body.slug,
        name=both(body.fr, body.en),
        short_name=short,
        territory=shelf.territories.get(body.territory),
        parent=shelf.bodies.get(body.parent),
        identifiers=dict(body.identifiers),
        languages=list(body.languages),
        valid_from=body.valid_from,
        source_label=body.source.label,
        source_url=body.source.url,
        source_read_date=body.source.read_date,
        by=LOADER,
        at=at,
    )
