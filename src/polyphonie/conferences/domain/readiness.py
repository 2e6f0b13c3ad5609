"""Before the day: six questions, the voices expected in the room, and the language they work in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta

from django.utils.translation import gettext_lazy as _

from polyphonie.kernel.actor import Actor
from polyphonie.kernel.domain import ledger
from polyphonie.kernel.errors import Refusal
from polyphonie.kernel.rights import may, permit
from polyphonie.network.models import StakeholderGroup

from ..enums import ReadinessQuestion, Remedy, SiteMode
from ..models import Conference, LanguageRemedy, ReadinessAnswer, Session, Site, SiteGroup
from .hours import hours_of, starts_at_night
from .sites import change_site, delay_limit, terms_of
from .wording import language_name

GOOD_MORNING = time(9)


class ReadinessQuestionUnknown(Refusal):
    """There are six questions, each with its name."""

    def __init__(self, question: str) -> None:
        super().__init__(
            _("« %(question)s » n'est pas une des six questions de préparation ; rechargez la page.")
            % {"question": question},
            field="question",
        )


class GroupHasPeoplePresent(Refusal):
    """A group already counted in the room was there, invited or not."""

    def __init__(self, group: StakeholderGroup) -> None:
        super().__init__(
            _(
                "« %(group)s » a déjà des présents comptés ; corrigez les présences avant de retirer l'invitation."
            )
            % {"group": group.name},
            field="group",
        )


class RemedyUnknown(Refusal):
    """Interpreter channel, translated pack, or acceptance."""

    def __init__(self, remedy: str) -> None:
        super().__init__(
            _("« %(remedy)s » n'est pas un remède ; choisissez canal, dossier traduit ou acceptation.")
            % {"remedy": remedy},
            field="remedy",
        )


class NoRemedyNeeded(Refusal):
    """The conference is already heard in the working language of the site."""

    def __init__(self, language: str) -> None:
        super().__init__(
            _("La conférence est déjà partagée en %(language)s ; aucun remède n'est nécessaire.")
            % {"language": language_name(language)},
            field="remedy",
        )


class ChannelIsTheHosts(Refusal):
    """A partner would promise a channel that only the host can open."""

    def __init__(self, language: str) -> None:
        super().__init__(
            _(
                "Un canal en %(language)s ne peut être promis que par l'instance hôte ; demandez-le-lui, "
                "ou choisissez le dossier traduit."
            )
            % {"language": language_name(language)},
            field="remedy",
        )


def answer_readiness(*, site: Site, answers: Mapping[str, bool | None], by: Actor, at: datetime) -> Site:
    """Answer some of the six questions: yes, not yet, or (None) open again."""
    with ledger.act("conferences.answer_readiness", by=by, at=at) as act:
        permit("conferences.coordinate_site", by, site)
        for question in answers:
            if question not in ReadinessQuestion.values:
                raise ReadinessQuestionUnknown(question)
        locked = Site.objects.select_for_update().get(pk=site.pk)
        for question, is_ready in sorted(answers.items()):
            if is_ready is None:
                ReadinessAnswer.objects.filter(site=locked, question=question).delete()
            else:
                ReadinessAnswer.objects.update_or_create(
                    site=locked, question=question, defaults={"is_ready": is_ready, "answered_at": at}
                )
        act.on(locked.urn)
        act.note(answers=dict(sorted(answers.items())))
    return locked


def invite_group(*, site: Site, group: StakeholderGroup, by: Actor, at: datetime) -> SiteGroup:
    """Invite a stakeholder group; until then it counts as an absent voice."""
    return _set_invited(site, group, True, "invite_group", by=by, at=at)


def uninvite_group(*, site: Site, group: StakeholderGroup, by: Actor, at: datetime) -> SiteGroup:
    """Take an invitation back: the group shows as an absent voice again."""
    return _set_invited(site, group, False, "uninvite_group", by=by, at=at)


def _set_invited(
    site: Site, group: StakeholderGroup, invited: bool, verb: str, *, by: Actor, at: datetime
) -> SiteGroup:
    with ledger.act(f"conferences.{verb}", by=by, at=at) as act:
        permit("conferences.coordinate_site", by, site)
        locked = Site.objects.select_for_update().get(pk=site.pk)
        row, _created = SiteGroup.objects.get_or_create(site=locked, group=group)
        if not invited and row.present:
            raise GroupHasPeoplePresent(group)
        row.invited = invited
        row.save(update_fields=["invited"])
        act.on(locked.urn)
        act.note(group=group.slug, invited=invited)
    return row


def set_invited_groups(
    *, site: Site, groups: Sequence[StakeholderGroup], by: Actor, at: datetime
) -> tuple[int, int]:
    """Make the invited groups those of the list. Returns how many were invited and how many no longer are.

    Each change is an act of its own, caused by this one.
    """
    with ledger.act("conferences.set_invited_groups", by=by, at=at) as act:
        permit("conferences.coordinate_site", by, site)
        wanted = {g.pk: g for g in groups}
        present = {
            row.group_id: row.group
            for row in SiteGroup.objects.filter(site=site, invited=True)
            .select_related("group")
            .order_by("group__order", "pk")
        }
        new = [g for pk, g in wanted.items() if pk not in present]
        gone = [g for pk, g in present.items() if pk not in wanted]
        for group in new:
            invite_group(site=site, group=group, by=by, at=at)
        for group in gone:
            uninvite_group(site=site, group=group, by=by, at=at)
        act.on(site.urn)
        act.note(invited=len(new), uninvited=len(gone))
    return len(new), len(gone)


def languages_heard(conference: Conference) -> tuple[str, ...]:
    """The languages in which the conference is shared, and those of its floor and interpretation channels."""
    channels = [c.language for c in conference.channels.all() if c.role in ("floor", "interpretation")]
    return tuple(dict.fromkeys([*conference.languages, *sorted(channels)]))


def hears(language: str, heard: Sequence[str]) -> bool:
    """Whether a reader of ``language`` is served: ``pt-BR`` is by ``pt``."""
    return language.split("-")[0] in {tag.split("-")[0] for tag in heard}


def choose_language_remedy(*, site: Site, remedy: str, by: Actor, at: datetime) -> LanguageRemedy:
    """Decide what is done where the site's working language is not heard.

    An interpreter channel is the host's to promise; a translated pack or acceptance are the site's too.
    """
    with ledger.act("conferences.choose_language_remedy", by=by, at=at) as act:
        permit("conferences.coordinate_site", by, site)
        locked = (
            Site.objects.select_for_update(of=("self",)).select_related("conference__host").get(pk=site.pk)
        )
        if remedy not in Remedy.values:
            raise RemedyUnknown(remedy)
        if hears(locked.language, languages_heard(locked.conference)):
            raise NoRemedyNeeded(locked.language)
        if remedy == Remedy.INTERPRETER_CHANNEL and not may(
            "conferences.run_conference", by, locked.conference
        ):
            raise ChannelIsTheHosts(locked.language)
        row, _created = LanguageRemedy.objects.update_or_create(
            site=locked, defaults={"remedy": remedy, "chosen_at": at}
        )
        act.on(locked.urn)
        act.note(remedy=str(remedy), language=locked.language)
    return row


@dataclass(frozen=True, slots=True)
class ModeProposal:
    """What the local hours suggest for a site; the host accepts it or not.

    ``nights`` counts the sessions that would still be watched before 06:00 or after 22:00.
    """

    site: Site
    local_start: datetime
    mode: str
    delay_minutes: int
    nights: int

    @property
    def changes(self) -> bool:
        return (self.site.mode, self.site.delay_minutes) != (self.mode, self.delay_minutes)


def propose_mode(site: Site, sessions: Sequence[Session]) -> ModeProposal:
    """Slight delay where the programme would begin outside 06:00 to 22:00 there, so that it begins at
    09:00; live elsewhere. A site that has already chosen a delay or the replay keeps its choice."""
    host_zone = site.conference.time_zone
    first = sessions[0]
    local_start = hours_of(
        first.start_at, first.end_at, host_zone=host_zone, site_zone=site.time_zone
    ).local_from
    mode, delay = str(site.mode), site.delay_minutes
    if mode == SiteMode.LIVE and starts_at_night(local_start):
        mode, delay = str(SiteMode.DELAYED), min(_minutes_until_morning(local_start), delay_limit())
    nights = sum(
        hours_of(
            session.start_at,
            session.end_at,
            host_zone=host_zone,
            site_zone=site.time_zone,
            delay=timedelta(minutes=delay),
        ).is_at_night
        for session in sessions
    )
    return ModeProposal(site, local_start, mode, delay, nights)


def _minutes_until_morning(local_start: datetime) -> int:
    morning = datetime.combine(local_start.date(), GOOD_MORNING, tzinfo=local_start.tzinfo)
    if morning < local_start:
        morning += timedelta(days=1)
    elapsed = morning.astimezone(UTC) - local_start.astimezone(UTC)
    return -(-elapsed // timedelta(minutes=1))


def propose_modes(*, conference: Conference) -> list[ModeProposal]:
    """A proposed mode for each site of the conference that has not been declined or withdrawn."""
    sessions = list(conference.sessions.filter(access="public", withdrawn_at=None).order_by("start_at", "pk"))
    if not sessions:
        return []
    sites = (
        conference.sites.exclude(state__in=("declined", "withdrawn"))
        .select_related("organisation", "conference")
        .order_by("pk")
    )
    return [propose_mode(site, sessions) for site in sites]


def accept_proposed_modes(
    *, conference: Conference, sites: Sequence[Site], by: Actor, at: datetime
) -> list[Site]:
    """Give the sites named the modes proposed for them, all or none. Each is a change of its own."""
    with ledger.act("conferences.accept_proposed_modes", by=by, at=at) as act:
        permit("conferences.run_conference", by, conference)
        wanted = {site.pk for site in sites}
        changed = []
        for proposal in propose_modes(conference=conference):
            if proposal.site.pk not in wanted or not proposal.changes:
                continue
            changed.append(
                change_site(
                    site=proposal.site,
                    version=proposal.site.version,
                    terms=replace(
                        terms_of(proposal.site), mode=proposal.mode, delay_minutes=proposal.delay_minutes
                    ),
                    by=by,
                    at=at,
                )
            )
        act.on(conference.urn)
        act.note(sites=[site.urn for site in changed])
    return changed
