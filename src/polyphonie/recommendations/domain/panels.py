"""Panels: who decides, who is in the room, what was decided."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from polyphonie.kernel import clock
from polyphonie.kernel.actor import Actor
from polyphonie.kernel.domain import ledger
from polyphonie.kernel.errors import ChangedMeanwhile, Refusal
from polyphonie.kernel.localised import LocalisedText
from polyphonie.kernel.rights import permit
from polyphonie.network.domain.group import form_group, join_group
from polyphonie.network.enums import Role
from polyphonie.network.models import Person, StakeholderGroup

from ..enums import SeatRole, SiteProcessState
from ..models import Decision, Derivation, Panel, PanelMember, Presence, Process, SiteProcess
from ..states import SITE_PROCESS

ROLE_OF_SEAT = {
    SeatRole.CHAIR: Role.CHAIR,
    SeatRole.MEMBER: Role.MEMBER,
    SeatRole.RAPPORTEUR: Role.RAPPORTEUR,
}


@dataclass(frozen=True, slots=True)
class Seat:
    """Who sits, in which role, and the voice they stand for."""

    person: Person
    role: str = SeatRole.MEMBER
    stakeholder_group: StakeholderGroup | None = None


class PanelExists(Refusal):
    def __init__(self) -> None:
        super().__init__(_("Ce processus a déjà un panel de cette sorte ; complétez celui-ci."), field="kind")


class QuorumOutOfRange(Refusal):
    """A quorum nobody could reach, or of nobody."""

    def __init__(self, quorum: int, seats: int) -> None:
        super().__init__(
            _("Le quorum va de 1 à %(seats)d, le nombre de sièges ; vous avez saisi %(quorum)d.")
            % {"seats": seats, "quorum": quorum},
            field="quorum",
        )


class SeatedTwice(Refusal):
    def __init__(self) -> None:
        super().__init__(_("Une même personne figure deux fois ; un siège par personne."), field="members")


class NotOnPanel(Refusal):
    """Somebody is marked present who has no seat."""

    def __init__(self, names: Iterable[str]) -> None:
        super().__init__(
            _("%(names)s : aucun siège sous ce nom dans ce panel ; cochez parmi les sièges affichés.")
            % {"names": ", ".join(sorted(names))},
            field="present",
        )


class QuorumNotReached(Refusal):
    """Fewer are present than the quorum asks. What was prepared stays open."""

    def __init__(self, present: int, quorum: int) -> None:
        missing = quorum - present
        super().__init__(
            ngettext(
                "Il manque %(missing)d présent sur %(quorum)d pour décider ; la proposition reste ouverte.",
                "Il manque %(missing)d présents sur %(quorum)d pour décider ; la proposition reste ouverte.",
                missing,
            )
            % {"missing": missing, "quorum": quorum}
        )


class NothingToDecide(Refusal):
    def __init__(self) -> None:
        super().__init__(_("Aucune réponse n'attend la décision du panel ; répondez d'abord à un point."))


def day_of(process: Process, at: datetime) -> date:
    """The day of an instant where the panel sits: on the site's clock, or the conference's."""
    own = getattr(process, "site_process", None)
    if own is not None:
        zone = own.site.time_zone
    elif process.conference is not None:
        zone = process.conference.time_zone
    else:
        zone = "UTC"
    return clock.local(at, zone).date()


def seat_panel(
    *,
    process: Process,
    name: LocalisedText,
    quorum: int,
    members: Sequence[Seat],
    kind: str = "panel",
    is_fictitious: bool = False,
    by: Actor,
    at: datetime,
) -> Panel:
    """Seat a panel: a group whose members hold a mandate over it from today, a quorum, and a
    pseudonym for each seat, by which the others see what is said there."""
    with ledger.act("recommendations.seat_panel", by=by, at=at) as act:
        permit("recommendations.seat_panel", by, process)
        Process.objects.select_for_update().get(pk=process.pk)
        if process.panels.filter(kind=kind).exists():
            raise PanelExists()
        if len({s.person.pk for s in members}) != len(members):
            raise SeatedTwice()
        if not 1 <= quorum <= len(members):
            raise QuorumOutOfRange(quorum, len(members))
        is_fictitious = is_fictitious or process.is_fictitious
        group = form_group(
            kind=kind,
            name=name,
            organisation=process.issuer,
            is_fictitious=is_fictitious,
            checked_above=True,
            by=by,
            at=at,
        )
        panel = Panel.objects.create(group=group, process=process, kind=kind, quorum=quorum)
        day = day_of(process, at)
        for number, seat in enumerate(members, start=1):
            PanelMember.objects.create(
                panel=panel,
                person=seat.person,
                role=SeatRole(seat.role),
                stakeholder_group=seat.stakeholder_group,
                pseudonym=f"P{number}",
            )
            join_group(
                group=group,
                person=seat.person,
                role=ROLE_OF_SEAT[SeatRole(seat.role)],
                from_date=day,
                checked_above=True,
                by=by,
                at=at,
            )
        act.on(panel.urn, book=process.urn)
        act.note(kind=kind, quorum=quorum, seats=len(members))
        return panel


def record_presence(
    *, panel: Panel, present: Iterable[str], day: date | None = None, by: Actor, at: datetime
) -> int:
    """Say who is in the room on a day, by pseudonym: the whole list, which replaces the one before.
    Returns how many are present."""
    with ledger.act("recommendations.record_presence", by=by, at=at) as act:
        permit("recommendations.run_panel", by, panel.process)
        Panel.objects.select_for_update().get(pk=panel.pk)
        seats = {m.pseudonym: m for m in panel.members.order_by("pk")}
        wanted = set(present)
        if unknown := wanted - seats.keys():
            raise NotOnPanel(unknown)
        day = day or day_of(panel.process, at)
        Presence.objects.filter(member__panel=panel, day=day).delete()
        Presence.objects.bulk_create(Presence(member=seats[name], day=day) for name in sorted(wanted))
        act.on(panel.urn, book=panel.process.urn)
        act.note(day=day.isoformat(), present=len(wanted), quorum=panel.quorum)
        return len(wanted)


def present_on(panel: Panel, day: date) -> int:
    """How many are in the room of the panel on a day."""
    return Presence.objects.filter(member__panel=panel, day=day).count()


def decide_by_panel(
    *,
    panel: Panel,
    version: int | None = None,
    derivations: Sequence[Derivation] | None = None,
    by: Actor,
    at: datetime,
) -> list[Decision]:
    """The panel decides on the answers that wait for it (all, or those named). Below the quorum
    nothing is decided and the answers stay open. ``version`` is that of the site's process as the
    panel saw it: an answer changed meanwhile is not decided unseen."""
    with ledger.act("recommendations.decide_by_panel", by=by, at=at) as act:
        process = panel.process
        permit("recommendations.run_panel", by, process)
        held = SiteProcess.objects.select_for_update().get(process=process)
        if version is not None and held.version != version:
            raise ChangedMeanwhile(
                _("Des réponses ont changé pendant que le panel décidait ; relisez-les, puis décidez."),
                theirs=held.version,
                mine=version,
            )
        waiting = Derivation.objects.working().filter(process=process, confirmed_at=None).order_by("pk")
        if derivations is not None:
            waiting = waiting.filter(pk__in=[d.pk for d in derivations])
        rows = list(waiting)
        if not rows:
            raise NothingToDecide()
        present = present_on(panel, day_of(process, at))
        if present < panel.quorum:
            raise QuorumNotReached(present, panel.quorum)
        decisions = []
        for row in rows:
            row.confirmed_at, row.confirmed_by = at, by.id
            row.save(update_fields=["confirmed_at", "confirmed_by"])
            decisions.append(
                Decision.objects.create(
                    panel=panel, derivation=row, present=present, quorum=panel.quorum, decided_at=at
                )
            )
        open_still = Derivation.objects.working().filter(process=process, confirmed_at=None).exists()
        if not open_still:
            SITE_PROCESS.check(held.state, SiteProcessState.DECIDED, held)
            held.state = SiteProcessState.DECIDED
        held.version += 1
        held.save(update_fields=["state", "version"])
        act.on(panel.urn, book=process.urn)
        act.note(decided=[d.derivation.urn for d in decisions], present=present, quorum=panel.quorum)
        return decisions
