"""What the entitlement opens in the room of resources: grants written anew by each verb that changes an input."""

from __future__ import annotations

from datetime import datetime

from polyphonie.evidence.domain.access import end_grant, grant_access, rewrite_grant
from polyphonie.kernel.actor import Actor
from polyphonie.kernel.localised import LocalisedText

from ..models import Agreement, OpenedAccess
from .entitlement import Facts, required_of


def write_grants(*, agreement: Agreement, by: Actor, at: datetime) -> None:
    """Make the grants equal to the entitlement at all instants, as it is known now.

    One grant per open interval, over all that the host publishes; its end is the due date plus grace of
    the next commitment that is still open, or the agreement's end. A grant is kept under its beginning,
    so that what was open remains as it was.
    """
    fresh = Agreement.objects.select_related("host", "partner").get(pk=agreement.pk)
    wanted: dict[datetime, datetime] = {}
    facts = Facts(fresh)
    rules = fresh.rules.filter(benefit__opens_resources=True).select_related("benefit").order_by("pk")
    for rule in rules:
        for start, end in facts.open_intervals(required_of(rule)):
            wanted[start] = max(end, wanted.get(start, end))
    reason = LocalisedText(
        fr=f"convention {fresh.reference}, accès anticipé du socle partenarial",
        en=f"agreement {fresh.reference}, early access of the base tier",
    )
    for opened in list(fresh.accesses.select_related("grant").order_by("pk")):
        if opened.grant.from_at not in wanted:
            # nothing that began before ``at`` can vanish; what had not begun is taken away with its row
            end_grant(grant=opened.grant, by=by, at=min(at, opened.grant.from_at), checked_above=True)
            continue
        end = wanted.pop(opened.grant.from_at)
        if end != opened.grant.until_at:
            rewrite_grant(grant=opened.grant, until_at=end, by=by, at=at, checked_above=True)
    for start, end in sorted(wanted.items()):
        grant = grant_access(
            organisation=fresh.partner,
            scope=fresh.host.urn,
            from_at=start,
            until_at=end,
            reason=reason,
            by=by,
            at=at,
            checked_above=True,
        )
        OpenedAccess.objects.create(agreement=fresh, grant=grant)
