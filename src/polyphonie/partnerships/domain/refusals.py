"""What several verbs of the room check in the same way."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from polyphonie.kernel.errors import ChangedMeanwhile, Refusal

from ..models import Agreement


class AgreementChanged(ChangedMeanwhile):
    """Somebody else wrote into this agreement since it was read."""

    def __init__(self, *, theirs: object, mine: object) -> None:
        super().__init__(
            _(
                "Cette convention a été modifiée entre-temps ; comparez les deux versions, puis reprenez la vôtre."
            ),
            theirs=theirs,
            mine=mine,
        )


class ReasonMissing(Refusal):
    """What closes a door is said with its reason."""


def lock(agreement: Agreement) -> Agreement:
    """The row as it stands now, held until the end of the verb."""
    return (
        Agreement.objects.select_for_update(of=("self",))
        .select_related("host__successor__successor", "partner__successor__successor", "legal_body")
        .get(pk=agreement.pk)
    )


def check_version(present: Agreement, version: int, *, theirs: object, mine: object) -> None:
    """Pass, or show what stands now beside what the person had prepared."""
    if present.version != version:
        raise AgreementChanged(theirs=theirs, mine=mine)
