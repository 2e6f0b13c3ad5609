"""What a service hands over in writing, and the partner's statement that the service was done."""

from __future__ import annotations

from datetime import datetime
from typing import BinaryIO

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from polyphonie.kernel.actor import Actor
from polyphonie.kernel.domain import ledger
from polyphonie.kernel.domain.files import store_file
from polyphonie.kernel.errors import Refusal
from polyphonie.kernel.rights import permit

from ..enums import AmendmentState
from ..models import Amendment, Deliverable
from .amendments import AmendmentNotSigned


class DeliverableMissing(Refusal):
    def __init__(self) -> None:
        super().__init__(
            _("Joignez le livrable et donnez-lui un titre : c'est lui que le partenaire accepte."),
            field="file",
        )


class DeliverableAccepted(Refusal):
    def __init__(self, deliverable: Deliverable) -> None:
        super().__init__(
            _("« %(title)s » est déjà accepté ; rien n'est à refaire.") % {"title": deliverable.title}
        )


def hand_over_deliverable(
    *, amendment: Amendment, title: str, file: BinaryIO | None, filename: str, by: Actor, at: datetime
) -> Deliverable:
    """Deposit what was written for the partner, under a signed amendment."""
    with ledger.act("partnerships.hand_over_deliverable", by=by, at=at) as act:
        permit("partnerships.log_time", by, amendment)
        row = Amendment.objects.select_for_update(of=("self",)).get(pk=amendment.pk)
        if row.state != AmendmentState.SIGNED:
            raise AmendmentNotSigned(row)
        if file is None or not title.strip():
            raise DeliverableMissing()
        deliverable = Deliverable(amendment=row, title=title.strip(), delivered_at=at)
        deliverable.file = store_file(
            content=file, filename=filename, owner_urn=deliverable.urn, at=at, limit=settings.UPLOAD_LIMIT
        )
        deliverable.save()
        act.on(deliverable.urn, book=row.urn)
        act.note(sha256=deliverable.file.sha256)
        return deliverable


def accept_deliverable(*, deliverable: Deliverable, by: Actor, at: datetime) -> Deliverable:
    """The partner states that the service was done; nobody states it in its place."""
    with ledger.act("partnerships.accept_deliverable", by=by, at=at) as act:
        permit("partnerships.accept_deliverable", by, deliverable.amendment.agreement)
        row = (
            Deliverable.objects.select_for_update(of=("self",))
            .select_related("amendment")
            .get(pk=deliverable.pk)
        )
        if row.accepted_at is not None:
            raise DeliverableAccepted(row)
        row.accepted_at, row.accepted_by = at, by.id
        row.save(update_fields=["accepted_at", "accepted_by"])
        act.on(row.urn, book=row.amendment.urn)
        return row
