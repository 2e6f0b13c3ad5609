"""A visit: planning it, its programme and hosts, its evenings, its end."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta

from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from polyphonie.kernel import clock
from polyphonie.kernel.actor import Actor
from polyphonie.kernel.domain import ledger
from polyphonie.kernel.errors import Refusal
from polyphonie.kernel.localised import LocalisedText
from polyphonie.kernel.rights import permit
from polyphonie.network.domain.group import form_group
from polyphonie.network.domain.notice import send_notice, settle_notices_about
from polyphonie.network.domain.queries.standing import mandates_in_force
from polyphonie.network.models import Organisation, Person

from ..enums import TEAM, Audience, CellReason, VisitState
from ..models import CellNote, Consent, Criterion, Debrief, Flow, Host, Photo, Slot, Visit
from ..rules import INSIDE
from ..states import VISIT
from .queries.coverage import Coverage, team_coverage
from .refusals import WordingMissing, check_choice, check_period, check_text, spoken

NO_TEXT = LocalisedText()
LONGEST_STAY = 31
EVENING = time(20)
GRID, SYNTHESIS = "#grid", "#synthesis"


class TeamEmpty(Refusal):
    def __init__(self) -> None:
        super().__init__(
            _("Une équipe compte au moins une personne qui la coordonne ; choisissez-la."), field="chair"
        )


class StayTooLong(Refusal):
    def __init__(self, days: int) -> None:
        super().__init__(
            _("Cette visite durerait %(days)d jours ; la limite est %(limit)d. Corrigez le dernier jour.")
            % {"days": days, "limit": LONGEST_STAY},
            field="end_date",
        )


class VisitAlreadyPublished(Refusal):
    def __init__(self) -> None:
        super().__init__(_("Cette visite est déjà publiée ; rien n'est à refaire."))


class DayOutsideVisit(Refusal):
    def __init__(self, day: date, visit: Visit) -> None:
        super().__init__(
            _("Le %(day)s n'est pas un jour de cette visite, qui va du %(first)s au %(last)s.")
            % {
                "day": spoken(day),
                "first": spoken(visit.start_date),
                "last": spoken(visit.end_date),
            },
            field="day",
        )


class HostNameWithoutConsent(Refusal):
    def __init__(self) -> None:
        super().__init__(
            _(
                "Sans accord écrit de cette personne, son nom reste hors de la visite : "
                "gardez sa fonction seule, ou notez la date de son accord."
            ),
            field="name",
        )


class HostOfAnotherVisit(Refusal):
    def __init__(self) -> None:
        super().__init__(
            _("Cet hôte n'est pas un hôte de cette visite ; choisissez-le dans sa liste."), field="host"
        )


class ConsentInTheFuture(Refusal):
    def __init__(self, day: date) -> None:
        super().__init__(
            _("L'accord ne peut pas être daté du %(day)s, qui est à venir ; corrigez la date.")
            % {"day": spoken(day)},
            field="consent_on",
        )


class ConsentAlreadyWithdrawn(Refusal):
    def __init__(self) -> None:
        super().__init__(_("Cet accord est déjà retiré ; rien n'est plus montré."))


class CriterionOutsideGrid(Refusal):
    """A cell of another grid, or of another version of it."""

    def __init__(self, code: str, visit: Visit, cells: int) -> None:
        super().__init__(
            _(
                "La case « %(code)s » n'est pas de la grille de cette visite (%(grid)s, version %(version)s) ; "
                "choisissez l'une de ses %(cells)d cases."
            )
            % {"code": code, "grid": visit.grid.title, "version": visit.grid.version, "cells": cells},
            field="criterion",
        )


class CellHasSheets(Refusal):
    def __init__(self, cell: str) -> None:
        super().__init__(
            _("La case « %(cell)s » a déjà une fiche : elle est observée, et la fiche le dit.")
            % {"cell": cell},
            field="reason",
        )


class DebriefTwice(Refusal):
    def __init__(self, day: date) -> None:
        super().__init__(
            _("Le débrief du %(day)s est déjà tenu ; celui du lendemain reste à tenir.")
            % {"day": spoken(day)},
            field="day",
        )


class VisitNotOver(Refusal):
    def __init__(self, visit: Visit) -> None:
        super().__init__(
            _("La visite dure jusqu'au %(last)s ; on la conclut une fois ce jour venu.")
            % {"last": spoken(visit.end_date)}
        )


class VisitClosed(Refusal):
    def __init__(self) -> None:
        super().__init__(
            _("Cette visite est close : son équipe n'y écrit plus. Rien de ce qui est partagé ne change.")
        )


def plan_visit(
    *,
    flow: Flow,
    title: LocalisedText,
    start_date: date,
    end_date: date,
    chair: Person | None,
    by: Actor,
    at: datetime,
    members: Iterable[Person] = (),
    team_name: LocalisedText = NO_TEXT,
    time_zone: str = "",
    languages: Sequence[str] = (),
    is_fictitious: bool = False,
) -> Visit:
    """Plan a visit and form its team: a group, whose members alone read and write its sheets.

    The grid is that of the programme on this day and stays so, whatever version follows.
    """
    with ledger.act("mobility.plan_visit", by=by, at=at) as act:
        permit("mobility.plan_visit", by, flow.organiser)
        if not title:
            raise WordingMissing("title", _("titre"))
        check_period(start_date, end_date, field="end_date")
        if (stay := (end_date - start_date).days + 1) > LONGEST_STAY:
            raise StayTooLong(stay)
        if chair is None:
            raise TeamEmpty()
        zone = time_zone or flow.territory.time_zone or "UTC"
        clock.zone(zone)
        team = form_group(
            kind=TEAM,
            name=team_name or title,
            organisation=flow.organiser,
            members=[person for person in members if person.pk != chair.pk],
            chair=chair,
            is_fictitious=is_fictitious,
            by=by,
            at=at,
            checked_above=True,
        )
        visit = Visit.objects.create(
            flow=flow,
            team=team,
            grid=flow.programme.grid,
            title=title,
            start_date=start_date,
            end_date=end_date,
            time_zone=zone,
            languages=list(languages or flow.territory.languages),
            is_fictitious=is_fictitious,
        )
        act.on(visit.urn)
        act.note(flow=flow.urn, team=team.urn, grid=visit.grid.urn, days=stay)
        return visit


def publish_visit(*, visit: Visit, by: Actor, at: datetime) -> Visit:
    """Show the visit to everybody: where, when, hosts by function. Sheets open one by one."""
    with ledger.act("mobility.publish_visit", by=by, at=at) as act:
        permit("mobility.run_visit", by, visit)
        held = lock_visit(visit)
        if held.published_at is not None:
            raise VisitAlreadyPublished()
        held.published_at = at
        held.version += 1
        held.save(update_fields=["published_at", "version"])
        act.on(held.urn)
        return held


def name_host(
    *,
    visit: Visit,
    function: LocalisedText,
    by: Actor,
    at: datetime,
    organisation: Organisation | None = None,
    body_label: LocalisedText = NO_TEXT,
    name: str = "",
    consent_on: date | None = None,
    consent_scope: str = Audience.TEAM,
    consent_text: str = "1",
    is_fictitious: bool = False,
) -> Host:
    """Write who receives the team: the function, and the name only where the person has agreed in writing.

    ``consent_scope`` is how far the name may go; ``consent_text`` the version of the text they signed.
    """
    with ledger.act("mobility.name_host", by=by, at=at) as act:
        permit("mobility.run_visit", by, visit)
        held = open_visit(visit)
        if not function:
            raise WordingMissing("function", _("fonction"))
        name = name.strip()
        if name and consent_on is None:
            raise HostNameWithoutConsent()
        consent = None
        if name and consent_on is not None:
            check_choice(consent_scope, Audience, "consent_scope")
            if consent_on > at.date():
                raise ConsentInTheFuture(consent_on)
            consent = Consent.objects.create(
                visit=held,
                subject=function.read("fr")[:200],
                scope=consent_scope,
                text_version=consent_text,
                given_on=consent_on,
            )
        last = held.hosts.aggregate(last=Max("order"))["last"]
        host = Host.objects.create(
            visit=held,
            function=function,
            organisation=organisation,
            body_label=body_label,
            name=name,
            consent=consent,
            order=0 if last is None else last + 1,
            is_fictitious=is_fictitious,
        )
        act.on(host.urn, book=held.urn)
        act.note(consent=consent.urn if consent else None, scope=consent.scope if consent else None)
        return host


def withdraw_consent(*, consent: Consent, by: Actor, at: datetime) -> Consent:
    """Take a consent back: what it covered is erased or hidden at once; that it existed stays."""
    with ledger.act("mobility.withdraw_consent", by=by, at=at) as act:
        held = (
            Consent.objects.select_for_update(of=("self",))
            .select_related("visit__flow__organiser", "visit__team")
            .get(pk=consent.pk)
        )
        permit("mobility.run_visit", by, held.visit)
        if held.withdrawn_at is not None:
            raise ConsentAlreadyWithdrawn()
        held.withdrawn_at = at
        held.save(update_fields=["withdrawn_at"])
        erased = Host.objects.filter(consent=held).update(name="")
        pictures, _kinds = Photo.objects.filter(consent=held).delete()
        act.on(held.urn, book=held.visit.urn)
        act.note(names_erased=erased, pictures_erased=pictures)
        return held


def schedule_slot(
    *,
    visit: Visit,
    day: date,
    purpose: LocalisedText,
    by: Actor,
    at: datetime,
    starts: time | None = None,
    host: Host | None = None,
) -> Slot:
    """Write an hour of the visit's programme."""
    with ledger.act("mobility.schedule_slot", by=by, at=at) as act:
        permit("mobility.run_visit", by, visit)
        held = open_visit(visit)
        if not held.start_date <= day <= held.end_date:
            raise DayOutsideVisit(day, held)
        if not purpose:
            raise WordingMissing("purpose", _("objet"))
        if host is not None and host.visit_id != held.pk:
            raise HostOfAnotherVisit()
        slot = Slot.objects.create(visit=held, day=day, starts=starts, purpose=purpose, host=host)
        act.on(slot.urn, book=held.urn)
        act.note(day=day)
        return slot


