"""A site: one body's own session of a conference, live, in slight delay or in replay."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from polyphonie.kernel import clock
from polyphonie.kernel.actor import Actor
from polyphonie.kernel.domain import ledger
from polyphonie.kernel.errors import ChangedMeanwhile, Refusal
from polyphonie.kernel.localised import LANGUAGE_TAG, LocalisedText
from polyphonie.kernel.rights import may, permit
from polyphonie.network.models import Organisation, StakeholderGroup

from ..enums import Answers, SiteKind, SiteMode, SiteState
from ..models import Attendance, Conference, Session, Site
from ..states import SITE, following_state
from .conferences import NO_TEXT, ConferenceClosed
from .hours import hours_of
from .site_notices import tell_of_state
from .wording import hour, number

# without the letters and digits that a hall reads wrongly from a screen: 0 O, 1 I L, 5 S, 8 B
CODE_LETTERS = "ACDEFGHJKMNPQRTUVWXY234679"
CODE_LENGTH = 6
MOST_DECISION_MAKERS = 100_000


class DelayOutOfRange(Refusal):
    """A delay below zero, or above the limit of the installation."""

    def __init__(self, minutes: int, limit: int) -> None:
        super().__init__(
            _("Le différé va de 0 à %(limit)s minutes ; vous avez saisi %(minutes)s.")
            % {"limit": number(limit), "minutes": number(minutes)},
            field="delay_minutes",
        )


class LiveHasNoDelay(Refusal):
    """Live means delay zero."""

    def __init__(self, minutes: int) -> None:
        super().__init__(
            _("En direct, le différé est nul ; choisissez « léger différé » pour %(minutes)s minutes.")
            % {"minutes": number(minutes)},
            field="mode",
        )


class SiteAlreadyAssociated(Refusal):
    """One body holds one site of a conference."""

    def __init__(self, site: Site) -> None:
        super().__init__(
            _(
                "« %(body)s » a déjà un site pour cette conférence ; modifiez-le au lieu d'en ouvrir un second."
            )
            % {"body": site.organisation},
            field="organisation",
        )
        self.site = site


class NightNotConfirmed(Refusal):
    """Live would gather people before 06:00 or after 22:00 on their own clock."""

    def __init__(self, local_from: datetime) -> None:
        super().__init__(
            _(
                "En direct, une séance commencerait ou finirait la nuit (%(hour)s, heure locale) ; "
                "confirmez cette heure ou choisissez le léger différé."
            )
            % {"hour": hour(local_from)},
            field="night_confirmed",
        )
        self.local_from = local_from


class NoNightToConfirm(Refusal):
    """Nothing of the programme lies in the night of this site."""

    def __init__(self) -> None:
        super().__init__(_("Aucune séance ne tombe la nuit pour ce site ; il n'y a rien à confirmer."))


class ModeUnknown(Refusal):
    """Live, slight delay or replay: there is no fourth."""

    def __init__(self, mode: str) -> None:
        super().__init__(
            _("« %(mode)s » n'est pas un mode ; choisissez direct, léger différé ou rediffusion.")
            % {"mode": mode},
            field="mode",
        )


class LanguageUnknown(Refusal):
    """Not a language tag."""

    def __init__(self, tag: str) -> None:
        super().__init__(
            _("« %(tag)s » n'est pas un code de langue ; écrivez par exemple fr, en ou pt-BR.")
            % {"tag": tag},
            field="language",
        )


class AttendanceOutOfRange(Refusal):
    """A number of people that cannot be."""

    def __init__(self, count: int) -> None:
        super().__init__(
            _("Le nombre de personnes va de 0 à %(limit)s ; vous avez saisi %(count)s.")
            % {"limit": number(MOST_DECISION_MAKERS), "count": number(count)},
            field="expected_attendance",
        )


class ConferenceNotAnnounced(Refusal):
    """Partners are invited to what may be known of."""

    def __init__(self) -> None:
        super().__init__(
            _("Annoncez la conférence avant d'inviter ses sites : on n'invite pas à ce qui est tu.")
        )


class SessionElsewhere(Refusal):
    """The session does not belong to the site's conference, or is not open to sites."""

    def __init__(self) -> None:
        super().__init__(
            _("Cette séance n'est pas ouverte à ce site ; choisissez-en une de son programme."),
            field="session",
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteTerms:
    """What a body decides about its site; the same for associating and for changing."""

    mode: str
    time_zone: str
    delay_minutes: int = 0
    language: str = "fr"
    kind: str = SiteKind.PARTNER
    expected_attendance: int | None = None
    audience: LocalisedText = NO_TEXT
    place: LocalisedText = NO_TEXT
    answers: str = Answers.AT_ONCE


def delay_limit() -> int:
    """The longest delay in minutes: the installation's setting, never above seven days."""
    return min(int(settings.DELAY_LIMIT_MINUTES), 10_080)


def associate_site(
    *,
    conference: Conference,
    organisation: Organisation,
    terms: SiteTerms,
    by: Actor,
    at: datetime,
    night_confirmed: bool = False,
    is_fictitious: bool = False,
) -> Site:
    """Associate a body's own session with a conference, one per body; it gets its short code here.

    The body's coordination may do it, and so may the host's. A site that was withdrawn comes back with
    the new terms under its old identity.
    """
    with ledger.act("conferences.associate_site", by=by, at=at) as act:
        if not may("conferences.run_conference", by, conference):
            permit("conferences.associate_site", by, organisation)
        # two coordinators of one body meet here instead of at the constraint
        locked = Conference.objects.select_for_update().get(pk=conference.pk)
        if locked.state == "cancelled":
            raise ConferenceClosed(locked)
        check_terms(locked, terms, night_confirmed=night_confirmed)
        site = (
            Site.objects.select_related("organisation")
            .filter(conference=locked, organisation=organisation)
            .first()
        )
        if site is not None and site.state != "withdrawn":
            raise SiteAlreadyAssociated(site)
        if site is None:
            site = Site(conference=locked, organisation=organisation, short_code=_new_code())
        else:
            site.state = following_state(SITE, SiteState, site.state, "associate_site")
            site.version += 1
        _take(site, terms)
        site.night_confirmed = night_confirmed and bool(nights_of(site))
        site.is_fictitious = is_fictitious
        site.save()
        act.on(site.urn)
        act.note(conference=locked.urn, organisation=organisation.urn, **_facts(site))
    return site


def change_site(
    *,
    site: Site,
    version: int,
    terms: SiteTerms,
    by: Actor,
    at: datetime,
    night_confirmed: bool = False,
) -> Site:
    """Change the terms of a site, unless somebody changed them since they were read."""
    with ledger.act("conferences.change_site", by=by, at=at) as act:
        permit("conferences.coordinate_site", by, site)
        changed = _locked_site(site)
        if changed.version != version:
            raise ChangedMeanwhile(
                _("Ce site a changé pendant que vous le modifiiez ; comparez les deux versions et reprenez."),
                theirs=terms_of(changed),
                mine=terms,
            )
        check_terms(changed.conference, terms, night_confirmed=night_confirmed)
        before = _facts(changed)
        _take(changed, terms)
        changed.night_confirmed = night_confirmed and bool(nights_of(changed))
        changed.version += 1
        changed.save()
        act.on(changed.urn)
        act.note(before=before, after=_facts(changed))
    return changed


def confirm_night(*, site: Site, by: Actor, at: datetime) -> Site:
    """Say that the site wants to follow live although it is night there."""
    with ledger.act("conferences.confirm_night", by=by, at=at) as act:
        permit("conferences.coordinate_site", by, site)
        confirmed = _locked_site(site)
        nights = nights_of(confirmed)
        if confirmed.mode != SiteMode.LIVE or not nights:
            raise NoNightToConfirm()
        confirmed.night_confirmed = True
        confirmed.version += 1
        confirmed.save(update_fields=["night_confirmed", "version"])
        act.on(confirmed.urn)
        act.note(nights=len(nights), time_zone=confirmed.time_zone)
    return confirmed


def invite_site(*, site: Site, by: Actor, at: datetime) -> Site:
    """The host invites the body; it answers by accepting or declining. Its coordination finds the
    invitation among what waits for it."""
    return _follow(site, "invite_site", right="conferences.run_conference", by=by, at=at)


def invite_sites(*, sites: Sequence[Site], by: Actor, at: datetime) -> list[Site]:
    """Invite several bodies to the conferences of one host, all or none; each is an act of its own.

    The host of the first gives the book: an invitation round is the host's act.
    """
    with ledger.act("conferences.invite_sites", by=by, at=at) as act:
        invited = [invite_site(site=site, by=by, at=at) for site in sites]
        act.on(sites[0].conference.host.urn)
        act.note(sites=[site.urn for site in invited])
    return invited


def accept_proposal(*, site: Site, by: Actor, at: datetime) -> Site:
    """The host says yes to a site that the body proposed itself."""
    return _follow(site, "accept_proposal", right="conferences.run_conference", by=by, at=at)


def accept_invitation(*, site: Site, by: Actor, at: datetime) -> Site:
    """The body accepts; its site is shown with the conference from now on, and the host's coordination
    is told."""
    return _follow(site, "accept_invitation", right="conferences.answer_invitation", by=by, at=at)


def decline_invitation(*, site: Site, by: Actor, at: datetime) -> Site:
    """The body declines; the host's coordination is told, and may invite it again."""
    return _follow(site, "decline_invitation", right="conferences.answer_invitation", by=by, at=at)


def withdraw_site(*, site: Site, by: Actor, at: datetime) -> Site:
    """Take the site back. What was said there stays; associating it again gives it back its identity."""
    return _follow(site, "withdraw_site", right="conferences.coordinate_site", by=by, at=at)


def _follow(site: Site, verb: str, *, right: str, by: Actor, at: datetime) -> Site:
    with ledger.act(f"conferences.{verb}", by=by, at=at) as act:
        permit(right, by, site.conference if right == "conferences.run_conference" else site)
        locked = _locked_site(site)
        state = following_state(SITE, SiteState, locked.state, verb)
        if locked.conference.announced_at is None and state in ("invited", "accepted"):
            raise ConferenceNotAnnounced()
        act.on(locked.urn)
        act.note(before=locked.state, after=state)
        locked.state = state
        locked.version += 1
        locked.save(update_fields=["state", "version"])
        tell_of_state(locked, verb, by=by, at=at)
    return locked


def record_attendance(
    *,
    site: Site,
    session: Session,
    group: StakeholderGroup,
    count: int,
    by: Actor,
    at: datetime,
) -> Attendance:
    """Write how many of a group are in the room for a session; counting again replaces the count."""
    with ledger.act("conferences.record_attendance", by=by, at=at) as act:
        permit("conferences.coordinate_site", by, site)
        if not 0 <= count <= MOST_DECISION_MAKERS:
            raise AttendanceOutOfRange(count)
        locked = _locked_site(site)
        if (
            session.conference_id != locked.conference_id
            or session.access != "public"
            or session.withdrawn_at is not None
        ):
            raise SessionElsewhere()
        attendance, _created = Attendance.objects.update_or_create(
            site=locked, session=session, group=group, defaults={"count": count}
        )
        act.on(locked.urn)
        act.note(session=session.urn, group=group.slug, count=count)
    return attendance


def record_attendances(
    *,
    site: Site,
    session: Session,
    counts: Mapping[StakeholderGroup, int],
    by: Actor,
    at: datetime,
) -> list[Attendance]:
    """Write the counts of several groups at one session, all or none; each is an act of its own."""
    with ledger.act("conferences.record_attendances", by=by, at=at) as act:
        permit("conferences.coordinate_site", by, site)
        rows = [
            record_attendance(site=site, session=session, group=group, count=count, by=by, at=at)
            for group, count in counts.items()
        ]
        act.on(site.urn)
        act.note(session=session.urn, groups=len(rows))
    return rows


@dataclass(frozen=True, slots=True)
class Night:
    """A public session that would be watched before 06:00 or after 22:00."""

    session: Session
    local_from: datetime
    local_until: datetime


def nights_of(site: Site) -> list[Night]:
    """The public sessions that fall in the night of a site at its present delay."""
    return _nights(site.conference, site.time_zone, site.delay_minutes)


def _nights(conference: Conference, zone: str, delay_minutes: int) -> list[Night]:
    found = []
    for session in conference.sessions.filter(access="public", withdrawn_at=None).order_by("start_at", "pk"):
        hours = hours_of(
            session.start_at,
            session.end_at,
            host_zone=conference.time_zone,
            site_zone=zone,
            delay=timedelta(minutes=delay_minutes),
        )
        if hours.is_at_night:
            found.append(Night(session, hours.viewing_from, hours.viewing_until))
    return found


def check_terms(conference: Conference, terms: SiteTerms, *, night_confirmed: bool) -> None:
    """What must hold of a site's terms, in the order in which the form shows them."""
    limit = delay_limit()
    clock.zone(terms.time_zone)
    if terms.mode not in SiteMode.values:
        raise ModeUnknown(terms.mode)
    if not 0 <= terms.delay_minutes <= limit:
        raise DelayOutOfRange(terms.delay_minutes, limit)
    if terms.mode == SiteMode.LIVE and terms.delay_minutes:
        raise LiveHasNoDelay(terms.delay_minutes)
    if not LANGUAGE_TAG.match(terms.language):
        raise LanguageUnknown(terms.language)
    if terms.expected_attendance is not None and not 0 <= terms.expected_attendance <= MOST_DECISION_MAKERS:
        raise AttendanceOutOfRange(terms.expected_attendance)
    if terms.mode == SiteMode.LIVE and not night_confirmed:
        for night in _nights(conference, terms.time_zone, 0):
            raise NightNotConfirmed(night.local_from)


def terms_of(site: Site) -> SiteTerms:
    """The terms as they stand."""
    return SiteTerms(
        mode=site.mode,
        time_zone=site.time_zone,
        delay_minutes=site.delay_minutes,
        language=site.language,
        kind=site.kind,
        expected_attendance=site.expected_attendance,
        audience=site.audience,
        place=site.place,
        answers=site.answers,
    )


def _take(site: Site, terms: SiteTerms) -> None:
    site.mode = terms.mode
    site.time_zone = terms.time_zone
    site.delay_minutes = terms.delay_minutes
    site.language = terms.language
    site.kind = terms.kind
    site.expected_attendance = terms.expected_attendance
    site.audience = terms.audience
    site.place = terms.place
    site.answers = terms.answers


def _facts(site: Site) -> dict[str, Any]:
    return {
        "mode": str(site.mode),
        "delay_minutes": site.delay_minutes,
        "time_zone": site.time_zone,
        "language": site.language,
        "expected_attendance": site.expected_attendance,
        "night_confirmed": site.night_confirmed,
    }


def _locked_site(site: Site) -> Site:
    return (
        Site.objects.select_for_update(of=("self",))
        .select_related("conference__host", "organisation")
        .get(pk=site.pk)
    )


def _new_code() -> str:
    while True:
        code = "".join(secrets.choice(CODE_LETTERS) for _letter in range(CODE_LENGTH))
        if not Site.objects.filter(short_code=code).exists():
            return code
