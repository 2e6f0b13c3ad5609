"""An invitation waits for the body's coordination; the answer is told to the host's."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client

from polyphonie.conferences.domain.sites import (
    ConferenceNotAnnounced,
    accept_invitation,
    decline_invitation,
    invite_site,
    invite_sites,
    withdraw_site,
)
from polyphonie.conferences.models import Conference, Site
from polyphonie.kernel.actor import Actor
from polyphonie.kernel.models import LedgerEvent
from polyphonie.network.domain.queries.notices import notices_for
from polyphonie.network.enums import Role
from polyphonie.network.models import Notice
from tests.factories.conferences import (
    ConferenceFactory,
    SessionFactory,
    SiteFactory,
    host_coordinator,
    site_coordinator,
)
from tests.factories.network import MandateFactory, OrganisationFactory, PersonFactory, signed_in, text

pytestmark = [pytest.mark.integration, pytest.mark.database, pytest.mark.django_db]

BEFORE = datetime(2017, 10, 20, 8, 0, tzinfo=UTC)
OPENING = datetime(2017, 11, 8, 23, 0, tzinfo=UTC)  # midnight in Paris


@pytest.fixture
def conference() -> Conference:
    conference = ConferenceFactory.create(title=text("Agir face au décrochage", "Facing dropout"))
    SessionFactory.create(conference=conference)
    return conference


def proposed(conference: Conference, fr: str = "Maroc", en: str = "Morocco") -> Site:
    body = OrganisationFactory.create(name=text(fr, en))
    return SiteFactory.create(conference=conference, organisation=body, state="proposed")


def waits(actor: Actor, at: datetime = BEFORE) -> list[tuple[str, str, datetime | None]]:
    """What waits for somebody: the French sentence, where it leads, by when."""
    return [(n.expectation["fr"], n.link, n.due_at) for n in notices_for(actor, at)]


def test_an_invitation_waits_for_every_coordinator_of_the_site_and_for_nobody_else(
    conference: Conference,
) -> None:
    site, other = proposed(conference), proposed(conference, "Chili", "Chile")
    of_body, of_site = site_coordinator(site), site_coordinator(site)
    host, stranger = host_coordinator(conference), site_coordinator(other)
    for role in (Role.EXPERT, Role.DECISION_MAKER):
        MandateFactory.create(organisation=site.organisation, scope=site.urn, role=role)
    invite_site(site=site, by=host, at=BEFORE)
    sentence = "Répondre à l'invitation à « Agir face au décrochage » pour « Maroc »"
    for actor in (of_body, of_site):
        assert waits(actor) == [(sentence, f"/id/site/{site.uid}", OPENING)]
    assert (waits(host), waits(stranger), Notice.objects.count()) == ([], [], 2)
    notice = Notice.objects.first()
    assert notice is not None
    assert notice.expectation["en"] == "Answer the invitation to “Facing dropout” for “Morocco”"
    assert Notice.objects.filter(subject_urn=site.urn).count() == 2


def test_who_coordinated_once_is_not_asked(conference: Conference) -> None:
    site = proposed(conference)
    MandateFactory.create(
        person=PersonFactory.create(),
        organisation=site.organisation,
        scope=site.organisation.urn,
        role=Role.SITE_COORDINATOR,
        until_date=BEFORE.date(),
    )
    invite_site(site=site, by=host_coordinator(conference), at=BEFORE)
    assert not Notice.objects.exists()


@pytest.mark.parametrize(
    ("verb", "sentence"),
    [
        (
            accept_invitation,
            "« Maroc » a accepté l'invitation à « Agir face au décrochage » : voir son site",
        ),
        (
            decline_invitation,
            "« Maroc » a décliné l'invitation à « Agir face au décrochage » : "
            "l'inviter de nouveau, ou faire sans ce site",
        ),
    ],
)
def test_the_answer_settles_the_invitation_and_is_told_to_the_host(
    conference: Conference, verb: Any, sentence: str
) -> None:
    site = proposed(conference)
    mine, colleague = site_coordinator(site), site_coordinator(site)
    host, elsewhere = host_coordinator(conference), host_coordinator(ConferenceFactory.create())
    invite_site(site=site, by=host, at=BEFORE)
    verb(site=site, by=mine, at=BEFORE + timedelta(days=1))
    later = BEFORE + timedelta(days=2)
    assert (waits(mine, later), waits(colleague, later), waits(elsewhere, later)) == ([], [], [])
    assert waits(host, later) == [(sentence, f"/id/site/{site.uid}", None)]
    assert set(Notice.objects.filter(person__actor_identity__actor_id=mine.id).values_list("done_at")) == {
        (BEFORE + timedelta(days=1),)
    }


def test_inviting_again_settles_the_refusal_and_withdrawing_settles_the_invitation(
    conference: Conference,
) -> None:
    site = proposed(conference)
    mine, host = site_coordinator(site), host_coordinator(conference)
    invite_site(site=site, by=host, at=BEFORE)
    decline_invitation(site=site, by=mine, at=BEFORE)
    assert (len(waits(host)), len(waits(mine))) == (1, 0)
    invite_site(site=site, by=host, at=BEFORE)
    assert (len(waits(host)), len(waits(mine))) == (0, 1)
    withdraw_site(site=site, by=mine, at=BEFORE)
    assert (waits(host), waits(mine)) == ([], [])


def test_who_declines_for_the_body_and_hosts_is_not_told_of_their_own_answer(conference: Conference) -> None:
    site = proposed(conference)
    person = PersonFactory.create()
    host_coordinator(conference, person=person)
    both, colleague = site_coordinator(site, person=person), host_coordinator(conference)
    invite_site(site=site, by=colleague, at=BEFORE)
    decline_invitation(site=site, by=both, at=BEFORE)
    assert (waits(both), len(waits(colleague))) == ([], 1)


def test_an_invitation_after_the_first_day_has_no_date(conference: Conference) -> None:
    site = proposed(conference)
    mine = site_coordinator(site)
    at = OPENING + timedelta(hours=10)
    invite_site(site=site, by=host_coordinator(conference), at=at)
    assert [due for _sentence, _link, due in waits(mine, at)] == [None]


def test_an_invitation_refused_among_several_leaves_no_notice(conference: Conference) -> None:
    site = proposed(conference)
    site_coordinator(site)
    host = host_coordinator(conference)
    silent = ConferenceFactory.create(state="draft", announced_at=None, host=conference.host)
    hidden = SiteFactory.create(conference=silent, state="proposed")
    before = LedgerEvent.objects.count()
    with pytest.raises(ConferenceNotAnnounced):
        invite_sites(sites=[site, hidden], by=host, at=BEFORE)
    assert (Notice.objects.count(), LedgerEvent.objects.count()) == (0, before)


def test_the_home_page_leads_from_the_invitation_to_the_answer(
    client: Client, conference: Conference
) -> None:
    site = proposed(conference)
    mine = site_coordinator(site)
    invite_site(site=site, by=host_coordinator(conference), at=BEFORE)
    signed_in(client, mine)
    with time_machine.travel(BEFORE, tick=False):
        home = client.get("/en/").content.decode()
        assert "Answer the invitation to “Facing dropout” for “Morocco”" in home
        assert f'href="/id/site/{site.uid}"' in home
        led = client.get(f"/id/site/{site.uid}", follow=True)
        assert (led.status_code, "accept_invitation" in led.content.decode()) == (200, True)
        answered = client.post(f"/en/sites/{site.uid}/etat/accept_invitation/")
        assert answered.status_code == 303
        assert "Answer the invitation" not in client.get("/en/").content.decode()