def note_cell(
    *, visit: Visit, criterion: Criterion, reason: str, by: Actor, at: datetime, text: str = ""
) -> CellNote | None:
    """Say why a cell stays without a sheet, or that one is expected; an empty reason takes it back."""
    with ledger.act("mobility.note_cell", by=by, at=at) as act:
        permit("mobility.observe", by, visit)
        held = open_visit(visit)
        check_cell(held, criterion)
        note = None
        CellNote.objects.filter(visit=held, criterion=criterion).delete()
        if reason:
            check_choice(reason, CellReason, "reason")
            if (
                reason != CellReason.PLANNED
                and held.observations.filter(criterion=criterion, state__in=("draft", "shared")).exists()
            ):
                raise CellHasSheets(str(criterion))
            note = CellNote.objects.create(
                visit=held, criterion=criterion, reason=reason, text=text.strip()[:300]
            )
        act.on(held.urn)
        act.note(cell=criterion.code, reason=reason)
        return note


def call_debrief(*, visit: Visit, day: date, by: Actor, at: datetime) -> Coverage:
    """Call the team together for the evening: each member finds it at home, with what is still empty."""
    with ledger.act("mobility.call_debrief", by=by, at=at) as act:
        permit("mobility.run_visit", by, visit)
        held = open_visit(visit)
        if not held.start_date <= day <= held.end_date:
            raise DayOutsideVisit(day, held)
        if held.debriefs.filter(day=day).exists():
            raise DebriefTwice(day)
        coverage = team_coverage(held)
        evening = datetime.combine(day, EVENING, clock.zone(held.time_zone))
        due = max(evening, at)
        for person in team_persons(held, at):
            send_notice(
                person=person,
                subject_urn=held.urn,
                expectation=_debrief_words(day, coverage),
                link=f"{held.permalink}{GRID}",
                due_at=due,
                by=by,
                at=at,
            )
        act.on(held.urn)
        act.note(day=day, empty=coverage.empty)
        return coverage


