"""Early access: which body reads what before the public, from when to when, and why."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from polyphonie.kernel.actor import Actor
from polyphonie.kernel.domain import ledger
from polyphonie.kernel.errors import Refusal
from polyphonie.kernel.localised import LocalisedText
from polyphonie.kernel.rights import permit
from polyphonie.network.models import Organisation

from ..models import AccessGrant


class GrantWithoutReason(Refusal):
    """Both sides read why an access is open; an access without a reason is not given."""

    def __init__(self) -> None:
        super().__init__(_("Dites pourquoi cet accès s'ouvre : les deux parties le liront."), field="reason")


class GrantEndsBeforeStart(Refusal):
    def __init__(self, from_at: datetime, until_at: datetime) -> None:
        super().__init__(
            _(
                "L'accès finirait le %(until)s, avant de commencer le %(start)s ; corrigez l'une des deux dates."
            )
            % {"start": from_at.date().isoformat(), "until": until_at.date().isoformat()},
            field="until_at",
        )


def grant_access(
    *,
    organisation: Organisation,
    scope: str,
    from_at: datetime,
    reason: LocalisedText,
    by: Actor,
    at: datetime,
    until_at: datetime | None = None,
    checked_above: bool = False,
) -> AccessGrant:
    """Open early what ``scope`` names (urn of a resource, of a conference, or of the body whose all it
    is) to a body. It opens nothing before the resource's own ``early_at``.

    A verb of a room above that has checked its own right says so by ``checked_above``.
    """
    with ledger.act("evidence.grant_access", by=by, at=at) as act:
        if not checked_above:
            permit("evidence.grant_access", by, scope)
        _check(from_at, until_at, reason)
        grant = AccessGrant.objects.create(
            organisation=organisation, scope=scope, from_at=from_at, until_at=until_at, reason=reason
        )
        act.on(grant.urn, book=organisation.urn)
        act.note(scope=scope, from_at=from_at, until_at=until_at)
        return grant


def rewrite_grant(
    *,
    grant: AccessGrant,
    by: Actor,
    at: datetime,
    until_at: datetime | None,
    from_at: datetime | None = None,
    reason: LocalisedText | None = None,
    checked_above: bool = False,
) -> AccessGrant:
    """Write a grant anew because one of its inputs changed: a proof accepted, a due date moved."""
    with ledger.act("evidence.rewrite_grant", by=by, at=at) as act:
        row = (
            AccessGrant.objects.select_for_update(of=("self",))
            .select_related("organisation")
            .get(pk=grant.pk)
        )
        if not checked_above:
            permit("evidence.grant_access", by, row.scope)
        start = from_at or row.from_at
        _check(start, until_at, row.reason if reason is None else reason)
        row.from_at, row.until_at = start, until_at
        row.reason = row.reason if reason is None else reason
        row.save(update_fields=["from_at", "until_at", "reason"])
        act.on(row.urn, book=row.organisation.urn)
        act.note(from_at=row.from_at, until_at=until_at)
        return row


def end_grant(*, grant: AccessGrant, by: Actor, at: datetime, checked_above: bool = False) -> AccessGrant:
    """Close an early access now. One that had not begun is taken away."""
    with ledger.act("evidence.end_grant", by=by, at=at) as act:
        row = (
            AccessGrant.objects.select_for_update(of=("self",))
            .select_related("organisation")
            .get(pk=grant.pk)
        )
        if not checked_above:
            permit("evidence.grant_access", by, row.scope)
        act.on(row.urn, book=row.organisation.urn)
        act.note(until_at=at)
        if row.from_at >= at:
            row.delete()
        else:
            row.until_at = at
            row.save(update_fields=["until_at"])
        return row


def _check(from_at: datetime, until_at: datetime | None, reason: LocalisedText) -> None:
    if not reason:
        raise GrantWithoutReason()
    if until_at is not None and until_at <= from_at:
        raise GrantEndsBeforeStart(from_at, until_at)
