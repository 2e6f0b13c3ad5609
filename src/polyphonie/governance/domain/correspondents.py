"""Telling the correspondents of members what is expected of them, by the notices of everybody."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime

from polyphonie.kernel.actor import Actor
from polyphonie.kernel.localised import LocalisedText
from polyphonie.network.domain.notice import send_notice
from polyphonie.network.domain.queries.standing import mandates_in_force
from polyphonie.network.enums import Role
from polyphonie.network.models import Organisation, Person


def correspondents_of(members: Iterable[Organisation], at: datetime) -> list[tuple[Person, str]]:
    """Who holds the national correspondence of these members on the day, with the member's urn."""
    rows = (
        mandates_in_force(at)
        .filter(role=Role.NATIONAL_CORRESPONDENT, scope__in=sorted({m.urn for m in members}))
        .select_related("person")
        .order_by("pk")
    )
    return [(m.person, m.scope) for m in rows]


def tell_correspondents(
    *,
    members: Iterable[Organisation],
    subject_urn: str,
    expectation: LocalisedText,
    by: Actor,
    at: datetime,
    link: str,
    due_at: datetime | None = None,
    reading: Callable[[Person], bool] | None = None,
) -> int:
    """One notice for each correspondent of each member (of those that ``reading`` accepts, where it is
    given); by mail goes only that something waits. A due date that is past is left out: what is
    expected stays expected."""
    told = [p for p, _scope in correspondents_of(members, at) if reading is None or reading(p)]
    for person in told:
        send_notice(
            person=person,
            subject_urn=subject_urn,
            expectation=expectation,
            link=link,
            due_at=due_at if due_at is not None and due_at >= at else None,
            by_mail=True,
            by=by,
            at=at,
        )
    return len(told)