def hold_debrief(*, visit: Visit, day: date, by: Actor, at: datetime, text: str = "") -> Debrief:
    """Keep what the evening found: how many cells had a sheet, how many were empty; its call is settled."""
    with ledger.act("mobility.hold_debrief", by=by, at=at) as act:
        permit("mobility.run_visit", by, visit)
        held = open_visit(visit)
        if not held.start_date <= day <= held.end_date:
            raise DayOutsideVisit(day, held)
        if held.debriefs.filter(day=day).exists():
            raise DebriefTwice(day)
        coverage = team_coverage(held)
        debrief = Debrief.objects.create(
            visit=held,
            day=day,
            held_at=at,
            observed=coverage.observed,
            empty=coverage.empty,
            text=check_text(text, "text"),
        )
        settle_notices_about(subject_urn=held.urn, link=f"{held.permalink}{GRID}", by=by, at=at)
        act.on(debrief.urn, book=held.urn)
        act.note(day=day, observed=coverage.observed, empty=coverage.empty)
        return debrief


def close_debriefs(*, visit: Visit, by: Actor, at: datetime, synthesis_due: date | None = None) -> Visit:
    """The stay is over: the evenings are done, and each member finds the synthesis to write, by its day."""
    with ledger.act("mobility.close_debriefs", by=by, at=at) as act:
        permit("mobility.run_visit", by, visit)
        held = lock_visit(visit)
        VISIT.check(held.state, VisitState.DEBRIEFED, held)
        if clock.local(at, held.time_zone).date() < held.end_date:
            raise VisitNotOver(held)
        held.state = VisitState.DEBRIEFED
        held.version += 1
        held.save(update_fields=["state", "version"])
        settle_notices_about(subject_urn=held.urn, link=f"{held.permalink}{GRID}", by=by, at=at)
        day = synthesis_due or held.end_date + timedelta(days=14)
        due = datetime.combine(day, EVENING, clock.zone(held.time_zone))
        for person in team_persons(held, at):
            send_notice(
                person=person,
                subject_urn=held.urn,
                expectation=_synthesis_words(held),
                link=f"{held.permalink}{SYNTHESIS}",
                due_at=max(due, at),
                by=by,
                at=at,
            )
        act.on(held.urn)
        act.note(state=held.state, synthesis_due=day)
        return held


