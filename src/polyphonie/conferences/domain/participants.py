"""People in a hall, without an account: an opaque id, no name, no address."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils.translation import gettext_lazy as _

from polyphonie.kernel.actor import Actor
from polyphonie.kernel.domain import ledger
from polyphonie.kernel.errors import Refusal, Unknown

from ..models import Participant, Site

ENTRIES_PER_WINDOW = 400
ENTRY_WINDOW = timedelta(minutes=2)


class HallTooBusy(Refusal):
    """More people came in than a hall lets through at once: somebody is making up participants."""

    def __init__(self) -> None:
        super().__init__(
            _("Beaucoup de personnes entrent en ce moment ; attendez deux minutes et recommencez.")
        )


class SiteNotOpen(Refusal):
    """The site has not accepted its invitation, or has withdrawn."""

    def __init__(self) -> None:
        super().__init__(_("Ce site n'accueille personne pour l'instant ; adressez-vous à sa coordination."))


def site_by_code(code: str) -> Site:
    """The site whose short code this is, however it was typed; an unknown code leads nowhere."""
    wanted = "".join(c for c in code if c.isascii() and c.isalnum())[:12]
    site = (
        Site.objects.select_related("conference__host", "organisation")
        .filter(short_code__iexact=wanted)
        .first()
        if wanted
        else None
    )
    if site is None:
        raise Unknown(_("Ce code n'ouvre aucune salle ; relisez-le sur l'écran ou demandez-le sur place."))
    return site


def enter_hall(*, site: Site, at: datetime) -> Participant:
    """Come into the hall of a site by its short code. One row with an opaque id is all that is kept."""
    if site.state != "accepted":
        raise SiteNotOpen()
    recent = Participant.objects.filter(site=site, joined_at__gt=at - ENTRY_WINDOW, joined_at__lte=at)
    if recent.count() >= ENTRIES_PER_WINDOW:
        raise HallTooBusy()
    participant = Participant(site=site, joined_at=at)
    by = Actor.participant(participant.uid, site.urn)
    with ledger.act("conferences.enter_hall", by=by, at=at) as act:
        participant.save(force_insert=True)
        act.on(participant.urn, book=site.urn)
    return participant
