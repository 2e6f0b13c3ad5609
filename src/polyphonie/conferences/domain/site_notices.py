"""What waits for a body that is invited, and what its host then has to know.

Everything about one site is settled when its state moves on, so that one answer is waited for at a time.
"""

from __future__ import annotations

from datetime import datetime, time

from polyphonie.kernel import clock
from polyphonie.kernel.actor import Actor
from polyphonie.kernel.localised import LocalisedText
from polyphonie.network.domain.notice import notify_holders, settle_notices_about
from polyphonie.network.domain.queries.notices import something_waits_about
from polyphonie.network.enums import Role

from ..models import Conference, Site

HOUSE = Actor.system("conferences.sites")


ANSWERED = {
    "accept_invitation": LocalisedText(
        fr="« %(body)s » a accepté l'invitation à « %(title)s » : voir son site",
        en="“%(body)s” has accepted the invitation to “%(title)s”: see its site",
    ),
    "decline_invitation": LocalisedText(
        fr="« %(body)s » a décliné l'invitation à « %(title)s » : l'inviter de nouveau, ou faire sans ce site",
        en="“%(body)s” has declined the invitation to “%(title)s”: invite it again, or do without this site",
    ),
}
INVITED = LocalisedText(
    fr="Répondre à l'invitation à « %(title)s » pour « %(body)s »",
    en="Answer the invitation to “%(title)s” for “%(body)s”",
)


def tell_of_state(site: Site, verb: str, *, by: Actor, at: datetime) -> None:
    """Settle what waited for the verb that has just been done on a site; then tell the body's
    coordination that an answer is expected, or the host's which one was given."""
    if something_waits_about(site.urn):
        settle_notices_about(subject_urn=site.urn, by=HOUSE, at=at)
    if verb == "invite_site":
        _ask_the_body(site, at)
    elif verb in ANSWERED:
        _tell_the_host(site, ANSWERED[verb], by, at)


def _said(sentence: LocalisedText, site: Site) -> LocalisedText:
    return LocalisedText(
        {
            language: text
            % {
                "body": site.organisation.name.read(language),
                "title": site.conference.title.read(language),
            }
            for language, text in sentence.items()
        }
    )


def _ask_the_body(site: Site, at: datetime) -> None:
    opening = _first_instant(site.conference)
    notify_holders(
        role=Role.SITE_COORDINATOR,
        scopes=(site.urn, site.organisation.urn),
        subject_urn=site.urn,
        expectation=_said(INVITED, site),
        link=site.permalink,
        due_at=opening if opening > at else None,
        by=HOUSE,
        at=at,
    )


def _tell_the_host(site: Site, sentence: LocalisedText, by: Actor, at: datetime) -> None:
    notify_holders(
        role=Role.HOST_COORDINATOR,
        scopes=(site.conference.urn, site.conference.host.urn),
        subject_urn=site.urn,
        expectation=_said(sentence, site),
        link=site.permalink,
        besides=by,
        by=HOUSE,
        at=at,
    )


def _first_instant(conference: Conference) -> datetime:
    """When the first day of a conference begins where it is held: an answer is of use until then."""
    return datetime.combine(conference.start_date, time.min, tzinfo=clock.zone(conference.time_zone))
