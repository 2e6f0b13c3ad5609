"""Reading collection rounds and what members answer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, Q

from polyphonie.kernel.actor import Actor
from polyphonie.kernel.errors import Unknown
from polyphonie.kernel.rights import may
from polyphonie.network.enums import OrganisationKind
from polyphonie.network.models import Organisation

from ...models import CollectionRound, Submission, SubmissionCell
from ...states import SUBMISSION


@dataclass(frozen=True, slots=True)
class SubmissionRow:
    """A member's answer as the list of a round shows it."""

    submission: Submission
    state_label: Any
    answered: int
    asked: int


@dataclass(frozen=True, slots=True)
class CollectionPage:
    """A round with the answers that the viewer may read."""

    round: CollectionRound
    is_open: bool
    rows: tuple[SubmissionRow, ...]


@dataclass(frozen=True, slots=True)
class SubmissionPage:
    """A member's answer, cell by cell, with what is proposed beside each."""

    submission: Submission
    state_label: Any
    cells: tuple[SubmissionCell, ...]
    is_open: bool
    may_answer: bool
    may_keep: bool

    @property
    def may_fill(self) -> bool:
        return (
            self.may_answer
            and self.is_open
            and self.submission.state
            in {
                "invited",
                "partly_filled",
                "queried",
            }
        )


def collections_shown(viewer: Actor, at: datetime) -> list[CollectionRound]:
    """The rounds that the viewer keeps or answers."""
    return list(CollectionRound.objects.readable_by(viewer, at).order_by("-opens_at", "pk"))


def collection_page(uid: UUID, viewer: Actor, at: datetime) -> CollectionPage:
    """One round. Raises :class:`Unknown`."""
    found = CollectionRound.objects.readable_by(viewer, at).filter(uid=uid).first()
    if found is None:
        raise Unknown()
    answered = Q(value__isnull=False) | ~Q(missing_reason="")
    rows = (
        Submission.objects.readable_by(viewer, at)
        .filter(round=found)
        .select_related("organisation", "territory", "round")
        .order_by("territory__code")
    )
    counts = {
        row["submission"]: (row["answers"], row["cells"])
        for row in SubmissionCell.objects.filter(submission__round=found)
        .order_by("submission")
        .values("submission")
        .annotate(answers=Count("pk", filter=answered), cells=Count("pk"))
    }
    return CollectionPage(
        found,
        found.is_open(at),
        tuple(SubmissionRow(s, SUBMISSION.label(s.state), *counts.get(s.pk, (0, 0))) for s in rows),
    )


def submission_page(uid: UUID, viewer: Actor, at: datetime) -> SubmissionPage:
    """One member's answer. Raises :class:`Unknown`, also for another member's."""
    submission = readable_submission(uid, viewer, at)
    return SubmissionPage(
        submission,
        SUBMISSION.label(submission.state),
        tuple(
            submission.cells.select_related("indicator", "proposed", "proposed__indicator").order_by(
                "indicator__code"
            )
        ),
        submission.round.is_open(at),
        may("observatory.answer", viewer, submission),
        may("observatory.keep_measures", viewer),
    )


def readable_submission(uid: UUID, viewer: Actor, at: datetime) -> Submission:
    submission = (
        Submission.objects.readable_by(viewer, at)
        .select_related("round", "organisation", "territory")
        .filter(uid=uid)
        .first()
    )
    if submission is None:
        raise Unknown()
    return submission


def members_that_can_be_asked(at: datetime) -> list[Organisation]:
    """The member governments that exist on the day and have a territory to measure."""
    rows = Organisation.objects.existing_on(at.date()).filter(
        kind=OrganisationKind.MEMBER_GOVERNMENT, territory__isnull=False
    )
    return list(rows.select_related("territory").order_by("slug"))
