"""A conference: opened in preparation, announced, closed or cancelled; its phases and its resources."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from polyphonie.evidence.domain.openings import set_opening
from polyphonie.evidence.domain.resource import place_resource
from polyphonie.evidence.models import Resource
from polyphonie.kernel import clock
from polyphonie.kernel.actor import Actor
from polyphonie.kernel.domain import ledger
from polyphonie.kernel.errors import ChangedMeanwhile, Refusal
from polyphonie.kernel.localised import LANGUAGE_TAG, LocalisedText
from polyphonie.kernel.rights import permit
from polyphonie.network.models import Organisation, Theme

from ..enums import ConferenceState
from ..models import Conference, ConferenceResource, ProcessPhase, Session
from ..states import CONFERENCE, following_state
from .wording import day_and_hour, number

NO_TEXT = LocalisedText()
HOUSE = Actor.system("conferences.conferences")
RESERVED_SLUGS = frozenset({"ouvrir"})


class DatesReversed(Refusal):
    """The last day lies before the first."""

    def __init__(self, start: date, end: date) -> None:
        super().__init__(
            _("La fin (%(end)s) précède le début (%(start)s) ; inversez les deux dates.")
            % {"start": start.isoformat(), "end": end.isoformat()},
            field="end_date",
        )


class TitleMissing(Refusal):
    """Nothing can be announced, scheduled or cited without a title."""

    def __init__(self) -> None:
        super().__init__(_("Donnez un titre dans une langue au moins."), field="title")


class SlugTaken(Refusal):
    """Another conference already stands at this address."""

    def __init__(self, slug: str) -> None:
        super().__init__(
            _("L'adresse « %(slug)s » est déjà prise ; ajoutez par exemple l'année.") % {"slug": slug},
            field="slug",
        )


class LanguagesMissing(Refusal):
    """A conference is shared in some language."""

    def __init__(self) -> None:
        super().__init__(_("Choisissez au moins une langue de partage."), field="languages")


class SharedLanguageUnknown(Refusal):
    """Not a language tag."""

    def __init__(self, tag: str) -> None:
        super().__init__(
            _("« %(tag)s » n'est pas un code de langue ; écrivez par exemple fr, en ou pt-BR.")
            % {"tag": tag},
            field="languages",
        )


class SessionsLeftOutside(Refusal):
    """Days may not be taken away under sessions that are in the programme."""

    def __init__(self, count: int, first: datetime) -> None:
        super().__init__(
            ngettext(
                "Une séance est hors de ces jours (le %(moment)s) ; déplacez-la ou retirez-la d'abord.",
                "%(count)s séances sont hors de ces jours (la première le %(moment)s) ; "
                "déplacez-les ou retirez-les d'abord.",
                count,
            )
            % {"count": number(count), "moment": day_and_hour(first)},
            field="start_date",
        )


class ConferenceEmpty(Refusal):
    """A conference without a public session has nothing to announce."""

    def __init__(self) -> None:
        super().__init__(
            _("Le programme n'a encore aucune séance publique ; inscrivez-en une avant d'annoncer.")
        )


class ConferenceClosed(Refusal):
    """The conference was cancelled: its programme and its sites no longer change."""

    def __init__(self, conference: Conference) -> None:
        super().__init__(
            _("La conférence « %(title)s » est annulée ; ouvrez-en une autre.") % {"title": conference.title}
        )


class PhaseOrderTaken(Refusal):
    """Two phases would stand at the same place."""

    def __init__(self, order: int) -> None:
        super().__init__(
            _("Le rang %(order)s est déjà celui d'une autre phase ; choisissez-en un autre.")
            % {"order": number(order)},
            field="order",
        )


class ResourceAlreadyAttached(Refusal):
    """The resource already belongs to this conference."""

    def __init__(self, resource: Resource) -> None:
        super().__init__(
            _("« %(title)s » est déjà rattachée à cette conférence ; modifiez ses dates d'ouverture.")
            % {"title": resource.title},
            field="resource",
        )


class SessionOfAnotherConference(Refusal):
    """The session named belongs to another conference."""

    def __init__(self) -> None:
        super().__init__(
            _("Cette séance appartient à une autre conférence ; choisissez-en une de celle-ci."),
            field="session",
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ConferenceTerms:
    """What a host may change of a conference once it is open."""

    title: LocalisedText
    start_date: date
    end_date: date
    languages: tuple[str, ...]
    place: LocalisedText = NO_TEXT
    themes: tuple[Theme, ...] = ()


def open_conference(
    *,
    slug: str,
    acronym: str,
    kind: str,
    title: LocalisedText,
    host: Organisation,
    start_date: date,
    end_date: date,
    by: Actor,
    at: datetime,
    time_zone: str = "Europe/Paris",
    languages: Sequence[str] = ("fr",),
    summary: LocalisedText = NO_TEXT,
    place: LocalisedText = NO_TEXT,
    link: str = "",
    partners: Sequence[Organisation] = (),
    themes: Sequence[Theme] = (),
    source: dict[str, Any] | None = None,
) -> Conference:
    """Open a conference in preparation: its host and its own people know of it, nobody else."""
    with ledger.act("conferences.open_conference", by=by, at=at) as act:
        conference = Conference(
            slug=slug,
            acronym=acronym,
            kind=kind,
            title=title,
            summary=summary,
            host=host,
            place=place,
            start_date=start_date,
            end_date=end_date,
            time_zone=time_zone,
            languages=list(languages),
            link=link,
            **(source or {}),
        )
        permit("conferences.run_conference", by, conference)
        if not title:
            raise TitleMissing()
        if end_date < start_date:
            raise DatesReversed(start_date, end_date)
        clock.zone(time_zone)
        if slug in RESERVED_SLUGS or Conference.objects.filter(slug=slug).exists():
            raise SlugTaken(slug)
        conference.save(force_insert=True)
        conference.partners.set(partners)
        conference.themes.set(themes)
        act.on(conference.urn)
        act.note(kind=kind, host=host.urn, start_date=start_date, end_date=end_date, time_zone=time_zone)
    return conference


def terms_of_conference(conference: Conference) -> ConferenceTerms:
    """The terms as they stand."""
    return ConferenceTerms(
        title=conference.title,
        start_date=conference.start_date,
        end_date=conference.end_date,
        languages=tuple(conference.languages),
        place=conference.place,
        themes=tuple(conference.themes.order_by("order", "slug")),
    )


def change_conference(
    *, conference: Conference, version: int, terms: ConferenceTerms, by: Actor, at: datetime
) -> Conference:
    """Change the title, days, languages, place and themes of a conference, unless somebody changed them
    since they were read. Its address and its sessions stay where they are: days under which a session
    lies cannot be taken away. A new title goes to the resources that name the conference, and new words
    or days count as a new version of the programme."""
    with ledger.act("conferences.change_conference", by=by, at=at) as act:
        permit("conferences.run_conference", by, conference)
        changed = Conference.objects.select_for_update().get(pk=conference.pk)
        before = terms_of_conference(changed)
        if changed.version != version:
            raise ChangedMeanwhile(
                _(
                    "Cette conférence a changé pendant que vous la modifiiez ; "
                    "comparez les deux versions et reprenez."
                ),
                theirs=before,
                mine=terms,
            )
        if changed.state == ConferenceState.CANCELLED:
            raise ConferenceClosed(changed)
        _check_conference_terms(changed, terms)
        changed.title, changed.place = terms.title, terms.place
        changed.start_date, changed.end_date = terms.start_date, terms.end_date
        changed.languages = list(terms.languages)
        changed.version += 1
        if (before.title, before.start_date, before.end_date) != (
            terms.title,
            terms.start_date,
            terms.end_date,
        ):
            changed.programme_version += 1
        changed.save()
        changed.themes.set(terms.themes)
        if before.title != terms.title:
            for link in changed.resource_links.select_related("resource").order_by("pk"):
                place_resource(
                    resource=link.resource, context_urn=changed.urn, label=terms.title, by=HOUSE, at=at
                )
        act.on(changed.urn)
        act.note(before=_facts(before), after=_facts(terms), title_changed=before.title != terms.title)
    return changed


def _check_conference_terms(conference: Conference, terms: ConferenceTerms) -> None:
    if not terms.title:
        raise TitleMissing()
    if terms.end_date < terms.start_date:
        raise DatesReversed(terms.start_date, terms.end_date)
    if not terms.languages:
        raise LanguagesMissing()
    for tag in terms.languages:
        if not LANGUAGE_TAG.match(tag):
            raise SharedLanguageUnknown(tag)
    outside = []
    for session in conference.sessions.filter(withdrawn_at=None).order_by("start_at", "pk"):
        first, last = days_of(session.start_at, session.end_at, conference.time_zone)
        if first < terms.start_date or last > terms.end_date:
            outside.append(clock.local(session.start_at, conference.time_zone))
    if outside:
        raise SessionsLeftOutside(len(outside), outside[0])


def days_of(start_at: datetime, end_at: datetime, zone: str) -> tuple[date, date]:
    """The first and the last day of a slot on the clock of a zone; midnight ends the day before."""
    last = clock.local(end_at - timedelta(microseconds=1), zone)
    return clock.local(start_at, zone).date(), last.date()


def _facts(terms: ConferenceTerms) -> dict[str, Any]:
    return {
        "start_date": terms.start_date,
        "end_date": terms.end_date,
        "languages": list(terms.languages),
        "themes": [theme.slug for theme in terms.themes],
    }


def announce_conference(*, conference: Conference, by: Actor, at: datetime) -> Conference:
    """Announce it: from this instant everybody may read its page, and bodies may associate a site."""
    return _follow(conference, "announce_conference", by=by, at=at)


def close_conference(*, conference: Conference, by: Actor, at: datetime) -> Conference:
    """Say that it was held. Its pages, its sites and their replay stay open."""
    return _follow(conference, "close_conference", by=by, at=at)


def cancel_conference(*, conference: Conference, by: Actor, at: datetime) -> Conference:
    """Cancel it. What was announced keeps its page and says so; no site can be associated any more."""
    return _follow(conference, "cancel_conference", by=by, at=at)


def _follow(conference: Conference, verb: str, *, by: Actor, at: datetime) -> Conference:
    with ledger.act(f"conferences.{verb}", by=by, at=at) as act:
        permit("conferences.run_conference", by, conference)
        locked = Conference.objects.select_for_update().get(pk=conference.pk)
        state = following_state(CONFERENCE, ConferenceState, locked.state, verb)
        if state == "announced" and not locked.sessions.filter(access="public", withdrawn_at=None).exists():
            raise ConferenceEmpty()
        act.on(locked.urn)
        act.note(before=locked.state, after=state)
        locked.state = state
        if state == "announced":
            locked.announced_at = at
        locked.save(update_fields=["state", "announced_at"])
    conference.state, conference.announced_at = locked.state, locked.announced_at
    return locked


def add_phase(
    *,
    conference: Conference,
    title: LocalisedText,
    by: Actor,
    at: datetime,
    order: int | None = None,
    from_date: date | None = None,
    until_date: date | None = None,
    source: dict[str, Any] | None = None,
) -> ProcessPhase:
    """Add one dated step of the process, by default after the others. Which steps there are is data."""
    with ledger.act("conferences.add_phase", by=by, at=at) as act:
        permit("conferences.run_conference", by, conference)
        if not title:
            raise TitleMissing()
        if from_date and until_date and until_date < from_date:
            raise DatesReversed(from_date, until_date)
        locked = Conference.objects.select_for_update().get(pk=conference.pk)
        taken = list(locked.phases.order_by("order").values_list("order", flat=True))
        place = order if order is not None else (taken[-1] + 1 if taken else 1)
        if place in taken:
            raise PhaseOrderTaken(place)
        phase = ProcessPhase.objects.create(
            conference=locked,
            order=place,
            title=title,
            from_date=from_date,
            until_date=until_date,
            **(source or {}),
        )
        act.on(locked.urn)
        act.note(order=place, from_date=from_date, until_date=until_date)
    return phase


def attach_resource(
    *,
    conference: Conference,
    resource: Resource,
    by: Actor,
    at: datetime,
    session: Session | None = None,
    public_at: datetime | None = None,
    early_days: int | None = None,
    announced_at: datetime | None = None,
) -> ConferenceResource:
    """Attach a resource to the conference, and to one of its sessions where it belongs there.

    The room of resources is told what it belongs to, so that whoever may read the conference early
    reaches it; with ``public_at`` its opening is set there too, on the clock of the conference's place.
    """
    with ledger.act("conferences.attach_resource", by=by, at=at) as act:
        permit("conferences.run_conference", by, conference)
        locked = Conference.objects.select_for_update().get(pk=conference.pk)
        if session is not None and session.conference_id != locked.pk:
            raise SessionOfAnotherConference()
        if locked.resource_links.filter(resource=resource).exists():
            raise ResourceAlreadyAttached(resource)
        last = locked.resource_links.order_by("-order").values_list("order", flat=True).first()
        link = ConferenceResource.objects.create(
            conference=locked,
            resource=resource,
            session=session,
            order=0 if last is None else last + 1,
        )
        place_resource(
            resource=resource, context_urn=locked.urn, label=locked.title, host=locked.host, by=by, at=at
        )
        if public_at is not None:
            set_opening(
                resource=resource,
                public_at=public_at,
                early_days=early_days,
                announced_at=announced_at,
                zone=locked.time_zone,
                by=by,
                at=at,
            )
        act.on(locked.urn)
        act.note(resource=resource.urn, session=session.urn if session else None)
    return link
