"""What a notebook sends that was filled without a network: each thing once, nothing overwritten."""

from __future__ import annotations

import io
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from polyphonie.kernel.actor import Actor
from polyphonie.kernel.domain import ledger
from polyphonie.kernel.domain.files import store_file
from polyphonie.kernel.errors import Refusal, Unknown
from polyphonie.kernel.rights import permit
from polyphonie.network.domain.queries.standing import person_of

from ..enums import Audience, EditOutcome, ObservationState
from ..models import Consent, Criterion, Observation, Photo, SentEdit, Visit
from .observations import Sheet, SheetIsShared, UuidOfAnotherSheet, change_observation, write_observation
from .pictures import without_metadata
from .refusals import check_choice
from .visits import ConsentInTheFuture, CriterionOutsideGrid, open_visit

LARGEST_PHOTO = 8_000_000


class GridVersionDiffers(Refusal):
    """The notebook was filled against another version of the grid."""

    def __init__(self, sent: str, visit: Visit) -> None:
        super().__init__(
            _(
                "Cette fiche suit la version %(sent)s de la grille ; la visite suit la version %(own)s. "
                "Rouvrez le carnet en ligne pour prendre la bonne grille ; la fiche reste dans le téléphone."
            )
            % {"sent": sent, "own": visit.grid.version},
            field="criterion",
        )


class ConsentMissing(Refusal):
    def __init__(self) -> None:
        super().__init__(_("Sans accord écrit, cette photo reste sur votre téléphone."), field="consent_on")


class CaptionMissing(Refusal):
    def __init__(self) -> None:
        super().__init__(
            _("Dites en une phrase ce que la photo montre, pour qui ne la voit pas."), field="caption"
        )


class EditSettled(Refusal):
    def __init__(self) -> None:
        super().__init__(_("Cette version est déjà départagée ; rien n'est à refaire."))


@dataclass(frozen=True)
class Sent:
    """A sheet as a device sends it. ``edit`` numbers the sending, ``number`` the sheet; ``base`` is the
    version that the device last knew, 0 where it made the sheet."""

    edit: UUID
    number: UUID
    base: int
    grid_version: str
    cell: str
    sheet: Sheet
    said: dict[str, Any]


def receive_edit(*, visit: Visit, sent: Sent, by: Actor, at: datetime) -> SentEdit:
    """Write what a device sends, once under its number.

    A new sheet is written; a change of the version that stands is made; a change of another version, or
    of a sheet that is shared by now, is kept beside it for its author to settle. Nothing is lost and
    nothing overwritten.
    """
    with ledger.act("mobility.receive_edit", by=by, at=at) as act:
        permit("mobility.observe", by, visit)
        held = open_visit(visit)
        author = person_of(by)
        before = (
            SentEdit.objects.select_related("observation").filter(visit=held, edit_uuid=sent.edit).first()
        )
        if before is not None:
            if before.observation.author_id != (author.pk if author else None):
                raise UuidOfAnotherSheet()
            act.on(before.urn, book=held.urn)
            act.note(sent_again=True)
            return before
        if sent.grid_version != held.grid.version:
            raise GridVersionDiffers(sent.grid_version, held)
        standing = Observation.objects.filter(visit=held, client_uuid=sent.number).first()
        if standing is not None and standing.author_id != (author.pk if author else None):
            raise UuidOfAnotherSheet()
        said: dict[str, Any] = {}
        if standing is None:
            criterion = Criterion.objects.filter(grid=held.grid, code=sent.cell).first()
            if criterion is None:
                raise CriterionOutsideGrid(sent.cell, held, held.grid.criteria.count())
            standing = write_observation(
                visit=held,
                criterion=criterion,
                sheet=sent.sheet,
                client_uuid=sent.number,
                by=by,
                at=at,
            )
            outcome = EditOutcome.WRITTEN
        elif standing.state == ObservationState.DRAFT and standing.version == sent.base:
            standing = change_observation(
                observation=standing, version=sent.base, sheet=sent.sheet, by=by, at=at
            )
            outcome = EditOutcome.CHANGED
        else:
            sent.sheet.checked(held, standing.criterion)
            outcome, said = EditOutcome.KEPT, sent.said
        edit = SentEdit.objects.create(
            visit=held,
            observation=standing,
            edit_uuid=sent.edit,
            outcome=outcome,
            version=standing.version,
            said=said,
            received_at=at,
        )
        act.on(edit.urn, book=held.urn)
        act.note(outcome=str(outcome), base=sent.base)
        return edit


def settle_edit(*, edit: SentEdit, sheet: Sheet | None, by: Actor, at: datetime) -> SentEdit:
    """The author settles two versions of a sheet: ``sheet`` is the one kept aside, taken over what stands;
    None leaves what stands. The words kept aside are erased."""
    with ledger.act("mobility.settle_edit", by=by, at=at) as act:
        held = (
            SentEdit.objects.select_for_update(of=("self",))
            .select_related("visit__team", "visit__grid", "observation")
            .get(pk=edit.pk)
        )
        permit("mobility.observe", by, held.visit)
        author = person_of(by)
        if held.observation.author_id != (author.pk if author else None):
            raise Unknown()
        if held.outcome != EditOutcome.KEPT or held.settled_at is not None:
            raise EditSettled()
        if sheet is not None:
            if held.observation.state != ObservationState.DRAFT:
                raise SheetIsShared()
            change_observation(
                observation=held.observation,
                version=held.observation.version,
                sheet=sheet,
                by=by,
                at=at,
            )
        held.said, held.settled_at = {}, at
        held.save(update_fields=["said", "settled_at"])
        act.on(held.urn, book=held.visit.urn)
        act.note(taken=sheet is not None)
        return held


def receive_photo(
    *,
    observation: Observation,
    number: UUID,
    content: bytes,
    filename: str,
    caption: str,
    consent_on: date | None,
    by: Actor,
    at: datetime,
    consent_scope: str = Audience.TEAM,
    consent_text: str = "1",
) -> Photo:
    """Keep a picture of a sheet, once under its number, with the consent that lets it be shown.

    Without a written consent nothing is kept. What the device wrote into the file is taken out before
    it is stored.
    """
    with ledger.act("mobility.receive_photo", by=by, at=at) as act:
        held = (
            Observation.objects.select_for_update(of=("self",))
            .select_related("visit__team", "visit__flow__organiser")
            .get(pk=observation.pk)
        )
        permit("mobility.observe", by, held.visit)
        open_visit(held.visit)
        author = person_of(by)
        if held.author_id != (author.pk if author else None):
            raise Unknown()
        before = Photo.objects.filter(observation=held, uid=number).first()
        if before is not None:
            act.on(before.urn, book=held.visit.urn)
            act.note(sent_again=True)
            return before
        if consent_on is None:
            raise ConsentMissing()
        if consent_on > at.date():
            raise ConsentInTheFuture(consent_on)
        check_choice(consent_scope, Audience, "consent_scope")
        caption = caption.strip()[:200]
        if not caption:
            raise CaptionMissing()
        photo = Photo(uid=number, observation=held, caption=caption)
        photo.file = store_file(
            content=io.BytesIO(without_metadata(content)),
            filename=filename,
            owner_urn=photo.urn,
            at=at,
            limit=LARGEST_PHOTO,
        )
        photo.consent = Consent.objects.create(
            visit=held.visit,
            subject=caption,
            scope=consent_scope,
            text_version=consent_text,
            given_on=consent_on,
        )
        photo.save()
        act.on(photo.urn, book=held.visit.urn)
        act.note(sha256=photo.file.sha256, scope=consent_scope)
        return photo
