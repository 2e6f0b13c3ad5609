"""A moment of the programme that can be cited."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils.translation import gettext_lazy as _

from polyphonie.evidence.domain.openings import record_as_public
from polyphonie.evidence.domain.resource import add_resource, add_resource_kind, place_resource
from polyphonie.evidence.models import ResourceKind
from polyphonie.kernel.actor import Actor
from polyphonie.kernel.domain import ledger
from polyphonie.kernel.errors import Refusal
from polyphonie.kernel.localised import LocalisedText
from polyphonie.kernel.rights import permit

from ..models import Clip, ConferenceResource, Session, Site
from ..validators import plain_text
from .live_log import instant
from .queries.rooms import session_at
from .queries.site_clocks import site_clock

TITLE_LIMIT = 200
SHORTEST, LONGEST = timedelta(seconds=5), timedelta(minutes=20)
CLIP_KIND = "video_clip"
HOUSE = Actor.system("conferences.mark_moment")
CLIP_LABEL = LocalisedText(fr="capsule vidéo", en="video clip")


class MomentNotReached(Refusal):
    """The site's clock has not come to this moment."""

    def __init__(self) -> None:
        super().__init__(_("Ce moment n'est pas encore passé à votre heure de programme."), field="until")


class MomentNotPublic(Refusal):
    """No public session was held then."""

    def __init__(self) -> None:
        super().__init__(
            _("Aucune séance publique ne se tient à ce moment ; marquez un moment d'une séance."),
            field="until",
        )


class ClipLengthOutOfRange(Refusal):
    """A moment is a passage, not a glance and not a session."""

    def __init__(self, seconds: int) -> None:
        super().__init__(
            _("Un extrait dure de 5 secondes à 20 minutes ; vous demandez %(seconds)d secondes.")
            % {"seconds": seconds},
            field="seconds",
        )


def mark_moment(
    *, site: Site, until: datetime, seconds: int, title: str, language: str, by: Actor, at: datetime
) -> Clip:
    """Make a clip of the ``seconds`` before ``until`` that can be cited: a resource with its place in time.

    Only what the site has seen, and only of a public session. The clip is public at once, like the
    session; it points to the recording and holds nothing of its own.
    """
    permit("conferences.speak_at_site", by, site)
    length = timedelta(seconds=max(0, min(seconds, 10**7)))
    if not SHORTEST <= length <= LONGEST:
        raise ClipLengthOutOfRange(seconds)
    if until > site_clock(site).site_now(at):
        raise MomentNotReached()
    session: Session | None = session_at(site.conference, until)
    if session is None:
        raise MomentNotPublic()
    start = max(until - length, session.start_at)
    if until - start < SHORTEST:
        raise MomentNotPublic()
    words = plain_text(title, limit=TITLE_LIMIT)
    with ledger.act("conferences.mark_moment", by=by, at=at) as act:
        kind = ResourceKind.objects.filter(slug=CLIP_KIND).first() or add_resource_kind(
            slug=CLIP_KIND, label=CLIP_LABEL, by=HOUSE, at=at
        )
        conference = site.conference
        resource = add_resource(
            kind=kind,
            title=LocalisedText({language: words}),
            issuer=conference.host,
            themes=conference.themes.order_by("pk"),
            dated=start.date(),
            locator=f"{instant(start)}/{instant(until)}",
            source_label=str(conference.title)[:300],
            is_fictitious=conference.is_fictitious,
            by=HOUSE,
            at=at,
        )
        record_as_public(resource=resource, since=at, zone=conference.time_zone, by=HOUSE, at=at)
        place_resource(
            resource=resource,
            context_urn=conference.urn,
            label=conference.title,
            host=conference.host,
            by=HOUSE,
            at=at,
        )
        clip = Clip.objects.create(
            conference=conference, resource=resource, programme_from=start, programme_until=until
        )
        last = conference.resource_links.order_by("-order").values_list("order", flat=True).first()
        ConferenceResource.objects.create(
            conference=conference, resource=resource, session=session, order=(last or 0) + 1
        )
        act.on(resource.urn, book=conference.urn)
        act.note(programme_from=start, programme_until=until, session=session.urn)
    return clip
