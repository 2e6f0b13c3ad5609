"""Finding bodies by any name they ever bore, and who stands in their place on a day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import F, Q

from polyphonie.kernel.actor import Actor
from polyphonie.kernel.errors import Unknown
from polyphonie.kernel.localised import LocalisedText, fold

from ...models import Organisation, OrganisationName, OrganisationQuerySet, Territory
from .people import holders_for


def current_organisation(organisation: Organisation, *, on: date) -> Organisation:
    """The body that stands in this one's place on a day: itself, or the last successor in force."""
    seen = {organisation.pk}
    while (
        organisation.successor is not None
        and (organisation.valid_until is None or organisation.valid_until <= on)
        and organisation.successor.pk not in seen
    ):
        organisation = organisation.successor
        seen.add(organisation.pk)
    return organisation


def current_territory(territory: Territory, *, on: date) -> Territory:
    """The territory that stands in this one's place on a day."""
    seen = {territory.pk}
    while (
        territory.successor is not None
        and (territory.valid_until is None or territory.valid_until <= on)
        and territory.successor.pk not in seen
    ):
        territory = territory.successor
        seen.add(territory.pk)
    return territory


def resolve_organisation(words: str, *, on: date) -> Organisation:
    """The body meant by a slug or by a present or former name, as it stands on a day.

    ``CIEP`` in 2020 gives France Éducation international; in 2017, the CIEP itself. A name that
    several unrelated bodies bear is decided by the day; still several, or none, is :class:`Unknown`.
    """
    exact = f"|{fold(words)}|"
    former = OrganisationName.objects.filter(folded_names__contains=exact).values("organisation")
    found = list(
        Organisation.objects.filter(
            Q(slug=words) | Q(folded_names__contains=exact) | Q(pk__in=former)
        ).order_by("pk")
    )
    by_slug = [o for o in found if o.slug == words]
    standing = {o.pk: o for o in (current_organisation(f, on=on) for f in (by_slug or found))}
    if len(standing) > 1:
        standing = {pk: o for pk, o in standing.items() if o.exists_on(on)}
    if len(standing) != 1:
        raise Unknown()
    return next(iter(standing.values()))


def organisations_matching(words: str, *, viewer: Actor, at: datetime) -> OrganisationQuerySet:
    """The directory: bodies whose present or former name contains the words; all of them without words."""
    rows = Organisation.objects.readable_by(viewer, at).select_related("territory", "successor")
    return (rows.named(words) if words.strip() else rows).order_by(
        F("valid_until").desc(nulls_first=True), "slug"
    )


def name_on(organisation: Organisation, day: date) -> LocalisedText:
    """The name that the body bore on a day (prefetch ``former_names`` where several are shown)."""
    for former in sorted(organisation.former_names.all(), key=lambda n: n.until_date):
        if day < former.until_date and (former.from_date is None or former.from_date <= day):
            return former.name
    return organisation.name


def bodies_behind(organisation: Organisation, at: datetime) -> list[int]:
    """The keys of a body and of all those that it took over from: what was theirs stands on its page."""
    before = Organisation.objects.taken_over([organisation.pk], at.date())
    return [organisation.pk, *(body.pk for body in before.get(organisation.pk, ()))]


@dataclass(frozen=True, slots=True)
class Lineage:
    """Where a body comes from and what became of it."""

    predecessors: list[Organisation]
    successors: list[Organisation]
    former_names: list[OrganisationName]


def lineage_of(organisation: Organisation) -> Lineage:
    """Those it took over from, and the chain of those that took over from it."""
    successors: list[Organisation] = []
    follower = organisation.successor
    while follower is not None and follower.pk not in {organisation.pk, *(s.pk for s in successors)}:
        successors.append(follower)
        follower = follower.successor
    return Lineage(
        predecessors=list(organisation.predecessors.order_by("slug")),
        successors=successors,
        former_names=list(organisation.former_names.order_by("-until_date", "pk")),
    )


def organisation_page(slug: str, *, viewer: Actor, at: datetime) -> dict[str, Any]:
    """All that the page of a body shows. Raises :class:`Unknown`."""
    organisation = (
        Organisation.objects.readable_by(viewer, at)
        .select_related("territory", "parent", "successor__successor")
        .filter(slug=slug)
        .first()
    )
    if organisation is None:
        raise Unknown()
    day = at.date()
    return {
        "organisation": organisation,
        "lineage": lineage_of(organisation),
        "current": current_organisation(organisation, on=day),
        "has_ended": organisation.valid_until is not None and organisation.valid_until <= day,
        "holders": holders_for(organisation, viewer=viewer, at=at),
        "memberships": list(
            organisation.memberships.select_related("body").order_by("body__slug", "from_date", "pk")
        ),
        "members": list(
            organisation.members.select_related("organisation").order_by("organisation__slug", "pk")
        ),
    }


def territory_page(code: str, *, viewer: Actor, at: datetime) -> dict[str, Any]:
    """All that the page of a territory shows. Raises :class:`Unknown`."""
    territory = (
        Territory.objects.readable_by(viewer, at)
        .select_related("parent", "successor__successor")
        .filter(code=code)
        .first()
    )
    if territory is None:
        raise Unknown()
    day = at.date()
    return {
        "territory": territory,
        "current": current_territory(territory, on=day),
        "has_ended": territory.valid_until is not None and territory.valid_until <= day,
        "predecessors": list(territory.predecessors.order_by("code")),
        "parts": list(Territory.objects.readable_by(viewer, at).filter(parent=territory).order_by("code")),
        "organisations": list(
            Organisation.objects.readable_by(viewer, at).filter(territory=territory).order_by("slug")
        ),
    }