def reopen_visit(*, visit: Visit, by: Actor, at: datetime) -> Visit:
    """Take the end of the stay back, while the synthesis is not done."""
    with ledger.act("mobility.reopen_visit", by=by, at=at) as act:
        permit("mobility.run_visit", by, visit)
        held = lock_visit(visit)
        VISIT.check(held.state, VisitState.PLANNED, held)
        held.state = VisitState.PLANNED
        held.version += 1
        held.save(update_fields=["state", "version"])
        settle_notices_about(subject_urn=held.urn, link=f"{held.permalink}{SYNTHESIS}", by=by, at=at)
        act.on(held.urn)
        act.note(state=held.state)
        return held


def close_visit(*, visit: Visit, by: Actor, at: datetime) -> Visit:
    """Close the visit: its team writes there no more, what was expected of it is settled."""
    with ledger.act("mobility.close_visit", by=by, at=at) as act:
        permit("mobility.run_visit", by, visit)
        held = lock_visit(visit)
        VISIT.check(held.state, VisitState.CLOSED, held)
        held.state = VisitState.CLOSED
        held.version += 1
        held.save(update_fields=["state", "version"])
        settle_notices_about(subject_urn=held.urn, by=by, at=at)
        act.on(held.urn)
        act.note(state=held.state)
        return held


def lock_visit(visit: Visit) -> Visit:
    """The row as it stands now, held until the end of the verb."""
    return (
        Visit.objects.select_for_update(of=("self",))
        .select_related("flow__organiser", "flow__territory", "flow__programme", "team", "grid")
        .get(pk=visit.pk)
    )


def open_visit(visit: Visit) -> Visit:
    """The row, held; a closed visit takes nothing more."""
    held = lock_visit(visit)
    if held.state == VisitState.CLOSED:
        raise VisitClosed()
    return held


def check_cell(visit: Visit, criterion: Criterion) -> None:
    """Pass, or refuse a cell that is not of the visit's grid, in its very version."""
    if criterion.grid_id != visit.grid_id:
        raise CriterionOutsideGrid(criterion.code, visit, visit.grid.criteria.count())


def team_persons(visit: Visit, at: datetime) -> list[Person]:
    """The members of the team on the day."""
    mandates = mandates_in_force(at).filter(scope=visit.team.urn, role__in=INSIDE)
    return list(Person.objects.filter(pk__in=mandates.order_by().values("person")).order_by("pk"))


def _debrief_words(day: date, coverage: Coverage) -> LocalisedText:
    return LocalisedText(
        fr=(
            f"Débrief du {day:%d/%m/%Y} : {coverage.empty} case vide"
            if coverage.empty == 1
            else f"Débrief du {day:%d/%m/%Y} : {coverage.empty} cases vides"
        ),
        en=(
            f"Debrief of {day:%d/%m/%Y}: {coverage.empty} empty cell"
            if coverage.empty == 1
            else f"Debrief of {day:%d/%m/%Y}: {coverage.empty} empty cells"
        ),
    )


def _synthesis_words(visit: Visit) -> LocalisedText:
    territory = visit.flow.territory.name
    return LocalisedText(
        fr=f"Synthèse de la visite à écrire : {territory.read('fr')}",
        en=f"Synthesis of the visit to be written: {territory.read('en')}",
    )
