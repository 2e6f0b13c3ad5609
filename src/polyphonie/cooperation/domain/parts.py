"""What a project's record is made of: who takes part, who pays, what happened when."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import F, Max
from django.utils.translation import gettext_lazy as _

from polyphonie.kernel.actor import Actor
from polyphonie.kernel.domain import ledger
from polyphonie.kernel.errors import Refusal
from polyphonie.kernel.localised import LocalisedText
from polyphonie.kernel.rights import permit
from polyphonie.network.models import Organisation

from ..enums import FundingNature, MilestoneKind, ParticipationRole
from ..models import FundingLine, Milestone, Participation, Project
from .refusals import check_year, lock

CURRENCIES = ("EUR", "CAD", "CHF", "GBP", "MAD", "USD", "XAF", "XOF")


class ValueOutsideList(Refusal):
    """A code that is none of the list offered for its field."""

    def __init__(self, value: str, known: Any, field: str) -> None:
        super().__init__(
            _("« %(value)s » n'est pas de la liste ; choisissez parmi : %(known)s.")
            % {"value": value, "known": ", ".join(str(k) for k in known)},
            field=field,
        )


class ParticipantMissing(Refusal):
    def __init__(self) -> None:
        super().__init__(
            _("Choisissez une organisation, ou recopiez le nom que donne la source."), field="label"
        )


class ParticipantTwice(Refusal):
    def __init__(self, name: str, role: Any) -> None:
        super().__init__(
            _("« %(name)s » figure déjà dans ce projet comme %(role)s ; choisissez un autre rôle.")
            % {"name": name, "role": role},
            field="organisation",
        )


class FunderMissing(Refusal):
    def __init__(self) -> None:
        super().__init__(
            _("Dites qui finance : choisissez une organisation, ou recopiez le nom que donne la source."),
            field="label",
        )


class AmountImpossible(Refusal):
    def __init__(self, amount: Decimal) -> None:
        super().__init__(
            _(
                "Le montant %(amount)s n'est pas possible ; donnez un nombre positif, avec deux décimales au plus."
            )
            % {"amount": str(amount)},
            field="amount",
        )


class CurrencyUnknown(Refusal):
    def __init__(self, currency: str) -> None:
        super().__init__(
            _("La monnaie « %(currency)s » n'est pas connue ; donnez son code, par exemple EUR.")
            % {"currency": currency},
            field="currency",
        )


class MilestoneTextMissing(Refusal):
    def __init__(self) -> None:
        super().__init__(_("Dites en une phrase ce qui a eu lieu cette année-là."), field="text")


def add_participation(
    *,
    project: Project,
    role: str,
    by: Actor,
    at: datetime,
    organisation: Organisation | None = None,
    label: str = "",
) -> Participation:
    """Name who takes part and how. ``label`` keeps the source's words where the body is unknown to us."""
    with ledger.act("cooperation.add_participation", by=by, at=at) as act:
        permit("cooperation.keep_project", by, project)
        if role not in ParticipationRole.values:
            raise ValueOutsideList(role, ParticipationRole.labels, "role")
        label = label.strip()
        if organisation is None and not label:
            raise ParticipantMissing()
        present = lock(project)
        same = present.participations.filter(role=role, organisation=organisation)
        if organisation is None:
            same = same.filter(label__iexact=label)
        if same.exists():
            raise ParticipantTwice(str(organisation or label), ParticipationRole(role).label)
        last = present.participations.aggregate(last=Max("order"))["last"]
        participation = Participation.objects.create(
            project=present,
            role=role,
            organisation=organisation,
            label=label,
            order=0 if last is None else last + 1,
        )
        _touch(present)
        act.on(present.urn)
        act.note(role=role, organisation=organisation.urn if organisation else None)
        return participation


def add_funding_line(
    *,
    project: Project,
    year: int,
    amount: Decimal,
    by: Actor,
    at: datetime,
    organisation: Organisation | None = None,
    label: str = "",
    currency: str = "EUR",
    nature: str = FundingNature.UNKNOWN,
) -> FundingLine:
    """Write who pays how much in which year; planned or paid only where the source says so."""
    with ledger.act("cooperation.add_funding_line", by=by, at=at) as act:
        permit("cooperation.keep_project", by, project)
        label = label.strip()
        if organisation is None and not label:
            raise FunderMissing()
        check_year(year, "year")
        if not amount.is_finite() or amount <= 0 or amount != round(amount, 2) or amount >= 10**12:
            raise AmountImpossible(amount)
        if currency not in CURRENCIES:
            raise CurrencyUnknown(currency)
        if nature not in FundingNature.values:
            raise ValueOutsideList(nature, FundingNature.labels, "nature")
        present = lock(project)
        line = FundingLine.objects.create(
            project=present,
            organisation=organisation,
            label=label,
            year=year,
            amount=amount,
            currency=currency,
            nature=nature,
        )
        _touch(present)
        act.on(present.urn)
        act.note(
            year=year,
            amount=str(amount),
            currency=currency,
            nature=str(nature),
            funder=organisation.urn if organisation else None,
        )
        return line


def add_milestone(
    *,
    project: Project,
    year: int,
    text: LocalisedText,
    by: Actor,
    at: datetime,
    kind: str = MilestoneKind.FACT,
    source_label: str = "",
    source_url: str = "",
    source_read_date: date | None = None,
    is_fictitious: bool = False,
) -> Milestone:
    """Write a dated fact into the project's story."""
    with ledger.act("cooperation.add_milestone", by=by, at=at) as act:
        permit("cooperation.keep_project", by, project)
        check_year(year, "year")
        if kind not in MilestoneKind.values:
            raise ValueOutsideList(kind, MilestoneKind.labels, "kind")
        if not text:
            raise MilestoneTextMissing()
        present = lock(project)
        milestone = Milestone.objects.create(
            project=present,
            year=year,
            kind=kind,
            text=text,
            source_label=source_label,
            source_url=source_url,
            source_read_date=source_read_date,
            is_fictitious=is_fictitious,
        )
        _touch(present)
        act.on(present.urn)
        act.note(year=year, kind=str(kind))
        return milestone


def _touch(project: Project) -> None:
    """A new part is a change of the record: a form read before it is refused."""
    Project.objects.filter(pk=project.pk).update(version=F("version") + 1)
