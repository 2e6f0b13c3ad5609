"""Reading indicators and measures: the list, one indicator over territories and years, one country."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from polyphonie.evidence.domain.numbers import number
from polyphonie.evidence.models import Figure, Indicator
from polyphonie.kernel.actor import Actor
from polyphonie.kernel.errors import Unknown
from polyphonie.kernel.rights import may
from polyphonie.network.models import Territory

from ...models import Determinant, Measure, SubmissionCell


@dataclass(frozen=True, slots=True)
class Family:
    """A determinant with its indicators; without one, those that stand under none."""

    determinant: Determinant | None
    indicators: tuple[Indicator, ...]


@dataclass(frozen=True, slots=True)
class Place:
    """What is known of one territory and year: the sources that speak, side by side. None of them: a gap."""

    territory: Territory
    year: int
    measures: tuple[Measure, ...]

    @property
    def is_gap(self) -> bool:
        return not self.measures

    @property
    def disagrees(self) -> bool:
        """Several sources give different values."""
        return len({m.value for m in self.measures if m.value is not None}) > 1


@dataclass(frozen=True, slots=True)
class IndicatorPage:
    """Everything that the page of an indicator shows."""

    indicator: Indicator
    determinant: Determinant | None
    years: tuple[int, ...]
    rows: tuple[tuple[Territory, tuple[Place, ...]], ...]
    measures: tuple[Measure, ...]
    may_keep: bool

    @property
    def gaps(self) -> tuple[Place, ...]:
        return tuple(place for _territory, places in self.rows for place in places if place.is_gap)

    @property
    def reported(self) -> int:
        """Territories with a value in some year."""
        return sum(
            1 for _t, places in self.rows if any(m.value is not None for p in places for m in p.measures)
        )


@dataclass(frozen=True, slots=True)
class ProfileRow:
    """An indicator in a country: its last year that says anything, or a gap."""

    indicator: Indicator
    measures: tuple[Measure, ...]


@dataclass(frozen=True, slots=True)
class Profile:
    """Everything that the profile of a country shows."""

    territory: Territory
    families: tuple[tuple[Determinant | None, tuple[ProfileRow, ...]], ...]
    figures: tuple[Figure, ...]

    @property
    def measures(self) -> tuple[Measure, ...]:
        return tuple(m for _d, rows in self.families for row in rows for m in row.measures)


def in_words(measure: Measure | SubmissionCell, language: str = "") -> str:
    """``8,8`` or the reason why there is no value, as the reader's language writes it."""
    if measure.value is None:
        return measure.missing_label
    return number(measure.value, measure.decimals, language)


def families() -> list[Family]:
    """Every determinant in order with its indicators; those without one at the end."""
    determinants = list(Determinant.objects.order_by("order", "slug"))
    indicators = list(Indicator.objects.order_by("code"))
    known = {d.slug for d in determinants}
    found = [Family(d, tuple(i for i in indicators if i.determinant == d.slug)) for d in determinants]
    others = tuple(i for i in indicators if i.determinant not in known)
    return [*found, *([Family(None, others)] if others else [])]


def indicator_page(
    code: str, viewer: Actor, at: datetime, *, places: Iterable[str] = (), since: int | None = None
) -> IndicatorPage:
    """One indicator: territories by their code, never by value, and every year of which a source speaks.
    ``places`` and ``since`` cut what is drawn, not what exists."""
    indicator = Indicator.objects.filter(code=code).first()
    if indicator is None:
        raise Unknown()
    measures = [
        m
        for m in Measure.objects.standing(viewer, at)
        .filter(indicator=indicator)
        .select_related("territory", "figure", "indicator", "revises")
        .order_by("territory__code", "year", "source_label", "pk")
        if since is None or m.year >= since
    ]
    wanted = set(places)
    if wanted:
        measures = [m for m in measures if m.territory.code in wanted]
    years = tuple(sorted({m.year for m in measures}))
    territories = list({m.territory_id: m.territory for m in measures}.values())
    rows = tuple(
        (
            territory,
            tuple(
                Place(
                    territory,
                    year,
                    tuple(m for m in measures if m.territory_id == territory.pk and m.year == year),
                )
                for year in years
            ),
        )
        for territory in territories
    )
    return IndicatorPage(
        indicator,
        Determinant.objects.filter(slug=indicator.determinant).first() if indicator.determinant else None,
        years,
        rows,
        tuple(measures),
        may("observatory.keep_measures", viewer),
    )


def profile_of(code: str, viewer: Actor, at: datetime) -> Profile:
    """A country: each determinant with the last year in which any source speaks of each indicator, gaps as
    rows; and the published figures about it that are no measure."""
    territory = Territory.objects.filter(code=code).first()
    if territory is None:
        raise Unknown()
    latest: dict[int, list[Measure]] = {}
    rows = (
        Measure.objects.standing(viewer, at)
        .filter(territory=territory)
        .select_related("indicator", "figure", "territory", "revises")
        .order_by("indicator__code", "-year", "source_label", "pk")
    )
    for measure in rows:
        own = latest.setdefault(measure.indicator_id, [])
        if not own or own[0].year == measure.year:
            own.append(measure)
    measured = [m.figure_id for m in Measure.objects.filter(territory=territory) if m.figure_id]
    return Profile(
        territory,
        tuple(
            (
                family.determinant,
                tuple(ProfileRow(i, tuple(latest.get(i.pk, ()))) for i in family.indicators),
            )
            for family in families()
        ),
        tuple(
            Figure.objects.readable_by(viewer, at)
            .filter(territory=territory, published_at__lte=at, superseded_by=None)
            .exclude(pk__in=measured)
            .order_by("-year", "pk")
        ),
    )


def measure_of_figure(figure: Figure, viewer: Actor, at: datetime) -> Measure | None:
    """The measure that a figure was made from."""
    return (
        Measure.objects.readable_by(viewer, at)
        .filter(figure=figure)
        .select_related("indicator", "territory")
        .first()
    )


def has_profile(territory: Territory, viewer: Actor, at: datetime) -> bool:
    """Whether anything is known of a territory here."""
    return Measure.objects.readable_by(viewer, at).filter(territory=territory).exists()
