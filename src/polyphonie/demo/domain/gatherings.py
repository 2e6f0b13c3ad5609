"""The three conferences, their programmes and their sites."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from polyphonie.conferences.domain.conferences import add_phase, announce_conference, open_conference
from polyphonie.conferences.domain.programme import add_room, name_participation, schedule_session
from polyphonie.conferences.domain.readiness import accept_proposed_modes, invite_group
from polyphonie.conferences.domain.sites import (
    SiteTerms,
    accept_invitation,
    associate_site,
    invite_site,
)
from polyphonie.conferences.models import MediaChannel, Site
from polyphonie.kernel.localised import LocalisedText

from ..data.conferences import GATHERINGS, PHASES, Gathering
from ..data.places import PLACE, TWELVE
from .shelf import LOADER, Shelf, both

PARIS = ZoneInfo("Europe/Paris")
HOST = "cnesco-conseil"


def load_conferences(shelf: Shelf) -> None:
    for gathering in GATHERINGS:
        _conference(shelf, gathering)


def _conference(shelf: Shelf, gathering: Gathering) -> None:
    at = datetime.combine(gathering.announced, time(9, 0), PARIS)
    conference = open_conference(
        slug=gathering.slug,
        acronym=gathering.acronym,
        kind=gathering.kind,
        title=both(gathering.fr, gathering.en),
        summary=both(gathering.summary_fr, gathering.summary_en),
        place=both(gathering.place_fr, gathering.place_en),
        host=shelf.bodies[HOST],
        start_date=gathering.start,
        end_date=gathering.end,
        languages=gathering.languages,
        link=gathering.link,
        partners=[shelf.bodies[slug] for slug in gathering.partners],
        themes=[shelf.themes[gathering.theme]],
        source=gathering.source.as_fields(),
        by=LOADER,
        at=at,
    )
    for fr, en, source in PHASES.get(gathering.slug, ()):
        add_phase(conference=conference, title=both(fr, en), source=source.as_fields(), by=LOADER, at=at)
    room = add_room(conference=conference, name=both("Grande salle", "Main hall"), by=LOADER, at=at)
    for item in gathering.items:
        session = schedule_session(
            conference=conference,
            room=room,
            code=item.code,
            kind=item.kind,
            title=both(item.fr, item.en),
            start_at=datetime.combine(item.day, time.fromisoformat(item.start), PARIS),
            end_at=datetime.combine(item.day, time.fromisoformat(item.end), PARIS),
            hour_is_invented=item.invented_hour,
            source=item.source.as_fields(),
            by=LOADER,
            at=at,
        )
        for role, name, affiliation in item.people:
            name_participation(
                session=session,
                role=role,
                public_name=name,
                affiliation=LocalisedText(fr=affiliation) if affiliation else LocalisedText(),
                by=LOADER,
                at=at,
            )
        shelf.sessions[(gathering.slug, item.code)] = session
    announce_conference(conference=conference, by=LOADER, at=at)
    conference.refresh_from_db()
    shelf.conferences[gathering.slug] = conference
    for key, language, role in (("floor", "fr", "floor"), ("interpretation-en", "en", "interpretation")):
        if language in gathering.languages:
            MediaChannel.objects.create(conference=conference, key=key, role=role, language=language)


def load_sites(shelf: Shelf, *, with_rabat: bool, with_accepted_guidance: bool) -> None:
    """Morocco and Chile shared the conference of 2017; the twelve share those of 2018 and 2019.

    Modes, hours of following and audiences are invented and say so.
    """
    at = datetime(2017, 10, 2, 9, 0, tzinfo=PARIS)
    first = {
        "academie-dijon": SiteTerms(
            mode="live", time_zone="Europe/Paris", kind="associated_workshop", expected_attendance=40
        ),
        "partenaire-chili": SiteTerms(
            mode="delayed",
            time_zone="America/Santiago",
            delay_minutes=60,
            language="es",
            expected_attendance=30,
        ),
    }
    if with_rabat:
        first["partenaire-maroc"] = SiteTerms(
            mode="delayed",
            time_zone="Africa/Casablanca",
            delay_minutes=90,
            language="fr",
            expected_attendance=25,
        )
    for slug, terms in first.items():
        site = _site(shelf, "decrochage-2017", slug, terms, at)
        _take_part(site, at)
    if with_rabat:
        rabat = shelf.sites[("decrochage-2017", "partenaire-maroc")]
        for voice in ("enseignants", "direction", "inspection", "parents"):
            invite_group(site=rabat, group=shelf.voices[voice], by=LOADER, at=at)
    at = datetime(2018, 9, 28, 9, 0, tzinfo=PARIS)
    for conference in ("orientation-2018", "langues-2019"):
        for code in TWELVE:
            language = "es" if code == "chili" else "fr"
            # the languages conference is heard in French alone; a stage may begin before Ireland says so
            if code == "irlande" and (conference == "orientation-2018" or with_accepted_guidance):
                language = "en"
            # all begin live, where it is night too; the board then proposes a slight delay
            terms = SiteTerms(mode="live", time_zone=PLACE[code].zone, language=language)
            _site(shelf, conference, f"partenaire-{code}", terms, at, night_confirmed=code in AT_NIGHT)
    if with_accepted_guidance:
        guidance = shelf.conferences["orientation-2018"]
        chile = shelf.sites[("orientation-2018", "partenaire-chili")]
        ireland = shelf.sites[("orientation-2018", "partenaire-irlande")]
        accept_proposed_modes(conference=guidance, sites=[chile], by=LOADER, at=at)
        for site in (chile, ireland):
            site.refresh_from_db()
            _take_part(site, at + timedelta(days=5))


AT_NIGHT = frozenset({"chili", "republique-dominicaine", "quebec", "japon"})


def _site(
    shelf: Shelf,
    conference: str,
    organisation: str,
    terms: SiteTerms,
    at: datetime,
    *,
    night_confirmed: bool = False,
) -> Site:
    site = associate_site(
        conference=shelf.conferences[conference],
        organisation=shelf.bodies[organisation],
        terms=terms,
        night_confirmed=night_confirmed,
        is_fictitious=True,
        by=LOADER,
        at=at,
    )
    shelf.sites[(conference, organisation)] = site
    return site


def _take_part(site: Site, at: datetime) -> None:
    invite_site(site=site, by=LOADER, at=at)
    site.refresh_from_db()
    accept_invitation(site=site, by=LOADER, at=at)
    site.refresh_from_db()
