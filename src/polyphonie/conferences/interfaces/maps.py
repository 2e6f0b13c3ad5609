"""The sites of a conference on the atlas, beside their table."""

from __future__ import annotations

from django.utils.translation import gettext as _

from polyphonie.web.maps import Map, Point, world

from ..domain.queries.programme import site_hours
from ..domain.wording import hour
from ..enums import SiteMode
from ..models import Conference, Session, Site


def map_of_sites(conference: Conference, sites: list[Site], first: Session | None) -> Map | None:
    """Each site whose territory has a place on earth, with its hour and mode; None where there is none."""
    points = []
    for site in sites:
        territory = site.organisation.territory
        if territory is None or territory.longitude is None or territory.latitude is None:
            continue
        note = str(SiteMode(site.mode).label)
        if first is not None:
            note = _("%(hour)s, %(mode)s") % {
                "hour": hour(site_hours(site, first.start_at, first.end_at).viewing_from),
                "mode": note,
            }
        points.append(
            Point(
                label=str(territory.name),
                longitude=float(territory.longitude),
                latitude=float(territory.latitude),
                note=note,
                href=site.get_absolute_url() if site.state == "accepted" else "",
            )
        )
    if not points:
        return None
    return world(_("Les sites de la conférence"), points)
