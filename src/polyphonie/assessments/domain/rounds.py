"""Assessments and their rounds: when, where, at which grades."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime

from django.utils.translation import gettext_lazy as _

from polyphonie.kernel.actor import Actor
from polyphonie.kernel.domain import ledger
from polyphonie.kernel.errors import Refusal
from polyphonie.kernel.localised import LocalisedText
from polyphonie.kernel.rights import permit
from polyphonie.network.models import Organisation, Territory, Theme

from ..models import Assessment, Round, RoundDate, RoundTerritory


class RoundOpenAlready(Refusal):
    def __init__(self, assessment: Assessment, year: int) -> None:
        super().__init__(
            _("%(assessment)s a déjà un cycle %(year)s ; complétez-le au lieu d'en ouvrir un second.")
            % {"assessment": str(assessment), "year": str(year)},
            field="year",
        )


class RoundWithoutSource(Refusal):
    def __init__(self) -> None:
        super().__init__(_("Dites où ce cycle est décrit : un document ou une page."), field="source_label")


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a fact was read, or that it is invented."""

    label: str = ""
    url: str = ""
    read_date: date | None = None
    is_fictitious: bool = False

    def fields(self) -> dict[str, object]:
        return {
            "source_label": self.label,
            "source_url": self.url,
            "source_read_date": self.read_date,
            "is_fictitious": self.is_fictitious,
        }


@dataclass(frozen=True, slots=True)
class Taking:
    """A territory that takes part, at its own grades, with what is known of the field work."""

    territory: Territory
    grades: LocalisedText = field(default_factory=LocalisedText)
    schools: int | None = None
    pupils: int | None = None
    attrition: LocalisedText = field(default_factory=LocalisedText)
    note: LocalisedText = field(default_factory=LocalisedText)
    origin: Origin = field(default_factory=Origin)


@dataclass(frozen=True, slots=True)
class Dated:
    """A line of the calendar."""

    kind: str
    year: int
    day: date | None = None
    note: LocalisedText = field(default_factory=LocalisedText)
    origin: Origin = field(default_factory=Origin)


def open_assessment(
    *,
    slug: str,
    name: LocalisedText,
    owner: Organisation,
    by: Actor,
    at: datetime,
    short_name: str = "",
    description: LocalisedText | None = None,
    since_year: int | None = None,
    origin: Origin | None = None,
) -> Assessment:
    """Record an assessment and the body that owns it."""
    with ledger.act("assessments.open_assessment", by=by, at=at) as act:
        permit("assessments.open_assessment", by, owner)
        assessment = Assessment.objects.create(
            slug=slug,
            name=name,
            short_name=short_name,
            description=description or LocalisedText(),
            owner=owner,
            since_year=since_year,
            **(origin or Origin()).fields(),
        )
        act.on(assessment.urn)
        act.note(slug=slug)
        return assessment


def open_round(
    *,
    assessment: Assessment,
    year: int,
    title: LocalisedText,
    territories: Iterable[Taking],
    by: Actor,
    at: datetime,
    summary: LocalisedText | None = None,
    calendar: Iterable[Dated] = (),
    frame_year: int | None = None,
    themes: Iterable[Theme] = (),
    origin: Origin | None = None,
) -> Round:
    """Record one edition with its calendar and the territories that take part. A count that no source
    gives stays empty; it is never zero."""
    with ledger.act("assessments.open_round", by=by, at=at) as act:
        permit("assessments.keep_assessment", by, assessment)
        if Round.objects.filter(assessment=assessment, year=year).exists():
            raise RoundOpenAlready(assessment, year)
        read = origin or Origin()
        if not (read.label.strip() or read.is_fictitious):
            raise RoundWithoutSource()
        opened = Round.objects.create(
            assessment=assessment,
            year=year,
            title=title,
            summary=summary or LocalisedText(),
            frame_year=frame_year,
            **read.fields(),
        )
        opened.themes.set(themes)
        taking = list(territories)
        RoundTerritory.objects.bulk_create(
            RoundTerritory(
                round=opened,
                territory=t.territory,
                grades=t.grades,
                schools=t.schools,
                pupils=t.pupils,
                attrition=t.attrition,
                note=t.note,
                **t.origin.fields(),
            )
            for t in taking
        )
        RoundDate.objects.bulk_create(
            RoundDate(round=opened, kind=d.kind, year=d.year, day=d.day, note=d.note, **d.origin.fields())
            for d in calendar
        )
        act.on(opened.urn, book=assessment.urn)
        act.note(year=year, territories=len(taking))
        return opened
